import { localMinute, METADATA_OBJECT } from "./sql-parts.ts";

/** Every statement that `mm` runs, at the level of SQLite 3.40, since macOS lends its own SQLite. */

const SESSION_COLUMNS = "id, agent_id, started_at, ended_at, summary, metadata, namespace";

export const BEGIN = "BEGIN IMMEDIATE";
export const COMMIT = "COMMIT";
export const ROLLBACK = "ROLLBACK";

/** Rows of `mm_meta`; without the table this database isn't ready for `mm`. */
export const META = "SELECT key, value FROM mm_meta";

export const SESSION_BY_ID = `SELECT ${SESSION_COLUMNS} FROM sessions WHERE id = ?1`;

export const SESSIONS_BY_PREFIX = `SELECT ${SESSION_COLUMNS} FROM sessions
  WHERE id >= ?1 AND id < ?1 || char(0x10FFFF) ORDER BY started_at DESC, rowid DESC LIMIT ?2`;

export const SESSION_BY_EXTERNAL_ID = `SELECT ${SESSION_COLUMNS} FROM sessions
  WHERE id = (SELECT session_id FROM mm_sessions WHERE agent_id = ?1 AND external_id = ?2)`;

export const STALE_ACTIVE_SESSIONS = `SELECT ${SESSION_COLUMNS} FROM sessions
  WHERE ended_at IS NULL AND started_at < ?1 ORDER BY started_at, rowid`;

export const ANY_STALE_SESSION =
  "SELECT 1 FROM sessions WHERE ended_at IS NULL AND started_at < ?1 LIMIT 1";

export const INSERT_SESSION = `INSERT INTO sessions (id, agent_id, started_at, metadata, namespace)
  VALUES (?1, ?2, ?3, ?4, ?5)`;

/** Marks a session as made by `mm`, which alone may delete it. */
export const INSERT_OWN_SESSION = "INSERT INTO mm_sessions (session_id, agent_id) VALUES (?1, ?2)";

/** ?3 is a JSON object that is merged into the metadata, key by key. */
export const END_SESSION = `UPDATE sessions SET ended_at = ?2, summary = coalesce(?4, summary),
    metadata = json_patch(json_remove(${METADATA_OBJECT}, '$.summary_provenance'), ?3)
  WHERE id = ?1`;

/** ?5 is the id of one that is left alone, or NULL. */
export const END_STALE_SESSIONS = `UPDATE sessions SET ended_at = ?2, summary = coalesce(nullif(summary, ''), ?4),
    metadata = json_patch(CASE WHEN summary IS NULL OR summary = ''
      THEN json_remove(${METADATA_OBJECT}, '$.summary_provenance') ELSE ${METADATA_OBJECT} END, ?3)
  WHERE ended_at IS NULL AND started_at < ?1 AND id IS NOT ?5`;

export const MERGE_METADATA = `UPDATE sessions
  SET metadata = json_patch(${METADATA_OBJECT}, ?2) WHERE id = ?1`;

export const INSERT_EVENT = `INSERT INTO session_events (session_id, event_type, content, created_at, metadata)
  VALUES (?1, ?2, ?3, ?4, ?5)`;

export const EVENT_COUNT = "SELECT count(*) AS count FROM session_events WHERE session_id = ?1";

export const EVENT_COUNTS_BY_TYPE = `SELECT event_type AS type, count(*) AS count FROM session_events
  WHERE session_id = ?1 GROUP BY event_type ORDER BY count(*) DESC, min(id)`;

/** The last ?3 events in order (all for -1), of type ?2 where it isn't NULL. */
export const LAST_EVENTS = `SELECT event_type, content, created_at, metadata,
    ${localMinute("created_at")} AS created_local FROM (
    SELECT id, event_type, content, created_at, metadata FROM session_events
    WHERE session_id = ?1 AND (?2 IS NULL OR event_type = ?2) ORDER BY id DESC LIMIT ?3
  ) ORDER BY id`;
