import { epochSeconds } from "../../store/statements.ts";

/** The `user_version` of this form of sidecar. */
export const SIDECAR_FORM = 1;

export const FORM_OF = "PRAGMA main.user_version";

export const CREATE_SIDECAR = `BEGIN IMMEDIATE;
CREATE TABLE IF NOT EXISTS sync_source (one INTEGER PRIMARY KEY CHECK (one = 1), source_id TEXT NOT NULL, holder TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS sync_remotes (
  remote TEXT PRIMARY KEY,
  session_rowid INTEGER NOT NULL DEFAULT 0,
  event_id INTEGER NOT NULL DEFAULT 0,
  full_ms INTEGER NOT NULL DEFAULT 0,
  rules TEXT NOT NULL DEFAULT '',
  pushed_ms INTEGER,
  clock_offset_ms INTEGER,
  rev INTEGER NOT NULL DEFAULT 0,
  mark TEXT NOT NULL DEFAULT ''
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS sync_sessions (
  remote TEXT NOT NULL,
  session_id TEXT NOT NULL,
  print TEXT NOT NULL,
  usage TEXT NOT NULL,
  look TEXT NOT NULL,
  last_event INTEGER NOT NULL,
  is_open INTEGER NOT NULL,
  PRIMARY KEY (remote, session_id)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS sync_sessions_open ON sync_sessions(remote) WHERE is_open = 1;
CREATE TABLE IF NOT EXISTS sync_quarantine (
  remote TEXT NOT NULL,
  session_id TEXT NOT NULL,
  seq INTEGER NOT NULL,
  problem TEXT NOT NULL,
  PRIMARY KEY (remote, session_id, seq)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS sync_problems (remote TEXT PRIMARY KEY, text TEXT NOT NULL, ms INTEGER NOT NULL) WITHOUT ROWID;
PRAGMA main.user_version = ${SIDECAR_FORM};
COMMIT`;

/** What was sent can be found out again, so a power cut may cost it. */
export const SIDECAR_SETTINGS = "PRAGMA main.synchronous = NORMAL; PRAGMA temp_store = MEMORY";

export const SOURCE = "SELECT source_id, holder FROM sync_source";
export const SET_SOURCE =
  "INSERT OR REPLACE INTO sync_source (one, source_id, holder) VALUES (1, ?1, ?2)";

export const REMOTE = `SELECT session_rowid, event_id, full_ms, rules, pushed_ms, clock_offset_ms, rev, mark
  FROM sync_remotes WHERE remote = ?1`;
export const ADD_REMOTE = "INSERT OR IGNORE INTO sync_remotes (remote) VALUES (?1)";
export const SET_SYNC_PROGRESS = `UPDATE sync_remotes SET session_rowid = ?2, event_id = ?3, rules = ?4,
  full_ms = iif(full_ms = ?7, coalesce(?5, full_ms), full_ms), mark = ?6 WHERE remote = ?1`;
export const SET_KNOWN_REV = "UPDATE sync_remotes SET rev = ?2 WHERE remote = ?1";
export const SET_PUSHED =
  "UPDATE sync_remotes SET pushed_ms = ?2, clock_offset_ms = ?3 WHERE remote = ?1";

/** Each time another number, so that a push that began before doesn't take it for its own. */
export const EXPECT_ALL = "UPDATE sync_remotes SET full_ms = min(full_ms, 0) - 1";
/** In place of a print: the session was deleted on the server. */
export const GONE = "deleted";
/** In place of a print: events were rewritten, which lengths may not show, so all are to be sent again. */
export const REWRITTEN = "";
/** ?1 are sessions. */
export const EXPECT_REWRITTEN = `UPDATE sync_sessions SET print = '${REWRITTEN}'
  WHERE print <> '${GONE}' AND session_id IN (SELECT value FROM json_each(?1))`;

export const SET_PROBLEM =
  "INSERT OR REPLACE INTO sync_problems (remote, text, ms) VALUES (?1, ?2, ?3)";
export const CLEAR_PROBLEM = "DELETE FROM sync_problems WHERE remote = ?1";
export const PROBLEM = "SELECT text, ms FROM sync_problems WHERE remote = ?1";

/** After which everything is compared with the server again. */
export const FORGET_REMOTES = "DELETE FROM sync_remotes";
export const FORGET_SESSIONS = "DELETE FROM sync_sessions";

export const SENT = `SELECT session_id, print, usage, last_event FROM sync_sessions
  WHERE remote = ?1 AND session_id = ?2`;
export const SET_SENT = `INSERT OR REPLACE INTO sync_sessions (remote, session_id, print, usage, look, last_event, is_open)
  VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)`;
/** Only its look has changed, so it needn't be compared again. */
export const SET_LOOK = `UPDATE sync_sessions SET look = ?3, is_open = ?4
  WHERE remote = ?1 AND session_id = ?2 AND (look IS NOT ?3 OR is_open IS NOT ?4)`;
export const GONE_SESSIONS = `SELECT session_id AS id FROM sync_sessions WHERE remote = ?1 AND print = '${GONE}'`;
export const REWRITTEN_SESSIONS = `SELECT session_id AS id FROM sync_sessions WHERE remote = ?1 AND print = '${REWRITTEN}'`;
export const FORGET_SESSIONS_OF = `DELETE FROM sync_sessions
  WHERE remote = ?1 AND print NOT IN ('${GONE}', '${REWRITTEN}')`;
export const COUNT_SENT = `SELECT count(*) AS n FROM sync_sessions WHERE remote = ?1 AND print <> '${GONE}'`;

export const WHOLE = `SELECT p.session_id AS id FROM sync_sessions p WHERE p.remote = ?1 AND p.is_open = 0
  AND p.last_event >= coalesce((SELECT max(e.id) FROM session_events e WHERE e.session_id = p.session_id), 0)`;

export const SET_ASIDE = `INSERT OR REPLACE INTO sync_quarantine (remote, session_id, seq, problem)
  VALUES (?1, ?2, ?3, ?4)`;
export const LIST_ASIDE =
  "SELECT session_id, seq, problem FROM sync_quarantine WHERE remote = ?1 ORDER BY session_id, seq LIMIT ?2";
export const COUNT_ASIDE = "SELECT count(*) AS n FROM sync_quarantine WHERE remote = ?1";
export const LIST_ASIDE_SESSIONS =
  "SELECT DISTINCT session_id FROM sync_quarantine WHERE remote = ?1";
/** If this push dies, the next one compares all sessions, too. */
export const CLEAR_ASIDE = [
  `UPDATE sync_sessions SET print = '', usage = '', last_event = 0
    WHERE remote = ?1 AND session_id IN (SELECT session_id FROM sync_quarantine WHERE remote = ?1)`,
  "UPDATE sync_remotes SET full_ms = 0 WHERE remote = ?1",
  "DELETE FROM sync_quarantine WHERE remote = ?1",
] as const;

/** The highest id that an event of this database has had. SQLite alone doesn't note one to which an event was moved. */
export const HIGHEST_EVENT = `SELECT max(coalesce(max(id), 0),
    coalesce((SELECT seq FROM source.sqlite_sequence WHERE name = 'session_events'), 0)) AS id
  FROM source.session_events`;
export const SOURCE_HAS_OWN_TABLES =
  "SELECT 1 FROM source.sqlite_schema WHERE type = 'table' AND name = 'mm_sessions'";

/** What tells an event from another one that came to its number, because the database was replaced by an older one. */
export const MARKED_EVENT = `SELECT session_id, created_at, event_type,
    coalesce(${epochSeconds("created_at")}, 0) AS seconds FROM source.session_events WHERE id = ?1`;
/** A deleted session's rowid may be given to the next one. */
export const SESSION_AT = "SELECT id FROM source.sessions WHERE rowid = ?1";
