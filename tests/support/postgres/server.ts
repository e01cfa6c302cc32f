import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { SQL } from "bun";
import { AS_NOBODY, installedPostgres } from "./programs.ts";

export const PASSWORD = "p4ss-w0rd of the tests";
const ADMIN = "mm";
/** What makes a server quick that nobody needs tomorrow. */
const QUICK = ["fsync=off", "full_page_writes=off", "autovacuum_naptime=1h"];
/** A port that is free on the loopback. */
export async function freePort(): Promise<number> {
  const { promise, resolve } = Promise.withResolvers<number>();
  const server = createServer().listen(0, "127.0.0.1", () => {
    const address = server.address();
    server.close(() => resolve(typeof address === "object" ? (address?.port ?? 0) : 0));
  });
  return await promise;
}

export interface ServerOptions {
  /** The folder of the programs; by default of the PostgreSQL that is installed. */
  readonly programs?: string;
  /** Lines of `postgresql.conf`, like `log_connections=on`. */
  readonly settings?: readonly string[];
  /** Files to put into the data folder, by name. */
  readonly files?: Readonly<Record<string, string>>;
}

/** A PostgreSQL server of the tests' own, which ends with this process at the latest. */
export class Postgres implements AsyncDisposable {
  readonly folder = mkdtempSync(`${tmpdir()}/mm-postgres-`);
  readonly host = "127.0.0.1";
  port = 0;
  readonly #programs: string;
  readonly #settings: readonly string[];
  #process: Bun.Subprocess | null = null;
  #databases = 0;

  private constructor(programs: string, settings: readonly string[]) {
    this.#programs = programs;
    this.#settings = settings;
  }

  static async start(options: ServerOptions = {}): Promise<Postgres> {
    const programs = options.programs ?? installedPostgres();
    if (programs === null) throw new Error("there is no PostgreSQL here");
    const server = new Postgres(programs, [...QUICK, ...(options.settings ?? [])]);
    server.#init(options.files ?? {});
    server.port = await freePort();
    await server.resume();
    return server;
  }

  get data(): string {
    return `${this.folder}/data`;
  }

  /** The URL for `mm sync init`. */
  url(database: string, user = ADMIN, host = this.host): string {
    return `postgres://${user}@${host}:${this.port}/${database}`;
  }

  get pid(): number {
    return this.#process?.pid ?? 0;
  }

  /** The text of the server's log. */
  async log(): Promise<string> {
    return await Bun.file(`${this.folder}/log`).text();
  }

  /** Makes the server take no writes once it is started again, as the copy of another one. */
  becomeStandby(): void {
    this.#put("standby.signal", "");
  }

  /** Starts a copy of this server that follows it, as a standby does. */
  async startStandby(): Promise<Postgres> {
    const standby = new Postgres(this.#programs, this.#settings);
    chmodSync(standby.folder, 0o777);
    await this.stop();
    standby.#asServer(["cp", "-a", this.data, standby.data]);
    await this.resume();
    const primary = `host=${this.host} port=${this.port} user=${ADMIN} password=''${PASSWORD}''`;
    standby.#put("postgresql.auto.conf", `primary_conninfo = '${primary}'\n`);
    standby.becomeStandby();
    standby.port = await freePort();
    await standby.resume();
    return standby;
  }

  /** Starts the server, or starts it again. */
  async resume(): Promise<void> {
    const settings = [
      `port=${this.port}`,
      `listen_addresses=${this.host}`,
      `unix_socket_directories=${this.folder}`,
      ...this.#settings,
    ].flatMap((line) => ["-c", line]);
    const command = [`${this.#programs}/postgres`, "-D", this.data, ...settings];
    // Whatever becomes of this process, the server goes with it.
    const argv = ["setpriv", "--pdeathsig", "INT", ...AS_NOBODY, ...command];
    const log = Bun.file(`${this.folder}/log`);
    this.#process = Bun.spawn(argv, { stdin: "ignore", stdout: "ignore", stderr: log });
    await this.#answers();
  }

  /** Ends the server: `fast` lets it finish what it writes, `immediate` is as if it had crashed. */
  async stop(mode: "fast" | "immediate" = "fast"): Promise<void> {
    this.#process?.kill(mode === "fast" ? "SIGINT" : "SIGQUIT");
    await this.#process?.exited;
    this.#process = null;
  }

  /** Runs statements as the administrator. */
  async run<T = Record<string, unknown>>(statement: string, database = "postgres"): Promise<T[]> {
    await using sql = this.connect(database);
    return [...(await sql.unsafe<T[]>(statement))];
  }

  connect(database: string, user = ADMIN, password = PASSWORD): Bun.SQL {
    const { host: hostname, port } = this;
    return new SQL({
      adapter: "postgres",
      hostname,
      port,
      username: user,
      password,
      database,
      tls: false,
      max: 1,
      prepare: false,
    });
  }

  /** Creates an empty database and gives its name. */
  async newDatabase(): Promise<string> {
    const name = `test_${++this.#databases}`;
    await this.run(`CREATE DATABASE ${name}`);
    return name;
  }

  /** Ends all connections to a database, such as a pooler's. */
  async leave(database: string): Promise<void> {
    await this.run(
      `SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = '${database}'`,
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop("immediate");
    rmSync(this.folder, { recursive: true, force: true });
  }

  #init(files: Readonly<Record<string, string>>): void {
    chmodSync(this.folder, 0o777);
    const passwordFile = `${this.folder}/password`;
    writeFileSync(passwordFile, PASSWORD);
    const names = ["-U", ADMIN, `--pwfile=${passwordFile}`, "--auth=scram-sha-256"];
    const form = ["-E", "UTF8", "--locale=C.UTF-8", "--no-sync", "--no-instructions"];
    this.#asServer([`${this.#programs}/initdb`, "-D", this.data, ...names, ...form]);
    for (const [name, text] of Object.entries(files)) this.#put(name, text);
  }

  /** Writes a file that belongs to the server into its data folder. */
  #put(name: string, text: string): void {
    this.#asServer(["sh", "-c", 'umask 077; cat > "$0"', `${this.data}/${name}`], text);
  }

  #asServer(argv: readonly string[], stdin = ""): void {
    const { success, stderr } = Bun.spawnSync(["setpriv", ...AS_NOBODY, ...argv], {
      stdin: Buffer.from(stdin),
      stdout: "ignore",
    });
    if (!success) throw new Error(`${argv[0]}: ${stderr}`);
  }

  async #answers(): Promise<void> {
    for (;;) {
      if (this.#process?.exitCode != null) throw new Error(await this.log());
      try {
        await this.run("SELECT 1");
        return;
      } catch {
        await Bun.sleep(20);
      }
    }
  }
}
