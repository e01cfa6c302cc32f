import { Database } from "bun:sqlite";
import { rmSync } from "node:fs";
import { World } from "../world.ts";
import { PASSWORD } from "./server.ts";
import type { Stage } from "./stage.ts";

/** What `mm sync push --json` prints. */
export interface PushDocument {
  readonly pushed: { readonly sessions: number; readonly events: number };
  readonly deleted: number;
  readonly skipped: number;
  readonly quarantined: number;
  readonly rev: number | null;
  readonly busy: boolean;
}

/** What `mm sync pull --json` prints. */
export interface PullDocument {
  readonly pulled: { readonly sessions: number; readonly events: number };
  readonly deleted: number;
  readonly machines: readonly string[];
}

let peers = 0;

/** A machine that syncs over a server, with other ids than its peers. */
export class Peer extends World {
  constructor(name: string) {
    super();
    this.ids = ++peers * 100_000;
    this.machine = { name, id: `id of ${name}` };
    this.env["PGPASSWORD"] = PASSWORD;
  }

  /** A machine that is set up to push everything to this database. */
  static async join(stage: Stage, database: string, name: string): Promise<Peer> {
    const peer = new Peer(name);
    await peer.run("sync", "init", stage.url(database), "--project", "*");
    return peer;
  }

  /** Runs `mm` with these words, which must succeed, and gives what it printed. */
  async run(...argv: string[]): Promise<string> {
    const { code, out, err } = await this.mm(...argv);
    if (code !== 0) throw new Error(`mm ${argv.join(" ")}: exit ${code}: ${out}${err}`);
    return out;
  }

  /** Records a session with these events. @returns its id */
  async record(...contents: string[]): Promise<string> {
    const { session_id: id } = await this.json<{ session_id: string }>("session", "start");
    for (const content of contents) await this.run("activity", "log", "-c", content);
    await this.run("session", "end");
    return id;
  }

  push(...words: string[]): Promise<PushDocument> {
    return this.json<PushDocument>("sync", "push", ...words);
  }

  pull(...words: string[]): Promise<PullDocument> {
    return this.json<PullDocument>("sync", "pull", ...words);
  }

  get sidecar(): string {
    return `${this.database}.mm-sync`;
  }

  get replica(): string {
    return `${this.home}/mm-remote.db`;
  }

  loseSidecar(): void {
    for (const end of ["", "-journal"]) rmSync(`${this.sidecar}${end}`, { force: true });
  }

  /** Rows of a query on what was pulled. */
  pulled<T = Record<string, unknown>>(sql: string): T[] {
    const db = new Database(this.replica, { strict: true });
    try {
      return db.query<T, []>(sql).all();
    } finally {
      db.close(true);
    }
  }
}

/** How many sessions and events there are. */
export interface Counts {
  readonly sessions: number;
  readonly events: number;
}

export const LOCAL_COUNTS = `SELECT (SELECT count(*) FROM sessions) AS sessions,
  (SELECT count(*) FROM session_events) AS events`;

/** What a server has that isn't deleted. Each event counts once, however often it is there. */
export async function countThere({ server }: Stage, database: string): Promise<Counts> {
  const [row] = await server.run<{ sessions: string; events: string; rows: string }>(
    `SELECT (SELECT count(*) FROM mm.session WHERE deleted_at IS NULL) AS sessions, count(*) AS rows,
      count(DISTINCT (source_id, session_id, seq)) AS events FROM mm.event`,
    database,
  );
  if (row?.rows !== row?.events) throw new Error(`${row?.rows} rows of ${row?.events} events`);
  return { sessions: Number(row?.sessions), events: Number(row?.events) };
}
