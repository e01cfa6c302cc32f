import { epochSeconds } from "../../store/statements.ts";
import { exportedNames, MM_USAGE } from "../../store/tables.ts";
import { GONE } from "../source/statements.ts";
import { SESSION_COLUMNS } from "./rows.ts";

/** What events are told apart by: their ids, and the lengths of their texts. Ids may be so large that their sum isn't exact. */
const EVENTS_LOOK = `count(e.id) || ' ' || total(e.id) || ' ' || total(octet_length(e.event_type)) || ' '
    || total(octet_length(e.content)) || ' ' || total(octet_length(e.metadata))`;

/**
 * What of a session can be compared without reading its events. A title may change to another of the same length;
 * that is found when all sessions are compared.
 */
const LOOK = `coalesce(s.ended_at, '') || ' ' || length(s.metadata) || ' ' || coalesce(length(s.summary), 0)
  || ' ' || coalesce(m.title_from, '') || ' ' || coalesce(m.model, '') || ' ' || coalesce(m.branch, '')
  || ' ' || coalesce(m.end_reason, '') || ' ' || coalesce(m.remote, '')
  || ' ' || coalesce(m.history, 0) || ' ' || (SELECT count(*) FROM mm_usage u WHERE u.session_id = s.id)`;

/** Among so many sessions before the last one looks are compared: among all, each push would read every session. */
const RECENT = 5000;

/** What was noted of the events of \`p\`. */
const NOTED_EVENTS = "substr(p.look, 1, instr(p.look, '#') - 1)";

/**
 * ?1 is the remote, ?2 the last session's rowid that was looked at, ?3 the last event's id. Of sessions with a sign of
 * life since ?4, events are compared, too: a transcript that is read late completes what hooks told.
 */
export const CHANGED = `SELECT s.rowid AS rowid FROM sessions s WHERE s.rowid > ?2
  UNION SELECT s.rowid FROM sync_sessions p CROSS JOIN sessions s ON s.id = p.session_id
    WHERE p.remote = ?1 AND p.is_open = 1
  UNION SELECT s.rowid FROM sessions s CROSS JOIN sync_sessions p ON p.remote = ?1 AND p.session_id = s.id
    LEFT JOIN mm_sessions m ON m.session_id = s.id WHERE s.rowid > ?2 - ${RECENT} AND p.look IS NOT
      CASE WHEN m.last_event_ms > ?4 THEN (SELECT ${EVENTS_LOOK} FROM session_events e WHERE e.session_id = s.id)
        ELSE ${NOTED_EVENTS} END || '#' || ${LOOK}
  UNION SELECT s.rowid FROM session_events e JOIN sessions s ON s.id = e.session_id WHERE e.id > ?3
  ORDER BY 1`;

export const READ = "BEGIN";
export const END = "COMMIT";

export const ALL = "SELECT s.rowid AS rowid FROM sessions s ORDER BY 1";

export const HIGHEST_SESSION = "SELECT coalesce(max(rowid), 0) AS rowid FROM source.sessions";

const OWN = SESSION_COLUMNS.map((name) => `m.${name}`).join(", ");

/** ?1 is a rowid. */
export const SESSION = `SELECT s.id, s.agent_id, s.summary, s.metadata, s.namespace,
    ${epochSeconds("s.started_at")} * 1000 AS started_ms,
    CASE WHEN s.ended_at IS NOT NULL THEN coalesce(m.ended_ms, ${epochSeconds("s.ended_at")} * 1000, 0) END AS ended_ms,
    s.ended_at IS NULL AS is_open, m.client, m.external_id, m.parent_id, m.remote, m.branch, m.model, ${OWN},
    coalesce(m.last_event_ms, max(CASE WHEN m.last_event_ms IS NULL THEN ${epochSeconds("e.created_at")} * 1000 END)) AS last_event_ms,
    count(e.id) AS event_count, max(e.id) AS last_event, ${EVENTS_LOOK} AS events, ${LOOK} AS look
  FROM sessions s LEFT JOIN mm_sessions m ON m.session_id = s.id LEFT JOIN session_events e ON e.session_id = s.id
  WHERE s.rowid = ?1 GROUP BY s.rowid`;

/** ?1 is a session, ?2 the last event's id that counts. */
export const EVENTS_UP_TO = `SELECT ${EVENTS_LOOK} AS events FROM session_events e WHERE e.session_id = ?1 AND e.id <= ?2`;

/** ?1 is a session, ?2 the last event's id that the server has, ?3 how many. */
export const EVENTS = `SELECT e.id, e.event_type, e.content, e.metadata,
    coalesce(m.at_ms, ${epochSeconds("e.created_at")} * 1000) AS at_ms
  FROM session_events e LEFT JOIN mm_events m ON m.event_id = e.id
  WHERE e.session_id = ?1 AND e.id > ?2 ORDER BY e.id LIMIT ?3`;

export const COUNT_NEW =
  "SELECT count(*) AS n FROM session_events e WHERE e.session_id = ?1 AND e.id > ?2";

const CALLS = exportedNames(MM_USAGE).join(", ");
export const USAGE = `SELECT ${CALLS}, session_id FROM mm_usage WHERE session_id = ?1 ORDER BY client, call_id`;

/** The sessions that a person has deleted and the server is to forget. */
export const HAS_DELETED =
  "SELECT 1 FROM source.sqlite_schema WHERE type = 'table' AND name = 'mm_deleted'";
/** ?1 is the remote: what it never had it needn't forget. */
export const DELETED = `SELECT d.session_id AS id FROM mm_deleted d
  JOIN sync_sessions p ON p.remote = ?1 AND p.session_id = d.session_id AND p.print <> '${GONE}'
  ORDER BY d.session_id`;

export const IS_THERE = "SELECT 1 FROM sessions WHERE id = ?1";
