import { Database } from "bun:sqlite";

/**
 * Local times are SQLite's everywhere, which asks the system's C library, as `date` does. The engine's own
 * differ where TZ names no time zone of its database: `XYZ-3`, `CET-1CEST`, a path.
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

/** Seconds since 1970 of a local time like `2026-01-31 09:30:00`; null where there is none. */
export function secondsOfLocal(time: string): number | null {
  const seconds = answer("SELECT unixepoch(?1, 'utc') AS answer", time);
  return typeof seconds === "number" ? seconds : null;
}

/** The local day of a moment, as `2026-01-31`. */
export function localDay(date: Date): string {
  const seconds = Math.floor(date.getTime() / 1000);
  return String(answer("SELECT date(?1, 'unixepoch', 'localtime') AS answer", seconds));
}
