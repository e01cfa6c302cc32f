import { Database } from "bun:sqlite";
import { rmSync } from "node:fs";
import { Sandbox } from "../binary.ts";
import { type Counts, LOCAL_COUNTS } from "./peer.ts";
import { PASSWORD } from "./server.ts";

const ENV = { PGPASSWORD: PASSWORD };

/** A machine whose `mm` is the compiled one, so that it can be killed. */
export class SyncBox extends Sandbox {
  override env(extra: Parameters<Sandbox["env"]>[0] = {}): Record<string, string> {
    return super.env({ ...ENV, ...extra });
  }

  /** Sets up sync with this server, by hand, because a name is of this machine. */
  async join(url: string, machine: string): Promise<void> {
    const sync = { url, projects: ["*"], machine };
    await Bun.write(`${this.home}/mm.json`, JSON.stringify({ sync }));
  }

  /** Runs `mm` with these words, which must succeed, and gives what it printed. */
  async run(...argv: string[]): Promise<string> {
    const { code, out, err } = await this.mm(argv);
    if (code !== 0) throw new Error(`mm ${argv.join(" ")}: exit ${code}: ${out}${err}`);
    return out;
  }

  /** Runs statements on the database, as another program would. */
  exec(sql: string): void {
    const db = new Database(this.database, { strict: true });
    try {
      db.run("PRAGMA busy_timeout = 10000");
      db.run(sql);
    } finally {
      db.close(true);
    }
  }

  #counts(path: string): Counts {
    const db = new Database(path, { readonly: true, strict: true });
    try {
      db.run("PRAGMA busy_timeout = 10000");
      const counts = db.query<Counts, []>(LOCAL_COUNTS).get();
      return counts ?? { sessions: 0, events: 0 };
    } finally {
      db.close(true);
    }
  }

  countHere(): Counts {
    return this.#counts(this.database);
  }

  countPulled(): Counts {
    return this.#counts(`${this.home}/mm-remote.db`);
  }

  loseSidecar(): void {
    for (const end of ["", "-journal"]) rmSync(`${this.database}.mm-sync${end}`, { force: true });
  }
}
