import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { AS_NOBODY, installedPooler } from "./programs.ts";
import { freePort, PASSWORD, type Postgres } from "./server.ts";

function isListening(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    socket.once("connect", () => void socket.end(() => resolve(true)));
    socket.once("error", () => resolve(false));
  });
}

/** A pgbouncer in front of a server, which lends out a server's connection for each transaction. */
export class Pooler implements AsyncDisposable {
  readonly #folder = mkdtempSync(`${tmpdir()}/mm-pooler-`);
  readonly #port: number;
  readonly #process: Bun.Subprocess;

  private constructor(server: Postgres, port: number, users: readonly string[]) {
    this.#port = port;
    chmodSync(this.#folder, 0o755);
    const passwords = users.map((user) => `"${user}" "${PASSWORD}"\n`).join("");
    writeFileSync(`${this.#folder}/users`, passwords);
    writeFileSync(
      `${this.#folder}/ini`,
      `[databases]
* = host=${server.host} port=${server.port}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${port}
unix_socket_dir =
auth_type = scram-sha-256
auth_file = ${this.#folder}/users
pool_mode = transaction
default_pool_size = 4
max_client_conn = 200
`,
    );
    const argv = [
      "setpriv",
      "--pdeathsig",
      "TERM",
      ...AS_NOBODY,
      installedPooler() ?? "pgbouncer",
      `${this.#folder}/ini`,
    ];
    this.#process = Bun.spawn(argv, { stdin: "ignore", stdout: "ignore", stderr: "ignore" });
  }

  static async start(server: Postgres, users: readonly string[] = ["mm"]): Promise<Pooler> {
    const port = await freePort();
    const pooler = new Pooler(server, port, users);
    while (!(await isListening(port))) await Bun.sleep(10);
    return pooler;
  }

  url(database: string, user = "mm"): string {
    return `postgres://${user}@127.0.0.1:${this.#port}/${database}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#process.kill("SIGKILL");
    await this.#process.exited;
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
