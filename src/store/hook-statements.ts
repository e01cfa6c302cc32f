import { localMinute, METADATA_OBJECT } from "./sql-parts.ts";

/** The statements of the hook path, at the level of SQLite 3.40. */

export const HOOKED_SESSION = `SELECT m.session_id, s.ended_at, s.summary, s.metadata, m.last_event_ms,
    m.ended_ms, m.ended_by, m.end_reason, m.title_from, m.keeps_summary, m.started
  FROM mm_sessions m JOIN sessions s ON s.id = m.session_id
  WHERE m.agent_id = ?1 AND m.external_id = ?2`;

export const INSERT_HOOKED_SESSION = `INSERT INTO mm_sessions
    (session_id, agent_id, external_id, parent_id, client, client_version, model, project, remote, root,
     cwd, branch, transcript, title_from, started, last_event_ms, start_event, start_us)
  VALUES ($id, $agentId, $externalId, $parentId, $client, $clientVersion, $model, $project, $remote, $root,
     $cwd, $branch, $transcript, $titleFrom, $started, $at, $startEvent, $startMicros)`;

/** The client's session that was last active in the same working tree, for a fork's parent. */
export const LAST_ACTIVE_IN_TREE = `SELECT session_id FROM mm_sessions
  WHERE client = ?1 AND root = ?2 ORDER BY last_event_ms DESC LIMIT 1`;

/** Later calls know more (Claude names no model at first), so NULL never replaces a value. */
export const TOUCH_SESSION = `UPDATE mm_sessions SET last_event_ms = max(coalesce(last_event_ms, 0), ?2),
    model = coalesce(?3, model), client_version = coalesce(?4, client_version),
    transcript = coalesce(?5, transcript)
  WHERE session_id = ?1`;

export const SET_STARTED = "UPDATE mm_sessions SET started = 1 WHERE session_id = ?1";

/** A start that comes after the first prompt knows where it is. */
export const FILL_PLACE = `UPDATE mm_sessions SET project = coalesce(project, ?2), remote = coalesce(remote, ?3),
    root = coalesce(root, ?4), branch = coalesce(branch, ?5), cwd = coalesce(cwd, ?6)
  WHERE session_id = ?1`;

export const SET_TITLE = `UPDATE sessions
  SET metadata = json_set(${METADATA_OBJECT}, '$.title', ?2) WHERE id = ?1`;

export const SET_TITLE_FROM = "UPDATE mm_sessions SET title_from = ?2 WHERE session_id = ?1";

/** An earlier automatic end leaves no trace in what memtomem reads. */
export const REOPEN_SESSION = `UPDATE sessions SET ended_at = NULL, summary = ?2,
    metadata = json_remove(${METADATA_OBJECT}, '$.auto_ended', '$.reason') WHERE id = ?1`;

export const REOPEN_HOOKED_SESSION = `UPDATE mm_sessions
  SET ended_ms = NULL, ended_by = NULL, end_reason = NULL, end_event = NULL, end_us = NULL,
    keeps_summary = ?2 WHERE session_id = ?1`;

/** The time of an end that somebody else stored to the second. */
export const SET_END_TIME = "UPDATE mm_sessions SET ended_ms = ?2 WHERE session_id = ?1";

export const END_HOOKED_SESSION = `UPDATE mm_sessions
  SET ended_ms = ?2, ended_by = ?3, end_reason = ?4, end_event = ?5, end_us = ?6 WHERE session_id = ?1`;

export const INSERT_HOOK_EVENT = `INSERT INTO mm_events (event_id, session_id, at_ms, dedup_key, own_us)
  VALUES (?1, ?2, ?3, ?4, ?5)`;

/** ?3 and ?4 bound the time in which the same key is the same event. */
export const SEEN_BEFORE = `SELECT 1 FROM mm_events
  WHERE session_id = ?1 AND dedup_key = ?2 AND at_ms BETWEEN ?3 AND ?4 LIMIT 1`;

export const REMEMBER_END = `INSERT INTO mm_early_ends (agent_id, external_id, at_ms, reason) VALUES (?1, ?2, ?3, ?4)
  ON CONFLICT (agent_id, external_id) DO UPDATE SET at_ms = excluded.at_ms, reason = excluded.reason WHERE excluded.at_ms > at_ms`;

export const EARLY_END =
  "SELECT at_ms, reason FROM mm_early_ends WHERE agent_id = ?1 AND external_id = ?2";

export const FORGET_EARLY_END =
  "DELETE FROM mm_early_ends WHERE agent_id = ?1 AND external_id = ?2";

export const HAS_EVENTS = "SELECT 1 FROM session_events WHERE session_id = ?1 LIMIT 1";

/** Columns of other programs' tables that refer to sessions. */
export const REFERENCES_TO_SESSIONS = `SELECT t.name AS table_name, f."from" AS column_name
  FROM sqlite_schema t JOIN pragma_foreign_key_list(t.name) f ON f."table" = 'sessions'
  WHERE t.type = 'table' AND t.name <> 'session_events' AND t.name NOT LIKE 'mm\\_%' ESCAPE '\\'`;

export const DELETE_SESSION = "DELETE FROM sessions WHERE id = ?1";

/** Ends hook-made sessions without a sign of life since ?1, oldest first, a bounded number. */
export const END_IDLE_HOOKED_SESSIONS = `UPDATE mm_sessions
  SET ended_ms = ?2, ended_by = 'stale', end_reason = 'stale'
  WHERE session_id IN (
    SELECT m.session_id FROM mm_sessions m JOIN sessions s ON s.id = m.session_id
    WHERE m.client IS NOT NULL AND m.ended_ms IS NULL AND m.last_event_ms < ?1 AND s.ended_at IS NULL
    ORDER BY m.last_event_ms LIMIT 100)
  RETURNING session_id`;

/** ?1 is a JSON array of ids. */
export const END_LISTED_SESSIONS = `UPDATE sessions SET ended_at = ?2, summary = coalesce(summary, ?3),
    metadata = json_patch(${METADATA_OBJECT}, '{"auto_ended":true,"reason":"stale"}')
  WHERE id IN (SELECT value FROM json_each(?1))`;

/**
 * The five that ended last. Whoever else ends a session leaves no milliseconds of it; those are looked for
 * among the last hundred that are not known to have ended.
 */
export const EARLIER_SESSIONS = `SELECT s.agent_id, ${localMinute("s.started_at")} AS started_local, s.metadata, s.summary
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

export const LIVE_SESSIONS = `SELECT s.agent_id, ${localMinute("s.started_at")} AS started_local, s.metadata, s.summary
  FROM mm_sessions m JOIN sessions s ON s.id = m.session_id
  WHERE m.client IS NOT NULL AND m.ended_ms IS NULL AND m.root = ?1 AND m.session_id <> ?2 AND s.ended_at IS NULL
  ORDER BY m.rowid DESC LIMIT 5`;

export const CLIENTS_HEARD = `SELECT client, max(last_event_ms) AS last FROM mm_sessions
  WHERE client IS NOT NULL GROUP BY client`;

/** From the newest events back, a thousand of the client's. */
export const LAST_OWN_TIMES = `SELECT e.own_us FROM mm_events e JOIN mm_sessions m ON m.session_id = e.session_id
  WHERE m.client = ?1 AND e.own_us IS NOT NULL ORDER BY e.event_id DESC LIMIT 1000`;

/** ?1 is a JSON array of the ids whose files are still there. */
export const FORGET_SPOOLED =
  "DELETE FROM mm_spooled WHERE id NOT IN (SELECT value FROM json_each(?1))";

/** What waits so long waits for nothing. */
export const FORGET_OLD_ENDS = "DELETE FROM mm_early_ends WHERE at_ms < ?1";

export const TAKE_SPOOLED = "INSERT OR IGNORE INTO mm_spooled (id) VALUES (?1)";

export const SAVE = "SAVEPOINT spooled";
export const UNDO = "ROLLBACK TO spooled";
export const RELEASE = "RELEASE spooled";
