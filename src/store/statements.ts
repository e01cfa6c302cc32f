/** The statements of the store. They need SQLite 3.40 at most, because on macOS the system's SQLite is used. */

/** A metadata column as a JSON object, which memtomem expects. Anything else is kept as text under `_unreadable`. */
export function metadataObject(column: string): string {
  return `CASE
    WHEN typeof(${column}) = 'text' AND json_valid(${column}) AND json_type(${column}) = 'object' THEN ${column}
    WHEN ${column} IS NULL OR ${column} = '' THEN '{}'
    ELSE json_object('_unreadable', CAST(${column} AS TEXT)) END`;
}

const METADATA_OBJECT = metadataObject("metadata");

/** Quotes the name of a table or a column, which other programs may choose freely. */
export function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** Returns NULL unless the column holds a date: SQLite also accepts numbers, times of day and `now` as times. */
function ifDate(column: string, time: string): string {
  return `CASE WHEN ${column} GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]*' THEN ${time} END`;
}

/** A stored time in local time, to the minute, or unchanged if invalid. SQL, since JavaScript's time zones take 8 ms to load. */
export function localMinute(column: string): string {
  const local = ifDate(column, `strftime('%Y-%m-%d %H:%M', ${column}, 'localtime')`);
  return `coalesce(${local}, ${column})`;
}

/** How far local time was from UTC at a stored time, like `+09:00`, or NULL if it is invalid. */
export function offsetFromUtc(column: string): string {
  const minutes = `(unixepoch(${column}, 'localtime') - unixepoch(${column})) / 60`;
  const text = `printf('%s%02d:%02d', iif(${minutes} < 0, '-', '+'), abs(${minutes}) / 60, abs(${minutes}) % 60)`;
  return ifDate(column, text);
}

/** A stored time in seconds since 1970, or NULL if it is invalid. */
export function epochSeconds(column: string): string {
  return ifDate(column, `unixepoch(${column})`);
}

/** A text in a row's metadata, or NULL if there is none by that name. */
export function metadataText(column: string, name: string): string {
  const object = metadataObject(column);
  return `CASE json_type(${object}, '$.${name}') WHEN 'text' THEN json_extract(${object}, '$.${name}') END`;
}

const SESSION_COLUMNS = "id, agent_id, started_at, ended_at, summary, metadata, namespace";

/** A condition on `sessions` as `s`; $agents is a JSON array of agent ids. */
export const OF_AGENTS = "s.agent_id IN (SELECT value FROM json_each($agents))";

/** Sets the longest wait for a lock, in milliseconds. */
export const setLockWait = (ms: number) => `PRAGMA busy_timeout = ${ms}`;

export const BEGIN = "BEGIN IMMEDIATE";
export const BEGIN_ALONE = "BEGIN EXCLUSIVE";
export const WITHOUT_JOURNAL = "PRAGMA journal_mode = MEMORY";
export const COMMIT = "COMMIT";
export const ROLLBACK = "ROLLBACK";

/** The rows of `mm_meta`. Without this table, the database isn't ready for `mm`. */
export const META = "SELECT key, value FROM mm_meta";

export const NOTE_FILE = "INSERT OR REPLACE INTO mm_meta (key, value) VALUES ('file', ?1)";

export const SIGN_LOG = "CREATE TABLE mm_signed (a); DROP TABLE mm_signed";

export const FORGET_CREATION = "DELETE FROM mm_meta WHERE key = 'created_as'";

export const SESSION_BY_ID = `SELECT ${SESSION_COLUMNS} FROM sessions WHERE id = ?1`;

export const SESSIONS_BY_PREFIX = `SELECT ${SESSION_COLUMNS} FROM sessions
  WHERE id >= ?1 AND id < ?1 || char(0x10FFFF) ORDER BY started_at DESC, rowid DESC LIMIT ?2`;

export const SESSION_BY_EXTERNAL_ID = `SELECT ${SESSION_COLUMNS} FROM sessions
  WHERE id = (SELECT session_id FROM mm_sessions WHERE agent_id = ?1 AND external_id = ?2)`;

/** The condition of `findStaleActiveSessions`. */
const IS_STALE = "ended_at IS NULL AND started_at <";

export const STALE_ACTIVE_SESSIONS = `SELECT ${SESSION_COLUMNS} FROM sessions
  WHERE ${IS_STALE} ?1 ORDER BY started_at, rowid`;

export const ANY_STALE_SESSION = `SELECT 1 FROM sessions WHERE ${IS_STALE} ?1 LIMIT 1`;

export const SHORT_ID_CHARS = 8;

/** ?1 is a JSON array of ids. */
export const UNLIKE_OTHERS = `SELECT j.value AS id FROM json_each(?1) j
  WHERE (SELECT count(*) FROM (SELECT 1 FROM sessions o WHERE o.id >= substr(j.value, 1, ${SHORT_ID_CHARS})
    AND o.id < substr(j.value, 1, ${SHORT_ID_CHARS}) || char(0x10FFFF) LIMIT 2)) = 1`;

export const INSERT_SESSION = `INSERT INTO sessions (id, agent_id, started_at, metadata, namespace)
  VALUES (?1, ?2, ?3, ?4, ?5)`;

/** An end is written to both tables, to `mm_sessions` first, since `sessions` says which sessions are meant. */
export interface EndStatements {
  readonly own: string;
  readonly shared: string;
}

function endOf(scope: string): EndStatements {
  return {
    own: `UPDATE mm_sessions SET ended_ms = $at, ended_by = $by, end_reason = $reason, end_event = $event,
        end_us = $micros
      WHERE session_id IN (SELECT id FROM sessions WHERE ${scope})`,
    // An end without a summary keeps the present one. Replacing a summary also replaces its provenance.
    shared: `UPDATE sessions SET ended_at = $endedAt,
        summary = CASE WHEN $replaces THEN coalesce($summary, summary) ELSE coalesce(nullif(summary, ''), $summary) END,
        metadata = json_patch(CASE WHEN $replaces OR summary IS NULL OR summary = ''
          THEN json_remove(${METADATA_OBJECT}, '$.summary_provenance') ELSE ${METADATA_OBJECT} END, $metadata)
      WHERE ${scope}`,
  };
}

export const END_ONE = endOf("id = $id");

/** $except is the id of a session to leave alone, or NULL. */
export const END_STALE = endOf(`${IS_STALE} $startedBefore AND id IS NOT $except`);

/** $ids is a JSON array. */
export const END_LISTED = endOf("id IN (SELECT value FROM json_each($ids))");

/**
 * Sessions of hooks that aren't known to have ended and gave no sign of life since ?1, or one after ?2; a bounded
 * number.
 */
export const STALE_SESSIONS = `SELECT m.session_id, m.last_event_ms, s.ended_at IS NULL AS is_active
  FROM (SELECT session_id, last_event_ms FROM mm_sessions
    WHERE client IS NOT NULL AND ended_ms IS NULL AND (last_event_ms < ?1 OR last_event_ms > ?2)
    ORDER BY last_event_ms LIMIT 100) m
  JOIN sessions s ON s.id = m.session_id`;

/** ?1 is now, ?2 what is too much later for any clock that goes right: it was heard of by now at the latest. */
export const CAP_LAST_EVENTS = `UPDATE mm_sessions SET last_event_ms = ?1
  WHERE client IS NOT NULL AND ended_ms IS NULL AND last_event_ms > ?2`;

/** Sessions that another program has ended, at most ?1: few run, and thousands have ended. */
export const ENDED_ELSEWHERE = `SELECT m.session_id FROM mm_sessions m CROSS JOIN sessions s ON s.id = m.session_id
  WHERE m.client IS NOT NULL AND m.ended_ms IS NULL AND +s.ended_at IS NOT NULL LIMIT ?1`;

/** memtomem marks its automatic ends just as `mm` does. */
const AUTOMATIC_REASON = `CASE json_extract(${metadataObject("s.metadata")}, '$.auto_ended')
    WHEN 1 THEN json_extract(${metadataObject("s.metadata")}, '$.reason') END`;

/** ?1 is a JSON array of ids. */
export const NOTE_ENDS = `UPDATE mm_sessions SET
    ended_ms = coalesce(${epochSeconds("s.ended_at")} * 1000, last_event_ms, 0),
    ended_by = ${AUTOMATIC_REASON}, end_reason = ${AUTOMATIC_REASON}
  FROM sessions s
  WHERE s.id = mm_sessions.session_id AND +s.ended_at IS NOT NULL AND mm_sessions.ended_ms IS NULL
    AND mm_sessions.session_id IN (SELECT value FROM json_each(?1))`;

export const MERGE_METADATA = `UPDATE sessions
  SET metadata = json_patch(${METADATA_OBJECT}, ?2) WHERE id = ?1`;

export const SET_TITLE = `UPDATE sessions
  SET metadata = json_set(${METADATA_OBJECT}, '$.title', ?2) WHERE id = ?1`;

export const SET_TITLE_FROM = "UPDATE mm_sessions SET title_from = ?2 WHERE session_id = ?1";

/** Only for ended sessions: the search index checks open ones anyway. */
export const NOTE_RENAMED = `INSERT OR IGNORE INTO mm_renamed (session_id)
  SELECT id FROM sessions WHERE id = ?1 AND ended_at IS NOT NULL`;

/** What `agentProcessOf` reads. */
export const AGENT_PROCESS = "m.agent_pid, m.agent_ticks, m.agent_pid_ns";

export const HOOKED_SESSION = `SELECT m.session_id, s.ended_at, s.summary, s.metadata, m.last_event_ms,
    m.ended_ms, m.ended_by, m.end_reason, m.title_from, m.keeps_summary, m.started, m.history, ${AGENT_PROCESS},
    m.project, m.folder, m.first_commit, m.remote, m.root, m.branch, m.cwd
  FROM mm_sessions m JOIN sessions s ON s.id = m.session_id
  WHERE m.agent_id = ?1 AND m.external_id = ?2`;

const lastInTree = (
  ended: string,
) => `SELECT * FROM (SELECT session_id, last_event_ms FROM mm_sessions
    WHERE client IS NOT NULL AND client = ?1 AND root = ?2 AND ended_ms ${ended} ORDER BY 2 DESC LIMIT 1)`;

/**
 * The agent's session that was last active in the same working tree: a fork's parent. Two indices have that order, of
 * those that run and of those that have ended.
 */
export const LAST_ACTIVE_IN_TREE = `${lastInTree("IS NULL")} UNION ALL
  ${lastInTree("IS NOT NULL AND last_event_ms IS NOT NULL")} ORDER BY 2 DESC LIMIT 1`;

/** NULL never replaces a value. Later calls know more: Claude reports no model at first. ?6 is later than now. */
export const TOUCH_SESSION = `UPDATE mm_sessions SET
    last_event_ms = CASE WHEN last_event_ms <= ?6 THEN max(last_event_ms, ?2) ELSE ?2 END,
    model = coalesce(?3, model), client_version = coalesce(?4, client_version),
    transcript = coalesce(?5, transcript)
  WHERE session_id = ?1`;

export const MOVE_START = "UPDATE sessions SET started_at = ?2 WHERE id = ?1 AND started_at > ?2";

export const SET_STARTED = "UPDATE mm_sessions SET started = 1 WHERE session_id = ?1";

export const DELETE_ORPHAN = `DELETE FROM mm_sessions
  WHERE agent_id = ?1 AND external_id = ?2 AND session_id NOT IN (SELECT id FROM sessions)`;

export const SET_AGENT_PROCESS =
  "UPDATE mm_sessions SET agent_pid = ?2, agent_ticks = ?3, agent_pid_ns = ?4 WHERE session_id = ?1";

/** Of the sessions of other processes that aren't known to have ended, those that were heard of last. */
export const OPEN_SESSIONS = `SELECT m.session_id, m.agent_id, m.external_id, m.client, m.last_event_ms, ${AGENT_PROCESS}
  FROM (SELECT session_id, agent_id, external_id, client, last_event_ms, agent_pid, agent_ticks, agent_pid_ns FROM mm_sessions
    WHERE client IS NOT NULL AND ended_ms IS NULL AND agent_pid IS NOT NULL AND (agent_pid, agent_ticks) IS NOT (?1, ?2)
    ORDER BY last_event_ms DESC LIMIT 100) m
  JOIN sessions s ON s.id = m.session_id WHERE s.ended_at IS NULL`;

export const SET_WHEREABOUTS = `UPDATE mm_sessions SET project = ?2, folder = ?3, first_commit = ?4, remote = ?5,
    root = ?6, branch = ?7, cwd = ?8
  WHERE session_id = ?1`;

/** The paths of a session, without its transcript's. */
export const SESSION_PATHS = `SELECT session_id AS id, project, folder, root, cwd FROM mm_sessions
  WHERE project IS NOT NULL OR root IS NOT NULL OR cwd IS NOT NULL`;

export const SET_PATHS = `UPDATE mm_sessions SET project = ?2, folder = ?3, root = ?4, cwd = ?5
  WHERE session_id = ?1`;

/** An earlier automatic end leaves no trace in what memtomem reads. ?2 is a person's summary. */
export const REOPEN_SESSION = `UPDATE sessions SET ended_at = NULL, summary = ?2,
    metadata = json_remove(${METADATA_OBJECT}, '$.auto_ended', '$.reason',
      iif(?2 IS NULL, '$.event_count', '$.reason'), iif(?2 IS NULL, '$.summary_provenance', '$.reason')) WHERE id = ?1`;

export const RECOUNT = `UPDATE sessions SET summary = ?2,
    metadata = json_set(${METADATA_OBJECT}, '$.event_count', ?3) WHERE id = ?1 AND ended_at IS NOT NULL`;

export const REOPEN_OWN_SESSION = `UPDATE mm_sessions
  SET ended_ms = NULL, ended_by = NULL, end_reason = NULL, end_event = NULL, end_us = NULL,
    keeps_summary = ?2 WHERE session_id = ?1`;

export const REMEMBER_END = `INSERT INTO mm_early_ends (agent_id, external_id, at_ms, reason) VALUES (?1, ?2, ?3, ?4)
  ON CONFLICT (agent_id, external_id) DO UPDATE SET at_ms = excluded.at_ms, reason = excluded.reason WHERE excluded.at_ms > at_ms`;

export const EARLY_END =
  "SELECT at_ms, reason FROM mm_early_ends WHERE agent_id = ?1 AND external_id = ?2";

export const FORGET_EARLY_END =
  "DELETE FROM mm_early_ends WHERE agent_id = ?1 AND external_id = ?2";

/** Deletes early ends that have waited too long. */
export const FORGET_OLD_ENDS = "DELETE FROM mm_early_ends WHERE at_ms < ?1";

export const INSERT_EVENT = `INSERT INTO session_events (session_id, event_type, content, created_at, metadata)
  VALUES (?1, ?2, ?3, ?4, ?5)`;

/** Between the times ?3 and ?4, the same key means the same event. */
export const SEEN_BEFORE = `SELECT 1 FROM mm_events
  WHERE session_id = ?1 AND dedup_key = ?2 AND at_ms BETWEEN ?3 AND ?4 LIMIT 1`;

/** The same, of the session's last event alone. */
export const SEEN_LAST = `SELECT 1 FROM mm_events
  WHERE event_id = (SELECT max(id) FROM session_events WHERE session_id = ?1)
    AND session_id = ?1 AND dedup_key = ?2 AND at_ms BETWEEN ?3 AND ?4`;

export const LAST_TYPE = `SELECT event_type AS type FROM session_events
  WHERE session_id = ?1 ORDER BY id DESC LIMIT 1`;

export const HAS_EVENTS = "SELECT 1 FROM session_events WHERE session_id = ?1 LIMIT 1";

export const EVENT_COUNT = "SELECT count(*) AS count FROM session_events WHERE session_id = ?1";

export const EVENT_COUNTS_BY_TYPE = `SELECT event_type AS type, count(*) AS count FROM session_events
  WHERE session_id = ?1 GROUP BY event_type ORDER BY count(*) DESC, min(id)`;

/** Columns of other programs' tables that refer to sessions. */
export const REFERENCES_TO_SESSIONS = `SELECT t.name AS table_name, f."from" AS column_name
  FROM sqlite_schema t JOIN pragma_foreign_key_list(t.name) f ON f."table" = 'sessions'
  WHERE t.type = 'table' AND t.name <> 'session_events' AND t.name NOT LIKE 'mm\\_%' ESCAPE '\\'`;

export const DELETE_SESSION = "DELETE FROM sessions WHERE id = ?1";
