import type { Connection } from "../store/connection.ts";

const DAY_MS = 86_400_000;

// A time in the future is that of a clock that was set back since.
const CLAIM = `INSERT INTO mm_meta (key, value) VALUES (?1, ?2)
  ON CONFLICT (key) DO UPDATE SET value = excluded.value
  WHERE CAST(value AS INTEGER) NOT BETWEEN ?2 - ${DAY_MS} + 1 AND ?2`;

/** Whether something that is done once a day at most is due; whoever is told so has to do it. */
export function claimDaily(db: Connection, name: string, now: number): boolean {
  return db.query(CLAIM).run(`${name}_at`, now).changes > 0;
}

/** From now on a lock is waited for no longer than this, in milliseconds. */
export function waitAtMost(db: Connection, ms: number): void {
  db.run(`PRAGMA busy_timeout = ${ms}`);
}
