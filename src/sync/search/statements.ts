import { listOf, msOf } from "../remote/statements.ts";

const searchBy = (
  condition: string,
) => `SELECT s.session_id, s.source_id, s.title, s.summary, s.project, s.agent_id,
    s.namespace, ${msOf("s.started_at")} AS started_ms, ${msOf("s.ended_at")} AS ended_ms,
    e.seq, e.type, left(e.content, 2000) AS content, ${msOf("e.at")} AS at_ms
  FROM mm.event e JOIN mm.session s ON s.source_id = e.source_id AND s.session_id = e.session_id
  WHERE s.deleted_at IS NULL AND ${condition}
    AND ($2::text IS NULL OR s.project LIKE $2::text) AND ($3::timestamptz IS NULL OR s.started_at >= $3::timestamptz)
  ORDER BY e.at DESC NULLS LAST LIMIT $4::bigint`;

/** $1 are patterns that one event must fit, $2 a pattern of projects or null, $3 a time or null, $4 how many events. */
export const SEARCH_BY_PATTERN = searchBy(`e.content ILIKE ALL ${listOf(1)}`);
/** The same by the index of words; $1 are phrases in quotes. */
export const SEARCH_BY_WORD = searchBy(
  "to_tsvector('simple', e.content) @@ websearch_to_tsquery('simple', $1)",
);
export const HAS_WORDS = "SELECT to_regclass('mm.event_words') IS NOT NULL AS has";
