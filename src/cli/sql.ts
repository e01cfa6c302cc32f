import { Database } from "bun:sqlite";

/**
 * All local times come from SQLite, which asks the C library, as `date` does. Bun's own are UTC if TZ isn't in its
 * database of time zones: `XYZ-3`, `CET-1CEST`, a path.
 */
function answer(sql: string, value: string | number): string | number | null {
  const db = new Database(":memory:");
  try {
    return (
      db.query<{ answer: string | number | null }, [string | number]>(sql).get(value)?.answer ??
      null
    );
  } finally {
    db.close(true);
  }
}

/** Converts a local time like `2026-01-31 09:30:00` to seconds since 1970; null if it isn't a time. */
export function secondsOfLocal(time: string): number | null {
  const seconds = answer("SELECT unixepoch(?1, 'utc') AS answer", time);
  return typeof seconds === "number" ? seconds : null;
}

/** A time in seconds since 1970 as the local `2026-01-31 09:30`. */
export function localMinuteOf(seconds: number): string {
  const query = "SELECT strftime('%Y-%m-%d %H:%M', ?1, 'unixepoch', 'localtime') AS answer";
  return String(answer(query, Math.floor(seconds)));
}

/** The local day of a time, as `2026-01-31`. */
export function localDay(date: Date): string {
  const seconds = Math.floor(date.getTime() / 1000);
  return String(answer("SELECT date(?1, 'unixepoch', 'localtime') AS answer", seconds));
}
