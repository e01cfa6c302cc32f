import { SERVER_TABLES, type ServerTable } from "./tables.ts";

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

/** What makes `mm search --remote` fast, at the price of a larger and slower server. */
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
