import type { Connection } from "../store/connection.ts";

/** By agent, its last event from wherever it is known, and whether a hook brought any of its sessions. */
export const AGENTS_HEARD = `SELECT m.client, max(m.last_event_ms) AS last,
    max(m.history = 0 OR m.started = 1 OR EXISTS (
      SELECT 1 FROM mm_events e WHERE e.session_id = m.session_id AND e.own_us IS NOT NULL)) AS hooked
  FROM mm_sessions m WHERE m.client IS NOT NULL GROUP BY m.client`;

/** From the newest events back, a thousand that the agent's hooks brought. */
export const LAST_HOOKED = `SELECT e.own_us, e.at_ms FROM mm_events e JOIN mm_sessions m ON m.session_id = e.session_id
  WHERE m.client = ?1 AND e.own_us IS NOT NULL ORDER BY e.event_id DESC LIMIT 1000`;

/** The number of sessions that `mm` has recorded. */
export function countSessions(db: Connection): number {
  return db.query<{ n: number }, []>("SELECT count(*) AS n FROM mm_sessions").get()?.n ?? 0;
}
