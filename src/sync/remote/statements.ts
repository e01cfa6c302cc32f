import { SERVER_TABLES, type ServerTable, serverColumns } from "./tables.ts";

/** For each transaction, because poolers refuse it as an option of the connection. */
export const LIMIT_STATEMENTS = "SET LOCAL statement_timeout = '60s'";

/** What is there already, or not yet, is no news to who runs the statements by hand. */
export const NO_NOTICES = "SET LOCAL client_min_messages = warning";

/** The schema that this `mm` knows. Columns may be added under a higher second number. */
export const SCHEMA_MAJOR = 1;
export const SCHEMA_MINOR = 0;

const definition = (table: ServerTable) =>
  Object.entries(SERVER_TABLES[table].columns)
    .map(([name, type]) => `  ${name} ${type}`)
    .join(",\n");

const create = (table: ServerTable) =>
  `CREATE TABLE IF NOT EXISTS mm.${table} (\n${definition(table)},\n  PRIMARY KEY (${SERVER_TABLES[table].key})\n);`;

/** Creates what is missing of the schema. An administrator may run it instead, and may partition mm.event before. */
export const CREATE_SCHEMA = `CREATE SCHEMA IF NOT EXISTS mm;
CREATE TABLE IF NOT EXISTS mm.meta (key text PRIMARY KEY, value text NOT NULL);
${(Object.keys(SERVER_TABLES) as ServerTable[]).map(create).join("\n")}
CREATE INDEX IF NOT EXISTS session_rev ON mm.session (source_id, rev);
CREATE INDEX IF NOT EXISTS session_started ON mm.session (started_at);
CREATE INDEX IF NOT EXISTS session_project ON mm.session (project, started_at);
CREATE INDEX IF NOT EXISTS session_deleted ON mm.session (session_id) WHERE deleted_at IS NOT NULL;
CREATE INDEX IF NOT EXISTS usage_session ON mm.usage (source_id, session_id);
INSERT INTO mm.meta (key, value) VALUES ('schema_version', '${SCHEMA_MAJOR}.${SCHEMA_MINOR}')
  ON CONFLICT (key) DO NOTHING;`;

/** What makes \`mm search --remote\` fast, at the price of a larger and slower server. */
export const CREATE_SEARCH = `CREATE INDEX IF NOT EXISTS event_words ON mm.event
  USING gin (to_tsvector('simple', content));`;

const OWN_SOURCE = "source_id IN (SELECT source_id FROM mm.source WHERE owner = current_user)";
const OWN = "owner = current_user";

/** Who sees and writes what, by table: the condition for a member. */
const MEMBER: Readonly<Record<ServerTable, string>> = {
  source: OWN,
  session: `${OWN} AND ${OWN_SOURCE}`,
  event: OWN_SOURCE,
  usage: OWN_SOURCE,
};

const policies = (Object.keys(SERVER_TABLES) as ServerTable[])
  .map(
    (table) => `ALTER TABLE mm.${table} ENABLE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS mm_member ON mm.${table};
CREATE POLICY mm_member ON mm.${table} TO mm_member USING (${MEMBER[table]}) WITH CHECK (${MEMBER[table]});
DROP POLICY IF EXISTS mm_lead ON mm.${table};
CREATE POLICY mm_lead ON mm.${table} FOR SELECT TO mm_lead USING (true);`,
  )
  .join("\n");

const role = (name: string) =>
  `DO $$ BEGIN CREATE ROLE ${name} NOLOGIN; EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$;`;

/**
 * The roles of a team: a member writes and reads their own sessions, a lead reads all. Tables are granted by name: a
 * partition would be read past the policies of its table.
 */
export const CREATE_ROLES = `${role("mm_member")}
${role("mm_lead")}
GRANT USAGE ON SCHEMA mm TO mm_member, mm_lead;
REVOKE ALL ON ALL TABLES IN SCHEMA mm FROM mm_member, mm_lead;
GRANT SELECT ON mm.meta, mm.source, mm.session, mm.event, mm.usage TO mm_member, mm_lead;
GRANT INSERT, UPDATE ON mm.source, mm.session, mm.usage TO mm_member;
GRANT INSERT, DELETE ON mm.event, mm.usage TO mm_member;
${policies}`;

/** Whether there is a schema to read the version of. */
export const HAS_SCHEMA = "SELECT to_regclass('mm.meta') IS NOT NULL AS has";

/** Whether this user may say who sees the tables, which are theirs. */
export const MAY_CREATE_ROLES = `SELECT rolsuper OR rolcreaterole AND EXISTS (
    SELECT 1 FROM pg_class WHERE oid = 'mm.source'::regclass AND pg_has_role(relowner, 'USAGE')) AS may
  FROM pg_roles WHERE rolname = current_user`;
export const HAS_ROLES = `SELECT EXISTS (SELECT 1 FROM pg_policies
  WHERE schemaname = 'mm' AND tablename = 'usage' AND policyname = 'mm_lead') AS has`;

export const SERVER_META = "SELECT key, value FROM mm.meta";

export const KEEP_FOREVER = "DELETE FROM mm.meta WHERE key = 'keep_days'";

export const keepFor = (days: number) =>
  `INSERT INTO mm.meta (key, value) VALUES ('keep_days', '${days}')
  ON CONFLICT (key) DO UPDATE SET value = excluded.value;\n`;

/** A list of texts that arrives as one JSON text. */
const listOf = (parameter: number) =>
  `(SELECT json_array_elements_text(($${parameter}::text)::json))`;

/** Rows that arrive as one JSON text, typed by the table. */
const rowsOf = (table: ServerTable, parameter: number) =>
  `json_populate_recordset(null::mm.${table}, ($${parameter}::text)::json)`;

export const ADD_SOURCE = `INSERT INTO mm.source (source_id, owner, machine, holder, mm_version)
  VALUES ($1::uuid, current_user, $2, $3, $4) ON CONFLICT (source_id) DO NOTHING`;

/** Its row is locked: pushes of one source come one after the other, so that revisions appear in their order. */
export const LOCK_SOURCE =
  "SELECT last_rev, last_event FROM mm.source WHERE source_id = $1::uuid FOR UPDATE";

const KNOWN_SOURCE = "SELECT source_id, holder, last_rev, last_event, last_mark FROM mm.source";
export const FIND_SOURCE = `${KNOWN_SOURCE} WHERE source_id = $1::uuid`;

/** The sources that this machine's home has pushed, the last first. */
export const SOURCES_BY_HOLDER = `${KNOWN_SOURCE} WHERE holder = $1 AND owner = current_user
  ORDER BY pushed_at DESC NULLS LAST`;

export const ADOPT_SOURCE =
  "UPDATE mm.source SET holder = $2, machine = $3 WHERE source_id = $1::uuid";

export const NOTE_PUSH = `UPDATE mm.source SET last_rev = $2::bigint, last_event = greatest(last_event, $3::bigint),
    last_mark = CASE WHEN $3::bigint > last_event THEN $7 ELSE last_mark END, machine = $4, mm_version = $5, pushed_at = clock_timestamp(), clock_offset_ms = $6::bigint
  WHERE source_id = $1::uuid`;

export const RAISE_REVISION =
  "UPDATE mm.source SET last_rev = greatest(last_rev, $2::bigint) WHERE source_id = $1::uuid";

const SERVER_MS = "(extract(epoch FROM clock_timestamp()) * 1000)::float8 AS ms";
export const SERVER_TIME = `SELECT ${SERVER_MS}`;

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

/**
 * Locks all sources of this user, always in the same order, so that two deletions can't wait for each other. A push
 * that is at work ends first, and one that comes sees what was deleted.
 */
export const LOCK_OWN_SOURCES =
  "SELECT source_id FROM mm.source WHERE owner = current_user ORDER BY source_id FOR UPDATE";

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

/** What a source's server knows of its sessions, in steps: $2 is the last id of the step before. */
export const PRINTS = `SELECT session_id, print, last_event, deleted_at IS NOT NULL AS is_deleted FROM mm.session
  WHERE source_id = $1::uuid AND session_id > $2 ORDER BY session_id LIMIT $3::bigint`;

/** Milliseconds since 1970, or NULL: PostgreSQL also has times such as `infinity`. */
const msOf = (column: string) =>
  `CASE WHEN ${column} >= '0001-01-01Z' AND ${column} < '9999-12-31Z' THEN (extract(epoch FROM ${column}) * 1000)::float8 END`;

/** The first number that isn't exact as one of JavaScript's; no machine counts so far. */
const INEXACT = 2 ** 53;

/** The sources that this user may see. */
export const SOURCES = `SELECT source_id, owner, machine, last_rev, owner = current_user AS is_own,
    ${msOf("pushed_at")} AS pushed_ms FROM mm.source ORDER BY machine, source_id`;

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

export const COUNTS = `SELECT (SELECT count(*) FROM mm.session WHERE source_id = $1::uuid AND deleted_at IS NULL) AS sessions,
  (SELECT count(*) FROM mm.event WHERE source_id = $1::uuid) AS events`;

/** The sessions of this user that are of a project or that an id's beginning names; $1 is a pattern for LIKE. */
const findBy = (
  column: string,
) => `SELECT DISTINCT ON (session_id) session_id, project, agent_id, title FROM mm.session
  WHERE owner = current_user AND deleted_at IS NULL AND ${column} LIKE $1 ORDER BY session_id`;
export const FIND_BY_PROJECT = findBy("project");
export const FIND_BY_ID = `${findBy("session_id")} LIMIT 10`;
