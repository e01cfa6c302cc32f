import { listOf } from "../remote/statements.ts";

/** The sources of this user that have sessions of $1. */
export const HOLDING_SOURCES = `SELECT DISTINCT source_id FROM mm.session
  WHERE session_id IN ${listOf(1)} AND owner = current_user AND deleted_at IS NULL`;

const SOURCES_OF = `(SELECT value::uuid FROM json_array_elements_text(($2::text)::json))`;

/** $1 are sessions, $2 the sources that have them. Each gets a revision of its own, by which readers go on. */
export const BURY_SESSIONS = `UPDATE mm.session s SET deleted_at = clock_timestamp(), rev = gone.rev, title = NULL,
    summary = NULL, metadata = '{}', own = '{}', print = '', event_count = 0
  FROM (SELECT d.source_id, d.session_id,
      src.last_rev + row_number() OVER (PARTITION BY d.source_id ORDER BY d.session_id) AS rev
    FROM mm.session d JOIN mm.source src ON src.source_id = d.source_id
    WHERE d.source_id IN ${SOURCES_OF} AND d.session_id IN ${listOf(1)} AND d.deleted_at IS NULL) gone
  WHERE s.source_id = gone.source_id AND s.session_id = gone.session_id`;
export const REMOVE_EVENTS = `DELETE FROM mm.event WHERE source_id IN ${SOURCES_OF} AND session_id IN ${listOf(1)}`;
export const REMOVE_USAGE = `DELETE FROM mm.usage WHERE source_id IN ${SOURCES_OF} AND session_id IN ${listOf(1)}`;
export const RAISE_REVISIONS = `UPDATE mm.source src SET last_rev =
    greatest(last_rev, (SELECT max(s.rev) FROM mm.session s WHERE s.source_id = src.source_id))
  WHERE source_id IN (SELECT value::uuid FROM json_array_elements_text(($1::text)::json))`;
