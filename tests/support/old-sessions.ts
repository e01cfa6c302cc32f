const numbers = (most: number) =>
  `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${most})`;

/** SQL that adds sessions of hooks that ended at this time, each with this many events. */
export function oldSessions(
  name: string,
  sessions: number,
  eventsEach: number,
  at = "2024-01-01T00:00:00+00:00",
): string {
  return `BEGIN;
    INSERT INTO sessions (id, agent_id, started_at, ended_at, summary)
      ${numbers(sessions)} SELECT '${name}-' || i, 'claude-code', '${at}', '${at}', 'done' FROM n;
    INSERT INTO mm_sessions (session_id, agent_id, external_id, client, last_event_ms, ended_ms)
      ${numbers(sessions)} SELECT '${name}-' || i, 'claude-code', '${name}-' || i, 'claude', 0, 0 FROM n;
    INSERT INTO session_events (session_id, event_type, content, created_at)
      ${numbers(sessions * eventsEach)} SELECT '${name}-' || (i % ${sessions} + 1), 'tool_call',
        'Bash: bun test --filter ' || hex(randomblob(30)), '${at}' FROM n;
    INSERT INTO mm_events (event_id, session_id, at_ms, dedup_key)
      SELECT id, session_id, 0, hex(randomblob(12)) FROM session_events WHERE session_id LIKE '${name}-%';
    COMMIT`;
}
