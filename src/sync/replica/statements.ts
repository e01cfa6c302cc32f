/** What the replica knows beside the tables that every database of `mm` has. */
export const CREATE_REPLICA = `CREATE TABLE IF NOT EXISTS mm_remote_sources (
  source_id TEXT PRIMARY KEY,
  machine TEXT NOT NULL,
  owner TEXT NOT NULL,
  is_own INTEGER NOT NULL,
  rev INTEGER NOT NULL DEFAULT 0,
  filter TEXT NOT NULL DEFAULT '',
  pushed_ms REAL,
  pulled_ms INTEGER
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS mm_remote_sessions (
  source_id TEXT NOT NULL,
  session_id TEXT NOT NULL,
  rev INTEGER NOT NULL,
  event_count INTEGER NOT NULL,
  last_event INTEGER NOT NULL,
  external_id TEXT,
  is_stored INTEGER NOT NULL,
  PRIMARY KEY (source_id, session_id)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS mm_remote_sessions_id ON mm_remote_sessions(session_id);`;

export const PULLED_SOURCE = "SELECT rev, filter FROM mm_remote_sources WHERE source_id = ?1";
export const SET_PULLED_SOURCE = `INSERT INTO mm_remote_sources (source_id, machine, owner, is_own, filter, pushed_ms)
  VALUES (?1, ?2, ?3, ?4, ?5, ?6)
  ON CONFLICT (source_id) DO UPDATE SET machine = excluded.machine, owner = excluded.owner, is_own = excluded.is_own,
    filter = excluded.filter, pushed_ms = excluded.pushed_ms`;
export const SET_REV = "UPDATE mm_remote_sources SET rev = ?2 WHERE source_id = ?1";

export const SET_PULLED = "UPDATE mm_remote_sources SET pulled_ms = ?2 WHERE source_id = ?1";
/** When anything was last pulled. */
export const LAST_PULL = "SELECT max(pulled_ms) AS ms FROM mm_remote_sources";
export const HAS_SOURCES =
  "SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'mm_remote_sources'";

export const HOLDERS = `SELECT s.source_id, s.rev, s.event_count, s.last_event, coalesce(o.is_own, 0) AS is_own, s.is_stored
  FROM mm_remote_sessions s LEFT JOIN mm_remote_sources o ON o.source_id = s.source_id WHERE s.session_id = ?1`;
export const NOTE_HOLDER = `INSERT OR REPLACE INTO mm_remote_sessions
  (source_id, session_id, rev, event_count, last_event, external_id, is_stored) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)`;
export const SET_LAST_EVENT =
  "UPDATE mm_remote_sessions SET last_event = ?3 WHERE source_id = ?1 AND session_id = ?2";
export const FORGET = "DELETE FROM mm_remote_sessions WHERE source_id = ?1 AND session_id = ?2";
/** The next pull gets the session again. */
export const GO_BACK = "UPDATE mm_remote_sources SET rev = min(rev, ?2) WHERE source_id = ?1";

/** A source has each call once: another of its sessions had it before. */
export const TAKE_CALL = `DELETE FROM mm_usage WHERE client = ?1 AND call_id = ?2 AND session_id IS NOT ?3
  AND session_id IN (SELECT session_id FROM mm_remote_sessions WHERE source_id = ?4)`;

export const HAS_EXTERNAL =
  "SELECT 1 FROM mm_sessions WHERE agent_id = ?1 AND external_id = ?2 AND session_id IS NOT ?3";
