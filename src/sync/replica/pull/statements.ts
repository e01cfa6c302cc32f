import { listOf, msOf, rowsOf } from "../../remote/statements.ts";

/** The first number that isn't exact as one of JavaScript's; no machine counts so far. */
const INEXACT = 2 ** 53;

/** Sessions that changed after a revision: $1 is the source, $3 a pattern for LIKE or null, $4 a time or null. */
export const PULL_SESSIONS = `SELECT session_id, rev, bucket::text AS bucket, agent_id, client, external_id, parent_id,
    project, branch, model, title, summary, namespace, event_count, last_event, print,
    metadata::text AS metadata, own::text AS own, ${msOf("started_at")} AS started_ms, ${msOf("ended_at")} AS ended_ms,
    ${msOf("last_event_at")} AS last_ms, deleted_at IS NOT NULL AS is_deleted
  FROM mm.session WHERE source_id = $1::uuid AND rev > $2::bigint AND rev < ${INEXACT}
    AND ($3::text IS NULL OR project LIKE $3::text OR deleted_at IS NOT NULL)
    AND ($4::timestamptz IS NULL OR started_at >= $4::timestamptz OR deleted_at IS NOT NULL)
  ORDER BY rev LIMIT $5::bigint`;

/** $2 has the sessions with the last events that are known, $3 is how many characters come at once. */
export const PULL_EVENTS = `SELECT * FROM (
    SELECT *, sum(length(content)) OVER (ORDER BY session_id, seq) - length(content) AS before FROM (
      SELECT e.session_id, e.seq, ${msOf("e.at")} AS at_ms, e.type, e.content, e.metadata::text AS metadata
      FROM ${rowsOf("event", 2)} k CROSS JOIN LATERAL (
        SELECT * FROM mm.event WHERE source_id = $1::uuid AND session_id = k.session_id AND bucket = k.bucket
          AND seq > k.seq AND seq < ${INEXACT} ORDER BY seq LIMIT $4::bigint) e
      ORDER BY session_id, seq LIMIT $4::bigint) first_ones) page
  WHERE before < $3::bigint ORDER BY session_id, seq`;

export const PULL_USAGE = `SELECT session_id, client, call_id, ${msOf("at")} AS at_ms, model, input, cache_read,
    cache_write_5m, cache_write_1h, output, reasoning, calls, is_fast, hidden, cost_told
  FROM mm.usage WHERE source_id = $1::uuid AND session_id IN ${listOf(2)} ORDER BY client, call_id`;
