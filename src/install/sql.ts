export const AGENTS_HEARD = `SELECT client, max(last_event_ms) AS last FROM mm_sessions
  WHERE client IS NOT NULL GROUP BY client`;

/** From the newest events back, a thousand of the agent's. */
export const LAST_OWN_TIMES = `SELECT e.own_us FROM mm_events e JOIN mm_sessions m ON m.session_id = e.session_id
  WHERE m.client = ?1 AND e.own_us IS NOT NULL ORDER BY e.event_id DESC LIMIT 1000`;
