const COLUMNS = "id, agent_id, metadata, ended_at";

export const LIVE_SESSIONS = `SELECT ${COLUMNS} FROM sessions WHERE ended_at IS NULL
  ORDER BY started_at DESC LIMIT ?1`;

export const RECENT_SESSIONS = `SELECT ${COLUMNS} FROM sessions WHERE ended_at IS NOT NULL
  ORDER BY started_at DESC LIMIT ?1`;

export const SESSIONS_WITH_PREFIX = `SELECT ${COLUMNS} FROM sessions
  WHERE id >= ?1 AND id < ?1 || char(0x10FFFF) ORDER BY id LIMIT ?2`;

/** Goes from one agent to the next along the index: a DISTINCT would read every row. */
export const AGENT_IDS = `WITH RECURSIVE agents(agent_id) AS (
    SELECT min(agent_id) FROM sessions
    UNION ALL
    SELECT (SELECT min(agent_id) FROM sessions WHERE agent_id > agents.agent_id)
    FROM agents WHERE agent_id IS NOT NULL LIMIT ?1
  ) SELECT agent_id FROM agents WHERE agent_id IS NOT NULL`;
