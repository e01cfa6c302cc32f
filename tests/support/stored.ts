import { Database } from "bun:sqlite";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import type { Sandbox } from "./binary.ts";

type Value = string | number | null;

export interface StoredSession {
  readonly id: string;
  readonly agent_id: string;
  readonly ended_at: string | null;
  readonly summary: string | null;
  readonly metadata: string;
}

/** Reads rows of the sandbox's database without changing a byte of it. */
export function rows<T>(box: Sandbox, sql: string, ...params: Value[]): T[] {
  const db = new Database(box.database, { readonly: true, strict: true });
  try {
    db.run("PRAGMA busy_timeout = 5000");
    return db.query<T, Value[]>(sql).all(...params);
  } finally {
    db.close(true);
  }
}

export function sessions(box: Sandbox): StoredSession[] {
  return rows(box, "SELECT id, agent_id, ended_at, summary, metadata FROM sessions ORDER BY rowid");
}

export function active(box: Sandbox): StoredSession[] {
  return sessions(box).filter(({ ended_at }) => ended_at === null);
}

/** The text of the state file, or null if there is none. */
export function stateOf(box: Sandbox): string | null {
  const file = `${box.home}/.current_session`;
  return existsSync(file) ? readFileSync(file, "utf8") : null;
}

/** Everything in the home except the database, its two companion files and the state file. */
export function leftovers(box: Sandbox): string[] {
  const expected = /^(memtomem\.db(-wal|-shm)?|\.current_session)$/u;
  return readdirSync(box.home).filter((name) => !expected.test(name));
}

export function integrity(box: Sandbox): string {
  const found = rows<{ integrity_check: string }>(box, "PRAGMA integrity_check");
  return found.map(({ integrity_check }) => integrity_check).join("\n");
}

/** Changes the database behind `mm`'s back. */
export function exec(box: Sandbox, sql: string): void {
  const db = new Database(box.database, { strict: true });
  try {
    db.run(sql);
  } finally {
    db.close(true);
  }
}
