/** The statements that keep the search index, at the level of SQLite 3.40. */

/**
 * The rowid of an event's document is the event's id; that of a session's is its number less this. FTS5
 * writes a segment whenever a rowid is lower than the one before, so both must grow.
 */
export const SESSION_BASE = 2 ** 40;

/** The document of a row of `mm_search_sessions`, there called `d`. */
export const SESSION_ROWID = `d.doc - ${SESSION_BASE}`;

export const PROGRESS = "SELECT event_id, session_id, checked_ms FROM mm_search_progress";

export const SET_PROGRESS = "UPDATE mm_search_progress SET event_id = ?1, session_id = ?2";

export const SET_CHECKED = "UPDATE mm_search_progress SET checked_ms = ?1";

export const EVENT_SESSION = "SELECT session_id FROM session_events WHERE id = ?1";

export const LAST_EVENT = "SELECT coalesce(max(id), 0) AS id FROM session_events";

export const LAST_EVENT_UP_TO =
  "SELECT id, session_id FROM session_events WHERE id <= ?1 ORDER BY id DESC LIMIT 1";

export const EVENTS_AFTER =
  "SELECT id, session_id, content FROM session_events WHERE id > ?1 ORDER BY id LIMIT ?2";

export const INSERT_DOCUMENT = "INSERT INTO mm_search (rowid, text) VALUES (?1, ?2)";

export const DELETE_DOCUMENT = "DELETE FROM mm_search WHERE rowid = ?1";

export const COUNTS = `SELECT (SELECT count(*) FROM sessions) AS sessions,
  (SELECT count(*) FROM mm_search_sessions) AS indexed`;

export const EVENT_COUNTS = `SELECT (SELECT count(*) FROM session_events) AS events,
  (SELECT count(*) FROM mm_search_docsize WHERE id > 0) AS indexed`;

const TEXT = `(CASE WHEN typeof(s.metadata) = 'text' AND json_valid(s.metadata)
    AND json_type(s.metadata, '$.title') = 'text' THEN json_extract(s.metadata, '$.title') ELSE '' END
  || char(10) || coalesce(CAST(s.summary AS TEXT), ''))`;

const IS_OUTDATED = `(d.doc IS NULL OR d.text IS NOT ${TEXT} OR d.is_open IS NOT (s.ended_at IS NULL))`;

/**
 * Sessions whose document is missing or outdated, of those that `scope` means. The plus keeps the planner
 * from walking the ids in place of what the scope is indexed by.
 */
function outdated(scope: string): string {
  return `SELECT s.id FROM sessions s LEFT JOIN mm_search_sessions d ON d.session_id = s.id
    WHERE +s.id IS NOT NULL AND ${IS_OUTDATED} AND ${scope}`;
}

/** A session changes its title or summary while it is open, or by being ended. */
export const OUTDATED_OPEN = `${outdated("s.ended_at IS NULL")} UNION ALL
  ${outdated("s.id IN (SELECT session_id FROM mm_search_sessions WHERE is_open)")}`;

export const OUTDATED_ALL = outdated("1");

export const NOT_INDEXED = outdated("d.doc IS NULL");

export const GONE_SESSIONS = `SELECT session_id AS id FROM mm_search_sessions d
  WHERE NOT EXISTS (SELECT 1 FROM sessions s WHERE s.id = d.session_id)`;

/** Documents of events that aren't there any more, at most ?1. */
export const GONE_EVENTS = `SELECT z.id FROM mm_search_docsize z WHERE z.id > 0
  AND NOT EXISTS (SELECT 1 FROM session_events e WHERE e.id = z.id) LIMIT ?1`;

/** How the document of a session differs from the session. */
export const SESSION_DOCUMENT = `SELECT ${SESSION_ROWID} AS rowid, d.text IS ${TEXT} AS is_same,
    d.is_open AS was_open, s.ended_at IS NULL AS is_open
  FROM sessions s LEFT JOIN mm_search_sessions d ON d.session_id = s.id WHERE s.id = ?1`;

function insertSessions(conflict: "IGNORE" | "REPLACE", scope: string): string {
  return `INSERT OR ${conflict} INTO mm_search_sessions (session_id, text, is_open)
    SELECT s.id, ${TEXT}, s.ended_at IS NULL FROM sessions s WHERE ${scope}
    RETURNING doc - ${SESSION_BASE} AS rowid, session_id, text`;
}

/** Gives those that have no document yet of the sessions with events after ?1 up to ?2. */
export const ADD_SESSIONS_OF_EVENTS = insertSessions(
  "IGNORE",
  "s.id IN (SELECT session_id FROM session_events WHERE id > ?1 AND id <= ?2)",
);

export const PUT_SESSION = insertSessions("REPLACE", "s.id = ?1");

export const SET_OPEN = "UPDATE mm_search_sessions SET is_open = ?2 WHERE session_id = ?1";

export const FORGET_EVENTS = `DELETE FROM mm_search
  WHERE rowid IN (SELECT id FROM session_events WHERE session_id = ?1)`;

export const FORGET_SESSION = `DELETE FROM mm_search_sessions WHERE session_id = ?1 RETURNING doc - ${SESSION_BASE} AS rowid`;

export const FORGET_PROGRESS =
  "UPDATE mm_search_progress SET session_id = NULL WHERE session_id = ?1";

/** 32 MB: rows are looked up all over the file, and the standard's 2 MB would have most pages read again and again. */
export const LARGE_CACHE = "PRAGMA cache_size = -32000";
