import { type ServerTable, serverColumns } from "../../remote/schema/tables.ts";
import { listOf, rowsOf } from "../../remote/statements.ts";

/** Its row is locked: pushes of one source come one after the other, so that revisions appear in their order. */
export const LOCK_SOURCE =
  "SELECT last_rev, last_event FROM mm.source WHERE source_id = $1::uuid FOR UPDATE";

export const NOTE_PUSH = `UPDATE mm.source SET last_rev = $2::bigint, last_event = greatest(last_event, $3::bigint),
    last_mark = CASE WHEN $3::bigint > last_event THEN $7 ELSE last_mark END, machine = $4, mm_version = $5, pushed_at = clock_timestamp(), clock_offset_ms = $6::bigint
  WHERE source_id = $1::uuid`;

export const SERVER_TIME = "SELECT (extract(epoch FROM clock_timestamp()) * 1000)::float8 AS ms";

const namesOf = (table: ServerTable) => serverColumns(table).join(", ");
const from = (alias: string, table: ServerTable) =>
  serverColumns(table)
    .map((name) => (name === "owner" ? "current_user" : `${alias}.${name}`))
    .join(", ");
const replaced = (table: ServerTable, kept: readonly string[]) =>
  serverColumns(table)
    .filter((name) => !kept.includes(name))
    .map((name) => `${name} = excluded.${name}`)
    .join(", ");

/** A session that a person has deleted stays deleted, whichever of their machines still has it. */
const NOT_DELETED = `NOT EXISTS (SELECT 1 FROM mm.session d WHERE d.session_id = r.session_id
    AND d.owner = current_user AND d.deleted_at IS NOT NULL)`;

/** A session without events here keeps those that are there, where readers find them. */
const KEEP_BUCKET =
  "bucket = CASE WHEN excluded.last_event > 0 THEN excluded.bucket ELSE mm.session.bucket END";

/** Rows that are as they were get no new revision. @returns the ids of those that have changed */
export const UPSERT_SESSIONS = `INSERT INTO mm.session (${namesOf("session")})
  SELECT ${from("r", "session")} FROM ${rowsOf("session", 1)} r WHERE ${NOT_DELETED}
  ON CONFLICT (source_id, session_id) DO UPDATE SET ${KEEP_BUCKET}, ${replaced("session", ["source_id", "session_id", "owner", "deleted_at", "bucket"])}
  WHERE mm.session.print IS DISTINCT FROM excluded.print RETURNING session_id`;

/** $1 is the source, $2 its sessions that differ from every print. */
export const REOPEN_SESSIONS = `UPDATE mm.session SET print = ''
  WHERE source_id = $1::uuid AND session_id IN ${listOf(2)} AND deleted_at IS NULL`;

const forgetRows = (table: ServerTable) =>
  `DELETE FROM mm.${table} WHERE source_id = $1::uuid AND session_id IN ${listOf(2)}`;

/** $1 is the source, $2 its sessions whose rows are other ones now. */
export const FORGET_ROWS = { events: forgetRows("event"), usage: forgetRows("usage") } as const;

/** A time from its milliseconds since 1970, exactly: none of the products is larger than a double holds. */
const timeOf = (ms: string) =>
  `timestamptz 'epoch' + (${ms} / 86400000) * interval '24 hours' + (${ms} % 86400000) * interval '1 millisecond'`;

const jsonColumn = (parameter: number) => `json_array_elements_text(($${parameter}::text)::json)`;
const listColumn = (parameter: number, type: string) => `unnest(($${parameter}::text)::${type}[])`;

/** $1 is the source. Its events come by column, which costs the server a fifth less than a JSON object for each. */
export const INSERT_SERVER_EVENTS = `INSERT INTO mm.event (source_id, session_id, seq, bucket, at, type, content, metadata)
  SELECT $1::uuid, r.session_id, r.seq, r.bucket, ${timeOf("r.ms")}, r.type, r.content, r.metadata
  FROM ROWS FROM (${jsonColumn(2)}, ${listColumn(3, "bigint")}, ${listColumn(4, "date")}, ${listColumn(5, "bigint")},
    ${jsonColumn(6)}, ${jsonColumn(7)}, json_array_elements(($8::text)::json))
    AS r(session_id, seq, bucket, ms, type, content, metadata)
  WHERE ${NOT_DELETED} ON CONFLICT DO NOTHING`;

/** For events of which none is there yet. It costs the server half as much. */
export const COPY_EVENTS =
  "COPY mm.event (source_id, session_id, seq, bucket, at, type, content, metadata) FROM STDIN";
/** PostgreSQL lets nobody copy who may write only some rows. */
export const MAY_COPY = "SELECT NOT row_security_active('mm.event') AS may";

export const UPSERT_USAGE = `INSERT INTO mm.usage (${namesOf("usage")})
  SELECT ${from("r", "usage")} FROM ${rowsOf("usage", 1)} r WHERE ${NOT_DELETED}
  ON CONFLICT (source_id, client, call_id) DO UPDATE SET ${replaced("usage", ["source_id", "client", "call_id"])}`;
