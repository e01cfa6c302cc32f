import { Database } from "bun:sqlite";
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { PASSWORD, Postgres } from "../../tests/support/postgres/server.ts";
import { type Cost, costOf } from "./measured.ts";

export const MM = `${import.meta.dir}/../../dist/mm`;
/** As people run it, not as tests do. */
const DURABLE = [
  "fsync=on",
  "full_page_writes=on",
  "autovacuum_naptime=60",
  "shared_buffers=256MB",
];

export async function startDurable(): Promise<Postgres> {
  return await Postgres.start({ settings: DURABLE });
}

/** A home of `mm` that syncs. */
export class BenchHome implements Disposable {
  readonly folder: string;
  readonly database: string;
  readonly env: Readonly<Record<string, string>>;

  /** @param contents a database to start with; none by default */
  constructor(url: string, machine: string, contents: string | null = null) {
    this.folder = mkdtempSync(`${tmpdir()}/mm-bench-sync-`);
    this.database = `${this.folder}/memtomem.db`;
    this.env = {
      PATH: process.env["PATH"] ?? "",
      HOME: this.folder,
      MM_HOME: this.folder,
      PGPASSWORD: PASSWORD,
    };
    mkdirSync(this.folder, { recursive: true });
    if (contents !== null) copyFileSync(contents, this.database);
    const sync = { url, projects: ["*"], machine };
    writeFileSync(`${this.folder}/mm.json`, JSON.stringify({ sync }));
  }

  mm(...words: string[]): Promise<Cost> {
    return costOf([MM, ...words], this.env);
  }

  /** Adds events to the newest session behind `mm`'s back. */
  addEvents(count: number): void {
    const db = new Database(this.database, { strict: true });
    db.run(
      `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?1)
      INSERT INTO session_events (session_id, event_type, content, created_at)
      SELECT (SELECT id FROM sessions ORDER BY rowid DESC LIMIT 1), 'note', 'new ' || i, '2026-01-01T00:00:00+00:00' FROM n`,
      [count],
    );
    db.close(true);
  }

  [Symbol.dispose](): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
