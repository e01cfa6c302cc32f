import { OBSERVED } from "../store/observed.ts";
import { localMinute, offsetFromUtc } from "../store/statements.ts";

/** An agent isn't told where it runs, so its time zone stands beside the time. */
const STARTED = `${localMinute("s.started_at")} || coalesce(' ' || ${offsetFromUtc("s.started_at")}, '')`;

/**
 * The five that ended last. Whoever else ends a session leaves no milliseconds of it; those are looked for
 * among the last hundred that are not known to have ended. Selecting `at` itself would make SQLite sort both parts.
 */
export const EARLIER_SESSIONS = `SELECT s.id, s.agent_id, ${STARTED} AS started_local, s.metadata, s.summary, m.at + 0 AS at
  FROM (
    SELECT * FROM (SELECT m.session_id, m.ended_ms AS at FROM mm_sessions m JOIN sessions s ON s.id = m.session_id
      WHERE m.project = ?1 AND m.ended_ms IS NOT NULL AND m.session_id <> ?2 AND s.ended_at IS NOT NULL
      ORDER BY m.ended_ms DESC LIMIT 5)
    UNION ALL
    SELECT session_id, last_event_ms FROM (SELECT session_id, last_event_ms, project FROM mm_sessions
      WHERE client IS NOT NULL AND ended_ms IS NULL ORDER BY last_event_ms DESC LIMIT 100)
    WHERE project = ?1 AND session_id <> ?2
  ) m JOIN sessions s ON s.id = m.session_id
  WHERE s.ended_at IS NOT NULL ORDER BY m.at DESC LIMIT 5`;

/**
 * Those that were heard of since ?3; a bounded number, since some of their agents may be gone. In the order of the rows
 * themselves SQLite would read all that ever were.
 */
export const LIVE_SESSIONS = `SELECT s.id, s.agent_id, ${STARTED} AS started_local, s.metadata, s.summary,
    ${OBSERVED}
  FROM mm_sessions m JOIN sessions s ON s.id = m.session_id
  WHERE m.client IS NOT NULL AND m.ended_ms IS NULL AND m.root = ?1 AND m.session_id <> ?2 AND m.last_event_ms >= ?3
    AND s.ended_at IS NULL
  ORDER BY +m.rowid DESC LIMIT 50`;

/** ?1 is a JSON array of the ids whose files are still there. */
export const FORGET_SPOOLED =
  "DELETE FROM mm_spooled WHERE id NOT IN (SELECT value FROM json_each(?1))";

export const TAKE_SPOOLED = "INSERT OR IGNORE INTO mm_spooled (id) VALUES (?1)";

export const SAVE = "SAVEPOINT spooled";
export const UNDO = "ROLLBACK TO spooled";
export const RELEASE = "RELEASE spooled";
