/** The statements that make and maintain the search index. SQLite 3.40 is enough for them. */

/**
 * An event's document has the event's id as rowid, a session's document has its number minus this. FTS5
 * writes a segment whenever a rowid is lower than the previous one, so both must grow.
 */
export const SESSION_BASE = 2 ** 40;

/** The document's rowid for a row `d` of `search_sessions`. */
export const SESSION_ROWID = `d.doc - ${SESSION_BASE}`;

export const PROGRESS =
  "SELECT event_id, mark_id, mark, session_rowid, checked_ms, has_remains FROM search_progress";

// Distinguishes events that had the same id, without their text.
const MARK = `quote(session_id) || ' ' || quote(created_at) || ' ' || length(CAST(content AS BLOB))`;

export const MARK_OF = `SELECT ${MARK} AS mark FROM session_events WHERE id = ?1`;

/** Sets the position to event ?1, and marks it with the highest event up to there that still exists. */
export const SET_PROGRESS = `UPDATE search_progress SET event_id = ?1,
  (mark_id, mark) = (SELECT id, ${MARK} FROM session_events WHERE id <= ?1 ORDER BY id DESC LIMIT 1)`;

export const SET_CHECKED = "UPDATE search_progress SET checked_ms = ?1";

export const SET_SESSION_ROWID = "UPDATE search_progress SET session_rowid = ?1";

export const SET_REMAINS = "UPDATE search_progress SET has_remains = ?1";

/** The highest id that any event ever had. SQLite alone doesn't note one to which an event was moved. */
export const LAST_GIVEN_ID = `SELECT max(seq, (SELECT coalesce(max(id), 0) FROM source.session_events)) AS seq
  FROM source.sqlite_sequence WHERE name = 'session_events'`;

export const LAST_EVENT = "SELECT coalesce(max(id), 0) AS id FROM session_events";

const HAS_ERROR = `event_type = 'error' AND typeof(metadata) = 'text' AND json_valid(metadata)
  AND json_type(metadata, '$.error') = 'text'`;

/** The text of an event: its content and, if it failed, its error message. */
export function eventText(between: string): string {
  return `CASE WHEN ${HAS_ERROR} THEN content || ${between} || json_extract(metadata, '$.error') ELSE content END`;
}

/** The searched text of an event. */
const EVENT_TEXT = eventText("char(10)");

/** Whether SQLite can index a text as it is: ASCII without escape sequences or NULs. */
const IS_PLAIN =
  "length(text) = length(CAST(text AS BLOB)) AND typeof(text) = 'text' AND instr(text, char(27)) = 0";

/** The sizes of the next ?2 events after ?1. */
export const NEXT_EVENTS = `SELECT id, length(CAST(text AS BLOB)) AS bytes, NOT (${IS_PLAIN}) AS is_odd
  FROM (SELECT id, ${EVENT_TEXT} AS text FROM session_events WHERE id > ?1 ORDER BY id LIMIT ?2)`;

/** The texts of events after ?1 up to ?2 that must be folded before SQLite indexes them. */
export const ODD_EVENTS = `SELECT id, text FROM
  (SELECT id, ${EVENT_TEXT} AS text FROM session_events WHERE id > ?1 AND id <= ?2) WHERE NOT (${IS_PLAIN})`;

export const CREATE_ODD =
  "CREATE TEMP TABLE IF NOT EXISTS odd_events (id INTEGER PRIMARY KEY, text TEXT)";

export const ADD_ODD = "INSERT INTO temp.odd_events (id, text) VALUES (?1, ?2)";

export const CLEAR_ODD = "DELETE FROM temp.odd_events";

/** What a person or an agent said or settled weighs more than what a tool did. */
const IS_WEIGHTY = "event_type IN ('prompt', 'assistant', 'decision', 'note')";

/** Copies most texts from one file to the other without leaving SQLite. */
export const INSERT_EVENTS = `INSERT INTO search_text (rowid, done, said)
  SELECT id, iif(is_weighty, '', text), iif(is_weighty, text, '') FROM (
    SELECT e.id, coalesce((SELECT o.text FROM temp.odd_events o WHERE o.id = e.id), ${EVENT_TEXT}, '') AS text,
      ${IS_WEIGHTY} AS is_weighty
    FROM session_events e WHERE e.id > ?1 AND e.id <= ?2)
  ORDER BY id`;

/** A session's document: its title and its summary. */
export const INSERT_DOCUMENT = "INSERT INTO search_text (rowid, said) VALUES (?1, ?2)";

export const DELETE_DOCUMENT = "DELETE FROM search_text WHERE rowid = ?1";

export const LAST_SESSION = "SELECT coalesce(max(rowid), 0) AS rowid FROM sessions";

export const EVENT_COUNTS = `SELECT (SELECT count(*) FROM session_events) AS stored,
  (SELECT count(*) FROM search_text_docsize WHERE id > 0) AS indexed`;

// Like `isAutomaticSummary`. These summaries name every event type, so each of these words would find them.
const IS_AUTOMATIC = `(s.summary GLOB 'Session had [0-9]* events: *' OR s.summary = 'Session ended (no events)'
  OR s.summary GLOB 'auto-ended *')`;

/** The searched text of a session: its title, and its summary unless that is automatic. */
const TEXT = `(CASE WHEN typeof(s.metadata) = 'text' AND json_valid(s.metadata)
    AND json_type(s.metadata, '$.title') = 'text' THEN json_extract(s.metadata, '$.title') ELSE '' END
  || char(10) || CASE WHEN ${IS_AUTOMATIC} THEN '' ELSE coalesce(CAST(s.summary AS TEXT), '') END)`;

const IS_OUTDATED = `(d.doc IS NULL OR d.text IS NOT ${TEXT} OR d.is_open IS NOT (s.ended_at IS NULL))`;

/**
 * Selects the sessions in `scope` whose document is missing or outdated. The plus keeps the planner from
 * scanning the ids instead of using the scope's index.
 */
function outdated(scope: string): string {
  return `SELECT s.id FROM sessions s LEFT JOIN search_sessions d ON d.session_id = s.id
    WHERE +s.id IS NOT NULL AND ${IS_OUTDATED} AND ${scope}`;
}

/**
 * A session gets another summary while it is open or when it ends, and another title then or when it is
 * renamed. This reads only the small index of open sessions: looking each one up in the table would read
 * one page per session.
 */
export const OUTDATED_OPEN = `SELECT s.id FROM sessions s
    LEFT JOIN search_sessions d INDEXED BY search_open ON d.session_id = s.id AND d.is_open
    WHERE s.ended_at IS NULL AND d.text IS NOT ${TEXT}
  UNION ALL SELECT s.id FROM search_sessions d CROSS JOIN sessions s ON s.id = d.session_id
    WHERE d.is_open AND d.session_id NOT IN
      (SELECT id FROM sessions WHERE ended_at IS NULL AND +id IS NOT NULL)`;

export const OUTDATED_ALL = outdated("1");

/** Among the sessions with events after ?1 up to ?2. */
export const OUTDATED_OF_EVENTS = outdated(
  "s.id IN (SELECT session_id FROM session_events WHERE id > ?1 AND id <= ?2)",
);

/** Among those that were renamed after they had ended. */
export const OUTDATED_RENAMED = outdated("s.id IN (SELECT session_id FROM mm_renamed)");

/** Among those that started since the last check. One may have ended already without an event. */
export const OUTDATED_NEW = outdated(
  "s.ended_at IS NOT NULL AND s.rowid > (SELECT session_rowid FROM search_progress)",
);

export const MISSING_SESSIONS = `SELECT session_id AS id FROM search_sessions d
  WHERE NOT EXISTS (SELECT 1 FROM sessions s WHERE s.id = d.session_id)`;

/** The last of the next ?2 indexed events after ?1. */
export const INDEXED_UP_TO = `SELECT max(id) AS last FROM
  (SELECT id FROM search_text_docsize WHERE id > ?1 ORDER BY id LIMIT ?2)`;

/** Deletes the documents after ?1 up to ?2 whose event no longer exists. */
export const DELETE_MISSING_EVENTS = `DELETE FROM search_text WHERE rowid IN (
  SELECT z.id FROM search_text_docsize z WHERE z.id > ?1 AND z.id <= ?2
    AND NOT EXISTS (SELECT 1 FROM session_events e WHERE e.id = z.id))`;

/** Compares a session with its document. */
export const SESSION_DOCUMENT = `SELECT ${SESSION_ROWID} AS rowid, d.text IS ${TEXT} AS is_same,
    d.is_open AS was_open, s.ended_at IS NULL AS is_open
  FROM sessions s LEFT JOIN search_sessions d ON d.session_id = s.id WHERE s.id = ?1`;

function insertSessions(conflict: "IGNORE" | "REPLACE", scope: string): string {
  return `INSERT OR ${conflict} INTO search_sessions (session_id, text, is_open)
    SELECT s.id, ${TEXT}, s.ended_at IS NULL FROM sessions s WHERE ${scope}
    RETURNING doc - ${SESSION_BASE} AS rowid, session_id, text`;
}

/** Adds documents for the sessions with events after ?1 up to ?2 that have none. */
export const ADD_SESSIONS_OF_EVENTS = insertSessions(
  "IGNORE",
  "s.id IN (SELECT session_id FROM session_events WHERE id > ?1 AND id <= ?2)",
);

export const PUT_SESSION = insertSessions("REPLACE", "s.id = ?1");

export const SET_OPEN = "UPDATE search_sessions SET is_open = ?2 WHERE session_id = ?1";

/** Deletes nothing if the session still exists. */
export const DELETE_MISSING_SESSION = `DELETE FROM search_sessions AS d WHERE session_id = ?1
  AND NOT EXISTS (SELECT 1 FROM sessions s WHERE s.id = ?1) RETURNING doc - ${SESSION_BASE} AS rowid`;

/** Merges all segments into one and drops deleted text. */
export const MERGE_ALL = "INSERT INTO search_text (search_text) VALUES ('optimize')";

/**
 * If a process is killed, the next one to open the file rolls its transaction back. Only a power cut can
 * damage the file, which is then rebuilt.
 * More memory for pages makes neither a search of a million events nor their indexing faster, and an MCP server
 * would keep it.
 */
export const INDEX_SETTINGS = `PRAGMA main.synchronous = OFF; PRAGMA main.cache_size = -1000;
  PRAGMA source.cache_size = -500; PRAGMA temp_store = MEMORY`;

/** Returns no row if only memtomem has written to the database. */
export const HAS_OWN_TABLES =
  "SELECT 1 FROM source.sqlite_schema WHERE type = 'table' AND name = 'mm_sessions'";

/** The tables of the index besides the text itself. */
export const TABLES = `
CREATE TABLE search_sessions (
  doc INTEGER PRIMARY KEY AUTOINCREMENT,
  session_id TEXT NOT NULL UNIQUE,
  text TEXT NOT NULL,
  is_open INTEGER NOT NULL
);
CREATE INDEX search_open ON search_sessions(session_id, is_open, text) WHERE is_open;
CREATE TABLE search_progress (
  event_id INTEGER NOT NULL,
  mark_id INTEGER,
  mark TEXT,
  session_rowid INTEGER NOT NULL,
  checked_ms INTEGER NOT NULL,
  has_remains INTEGER NOT NULL
);
INSERT INTO search_progress VALUES (0, NULL, NULL, 0, 0, 0);
`;

/** How much a word in what was said weighs, when one in what was done weighs 1. */
const WEIGHT = 8;

// FTS5 merges four level-0 segments by default, and each transaction writes two, so merge later.
// Words of the first column take less space, and most are in what was done.
/** Creates the full-text index. `isDeletable` is whether documents can be deleted from it. */
export function createSearch(isDeletable: boolean): string {
  const deletes = isDeletable ? "contentless_delete = 1, " : "";
  return `CREATE VIRTUAL TABLE main.search_text USING fts5(
      done, said, content = '', ${deletes}tokenize = 'unicode61 remove_diacritics 2');
    INSERT INTO search_text (search_text, rank) VALUES ('automerge', 8);
    INSERT INTO search_text (search_text, rank) VALUES ('rank', 'bm25(1.0, ${WEIGHT}.0)')`;
}

/** The version of this SQLite, and whether it has FTS5. */
export const CAPABILITIES = `SELECT sqlite_version() AS version,
  EXISTS (SELECT 1 FROM pragma_module_list WHERE name = 'fts5') AS fts5`;

/** The form of the index in the file. */
export const FORM = "PRAGMA main.user_version";
export const setForm = (form: number) => `PRAGMA main.user_version = ${form}`;

export const TABLE_COUNT = "SELECT count(*) AS n FROM main.sqlite_schema";

/** Changes whenever another connection commits. */
export const VERSION = "PRAGMA main.data_version";

/** The longest wait for a lock, in milliseconds. */
export const LOCK_WAIT = "PRAGMA busy_timeout";
