import type { Connection } from "../connection.ts";
import { findHookedSession, type HookedSession } from "../hooked-sessions.ts";

const lastOf = (sessions: string) =>
  `SELECT * FROM (SELECT * FROM mm_sessions WHERE ${sessions} ORDER BY last_event_ms DESC LIMIT 100)`;

/** By the key under which the subagent's start is stored. The conditions are those of the indices. */
const SESSION_OF_SUBAGENT = `SELECT external_id AS id FROM (${lastOf("client IS NOT NULL AND ended_ms IS NULL")}
  UNION ALL ${lastOf("last_event_ms IS NOT NULL AND (client IS NULL OR ended_ms IS NOT NULL)")}) m
  JOIN mm_events e ON e.session_id = m.session_id AND dedup_key = ?2 WHERE agent_id = ?1 LIMIT 1`;

/** The session in which a subagent of this id was started, of those that were last active; or null. */
export function findSessionOfSubagent(
  db: Connection,
  agentId: string,
  subagent: string,
): HookedSession | null {
  const row = db
    .query<{ id: string }, [string, string]>(SESSION_OF_SUBAGENT)
    .get(agentId, `subagent-start:${subagent}`);
  return row === null ? null : findHookedSession(db, agentId, row.id);
}
