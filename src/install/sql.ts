import type { Connection } from "../store/connection.ts";

export const AGENTS_HEARD = `SELECT client, max(last_event_ms) AS last FROM mm_sessions
  WHERE client IS NOT NULL GROUP BY client`;

/** From the newest events back, a thousand that the agent's hooks brought. */
export const LAST_HOOKED = `SELECT e.own_us, e.at_ms FROM mm_events e JOIN mm_sessions m ON m.session_id = e.session_id
  WHERE m.client = ?1 AND e.own_us IS NOT NULL ORDER BY e.event_id DESC LIMIT 1000`;

/** The number of sessions that `mm` has recorded. */
export function countSessions(db: Connection): number {
  return db.query<{ n: number }, []>("SELECT count(*) AS n FROM mm_sessions").get()?.n ?? 0;
}
