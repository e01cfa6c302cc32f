import type { ServerTable } from "./schema/tables.ts";

/** For each transaction, because poolers refuse it as an option of the connection. */
export const LIMIT_STATEMENTS = "SET LOCAL statement_timeout = '60s'";

/** A list of texts that arrives as one JSON text. */
export const listOf = (parameter: number) =>
  `(SELECT json_array_elements_text(($${parameter}::text)::json))`;

/** Rows that arrive as one JSON text, typed by the table. */
export const rowsOf = (table: ServerTable, parameter: number) =>
  `json_populate_recordset(null::mm.${table}, ($${parameter}::text)::json)`;

/** Milliseconds since 1970, or NULL: PostgreSQL also has times such as `infinity`. */
export const msOf = (column: string) =>
  `CASE WHEN ${column} >= '0001-01-01Z' AND ${column} < '9999-12-31Z' THEN (extract(epoch FROM ${column}) * 1000)::float8 END`;

export const ADD_SOURCE = `INSERT INTO mm.source (source_id, owner, machine, holder, mm_version)
  VALUES ($1::uuid, current_user, $2, $3, $4) ON CONFLICT (source_id) DO NOTHING`;

const KNOWN_SOURCE = "SELECT source_id, holder, last_rev, last_event, last_mark FROM mm.source";
export const FIND_SOURCE = `${KNOWN_SOURCE} WHERE source_id = $1::uuid`;

/** The sources that this machine's home has pushed, the last first. */
export const SOURCES_BY_HOLDER = `${KNOWN_SOURCE} WHERE holder = $1 AND owner = current_user
  ORDER BY pushed_at DESC NULLS LAST`;

export const ADOPT_SOURCE =
  "UPDATE mm.source SET holder = $2, machine = $3 WHERE source_id = $1::uuid";

export const RAISE_REVISION =
  "UPDATE mm.source SET last_rev = greatest(last_rev, $2::bigint) WHERE source_id = $1::uuid";

/**
 * Locks all sources of this user, always in the same order, so that two deletions can't wait for each other. A push
 * that is at work ends first, and one that comes sees what was deleted.
 */
export const LOCK_OWN_SOURCES =
  "SELECT source_id FROM mm.source WHERE owner = current_user ORDER BY source_id FOR UPDATE";

/** What a source's server knows of its sessions, in steps: $2 is the last id of the step before. */
export const PRINTS = `SELECT session_id, print, last_event, deleted_at IS NOT NULL AS is_deleted FROM mm.session
  WHERE source_id = $1::uuid AND session_id > $2 ORDER BY session_id LIMIT $3::bigint`;

/** The sources that this user may see. */
export const SOURCES = `SELECT source_id, owner, machine, last_rev, owner = current_user AS is_own,
    ${msOf("pushed_at")} AS pushed_ms FROM mm.source ORDER BY machine, source_id`;

export const COUNTS = `SELECT (SELECT count(*) FROM mm.session WHERE source_id = $1::uuid AND deleted_at IS NULL) AS sessions,
  (SELECT count(*) FROM mm.event WHERE source_id = $1::uuid) AS events`;
