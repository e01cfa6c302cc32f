import type { Connection } from "../connection.ts";
import { LAST_EVENT_S } from "../observed.ts";
import { findSession, type Session } from "../rows.ts";
import { epochSeconds } from "../statements.ts";

/** Every session `s`, with its row `m` in `mm_sessions`. */
export const WITH_OWN = "sessions s LEFT JOIN mm_sessions m ON m.session_id = s.id";

/** Which sessions are looked for, of sessions `s` with their rows `m` in `mm_sessions`. */
interface ByActivity {
  /** The milliseconds since 1970 by which they are put in order. */
  readonly at: string;
  /** A condition on those that are looked for. */
  readonly where: string;
  /** A condition on those that come before all others. */
  readonly first: string;
  /** How many are looked for. */
  readonly limit: string;
}

/** Other programs may write times in any zone, and an event a while after the end. */
const SLACK_S = 2 * 86_400;
/** Above this, it is quicker to look at all sessions. */
const MANY = 5000;

/**
 * The beginning of a statement, which makes a table `recent`: the rowids of few sessions, among them those that are
 * looked for. To look up the last event of every session would take twenty times as long. The sessions that started
 * last, and those of the events that were stored last, tell how recent the last of them is at least. As recent as that are
 * only sessions of which a hook has told so, and those that had not ended before. Each of these is in an index. A session
 * that goes on without hooks two days after its end is missed once a thousand events were stored since.
 */
export function recentlyActive({ at, where, first, limit }: ByActivity): string {
  return `WITH known(number) AS MATERIALIZED (
      SELECT number FROM (SELECT s.rowid AS number FROM ${WITH_OWN} WHERE ${where}
        ORDER BY s.started_at DESC LIMIT 2 * ${limit} + 200)
      UNION SELECT s.rowid FROM (SELECT session_id FROM session_events ORDER BY id DESC LIMIT 1000) e
        CROSS JOIN ${WITH_OWN} WHERE s.id = e.session_id AND ${where}
    ), bound(ms) AS MATERIALIZED (
      SELECT ${at} AS ms FROM known CROSS JOIN ${WITH_OWN} WHERE s.rowid = known.number AND ${first}
        ORDER BY ms DESC LIMIT 1 OFFSET ${limit} - 1
    ), told(id) AS MATERIALIZED (
      SELECT session_id FROM mm_sessions
        WHERE client IS NOT NULL AND ended_ms IS NULL AND last_event_ms >= (SELECT ms FROM bound)
      UNION ALL SELECT session_id FROM mm_sessions
        WHERE (client IS NULL OR ended_ms IS NOT NULL) AND last_event_ms >= (SELECT ms FROM bound)
      LIMIT ${MANY} + ${limit}
    ), recent(number) AS MATERIALIZED (
      SELECT DISTINCT number FROM (SELECT number FROM known
        UNION ALL SELECT s.rowid FROM told CROSS JOIN sessions s ON s.id = told.id
        UNION ALL SELECT s.rowid FROM sessions s WHERE s.ended_at IS NULL
        UNION ALL SELECT s.rowid FROM sessions s WHERE s.ended_at >=
          (SELECT coalesce(strftime('%Y-%m-%d', ms / 1000 - ${SLACK_S}, 'unixepoch'), '') FROM bound)
        UNION ALL SELECT s.rowid FROM (SELECT 1 WHERE (SELECT ms FROM bound) IS NULL
          OR (SELECT count(*) FROM told) >= ${MANY} + ${limit}) CROSS JOIN ${WITH_OWN} WHERE ${where})
    )`;
}

const HAS_EVENTS_OF_OWN = `s.agent_id <> 'headless'
  AND EXISTS (SELECT 1 FROM session_events e WHERE e.session_id = s.id)`;
const LAST_HEARD_OF = `coalesce(m.last_event_ms + 0, 1000 * ${LAST_EVENT_S}, 1000 * ${epochSeconds("s.started_at")})`;

/** A session without events, or that only wraps a command, comes after all others. Hooks told when most were active. */
export const LAST_ACTIVE = `${recentlyActive({ at: LAST_HEARD_OF, where: "TRUE", first: HAS_EVENTS_OF_OWN, limit: "1" })}
  SELECT s.id FROM recent CROSS JOIN ${WITH_OWN} WHERE s.rowid = recent.number
  ORDER BY (${HAS_EVENTS_OF_OWN}) DESC, ${LAST_HEARD_OF} DESC, s.started_at DESC, s.rowid DESC LIMIT 1`;

/**
 * The session that was last active; of equal ones the one that was started last. One in which nothing happened, or
 * which wraps a command, only where there is no other. Null where there is none.
 */
export function lastActiveSession(db: Connection): Session | null {
  const row = db.query<{ id: string }, []>(LAST_ACTIVE).get();
  return row === null ? null : findSession(db, row.id);
}
