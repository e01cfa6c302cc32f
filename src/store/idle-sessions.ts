import type { Connection } from "./connection.ts";
import { END_IDLE_HOOKED_SESSIONS, END_LISTED_SESSIONS } from "./hook-statements.ts";

/** Ends at most 100 hook-made sessions that gave no sign of life since the given time. */
export function endIdleSessions(
  db: Connection,
  idleSince: number,
  now: { readonly at: number; readonly timestamp: string },
  summary: string,
): void {
  const ended = db
    .query<{ session_id: string }, [number, number]>(END_IDLE_HOOKED_SESSIONS)
    .all(idleSince, now.at);
  if (ended.length === 0) return;
  const ids = JSON.stringify(ended.map((row) => row.session_id));
  db.query(END_LISTED_SESSIONS).run(ids, now.timestamp, summary);
}
