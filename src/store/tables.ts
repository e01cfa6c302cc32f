import type { Connection } from "./connection.ts";

/** The version of the `mm_` tables that this program reads and writes. */
export const SCHEMA_VERSION = 3;

/**
 * What SQLite is told of a column. A column that is added later has to be nullable or to have a default,
 * since rows are there already.
 */
type Declaration =
  | "TEXT"
  | "INTEGER"
  | "TEXT NOT NULL"
  | "INTEGER NOT NULL"
  | "INTEGER NOT NULL DEFAULT 0";

/** A column of a table, as `mm` makes it and an export carries it. */
export interface Column {
  readonly type: Declaration;
  /** Behind the type where the table is made; never in an ALTER TABLE. */
  readonly key?: string;
  /** Whether the lossless export holds it, or why it doesn't. */
  readonly exported: true | string;
  /** Holds an id, a name or a time, and nothing that a person or an agent wrote. */
  readonly isFixed?: true;
}

type ValueOf<D extends Declaration> =
  | (D extends `TEXT${string}` ? string : number)
  | (D extends `${string} NOT NULL${string}` ? never : null);

/** A row of a table by its columns. */
type RowOf<T extends Readonly<Record<string, Column>>> = {
  readonly [Name in keyof T]: ValueOf<T[Name]["type"]>;
};

const REFERS_TO = (table: string) => `REFERENCES ${table}(id) ON DELETE CASCADE`;

/** What `mm` knows of a session beside memtomem's row of it. */
export const MM_SESSIONS = {
  session_id: {
    type: "TEXT NOT NULL",
    key: `PRIMARY KEY ${REFERS_TO("sessions")}`,
    exported: "the id of the session's row",
  },
  agent_id: { type: "TEXT NOT NULL", exported: "stands in the session's row" },
  external_id: { type: "TEXT", exported: true, isFixed: true },
  parent_id: { type: "TEXT", exported: true, isFixed: true },
  client: { type: "TEXT", exported: true },
  client_version: { type: "TEXT", exported: true },
  model: { type: "TEXT", exported: true },
  project: { type: "TEXT", exported: true },
  remote: { type: "TEXT", exported: true },
  root: { type: "TEXT", exported: true },
  cwd: { type: "TEXT", exported: true },
  branch: { type: "TEXT", exported: true },
  transcript: { type: "TEXT", exported: true },
  title_from: { type: "TEXT", exported: true },
  last_event_ms: { type: "INTEGER", exported: true },
  ended_ms: { type: "INTEGER", exported: true },
  ended_by: { type: "TEXT", exported: true },
  end_reason: { type: "TEXT", exported: true },
  keeps_summary: { type: "INTEGER NOT NULL DEFAULT 0", exported: true },
  started: { type: "INTEGER NOT NULL DEFAULT 0", exported: true },
  start_event: { type: "TEXT", exported: true },
  start_us: { type: "INTEGER", exported: true },
  end_event: { type: "TEXT", exported: true },
  end_us: { type: "INTEGER", exported: true },
} as const satisfies Readonly<Record<string, Column>>;

export type OwnSession = RowOf<typeof MM_SESSIONS>;

/** What `mm` knows of an event beside memtomem's row of it. */
export const MM_EVENTS = {
  event_id: {
    type: "INTEGER",
    key: `PRIMARY KEY ${REFERS_TO("session_events")}`,
    exported: "the store gives it anew",
  },
  session_id: { type: "TEXT NOT NULL", exported: "the id of the session's row" },
  at_ms: { type: "INTEGER NOT NULL", exported: true },
  dedup_key: { type: "TEXT NOT NULL", exported: true, isFixed: true },
  own_us: { type: "INTEGER", exported: true },
} as const satisfies Readonly<Record<string, Column>>;

export type OwnEventRow = RowOf<typeof MM_EVENTS>;

/** memtomem's columns, of which an export holds all but an event's ids, which the store gives anew. */
export const SESSIONS = {
  id: { type: "TEXT NOT NULL", exported: true, isFixed: true },
  agent_id: { type: "TEXT NOT NULL", exported: true, isFixed: true },
  started_at: { type: "TEXT NOT NULL", exported: true, isFixed: true },
  ended_at: { type: "TEXT", exported: true, isFixed: true },
  summary: { type: "TEXT", exported: true },
  metadata: { type: "TEXT NOT NULL", exported: true },
  namespace: { type: "TEXT NOT NULL", exported: true, isFixed: true },
} as const satisfies Readonly<Record<string, Column>>;

export const SESSION_EVENTS = {
  id: { type: "INTEGER NOT NULL", exported: "the store gives it anew" },
  session_id: { type: "TEXT NOT NULL", exported: "the id of the session's row" },
  event_type: { type: "TEXT NOT NULL", exported: true, isFixed: true },
  content: { type: "TEXT NOT NULL", exported: true },
  chunk_ids: { type: "TEXT", exported: true, isFixed: true },
  created_at: { type: "TEXT NOT NULL", exported: true, isFixed: true },
  metadata: { type: "TEXT", exported: true },
} as const satisfies Readonly<Record<string, Column>>;

/** The columns of one table. */
export type Columns = Readonly<Record<string, Column>>;

/** The names of all columns, in the order in which they stand in their table. */
export function columnNames<T extends Columns>(columns: T): (keyof T & string)[] {
  return Object.keys(columns);
}

/** The names of the columns that an export holds, in their order. */
export function exportedNames(columns: Columns): string[] {
  return columnNames(columns).filter((name) => columns[name]?.exported === true);
}

/** An INSERT whose parameters have the columns' names. */
export function insertion(table: string, columns: Columns): string {
  const names = columnNames(columns);
  const values = names.map((name) => `$${name}`).join(", ");
  return `INSERT INTO ${table} (${names.join(", ")}) VALUES (${values})`;
}

function definition(columns: Columns): string {
  return Object.entries(columns)
    .map(([name, { type, key = "" }]) => `${name} ${type} ${key}`.trimEnd())
    .join(",\n  ");
}

const ownTables = () => `
CREATE TABLE IF NOT EXISTS mm_meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS mm_sessions (
  ${definition(MM_SESSIONS)},
  UNIQUE (agent_id, external_id)
);
CREATE INDEX IF NOT EXISTS mm_sessions_live ON mm_sessions(last_event_ms)
  WHERE client IS NOT NULL AND ended_ms IS NULL;
CREATE INDEX IF NOT EXISTS mm_sessions_project ON mm_sessions(project, ended_ms) WHERE project IS NOT NULL;
CREATE TABLE IF NOT EXISTS mm_events (
  ${definition(MM_EVENTS)}
);
CREATE INDEX IF NOT EXISTS mm_events_dedup ON mm_events(session_id, dedup_key);
CREATE TABLE IF NOT EXISTS mm_renamed (
  session_id TEXT PRIMARY KEY ${REFERS_TO("sessions")}
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS mm_early_ends (
  agent_id TEXT NOT NULL,
  external_id TEXT NOT NULL,
  at_ms INTEGER NOT NULL,
  reason TEXT,
  PRIMARY KEY (agent_id, external_id)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS mm_spooled (id TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS mm_sessions_active ON sessions(started_at) WHERE ended_at IS NULL;
`;

/** The names of a table's columns as the database has them; empty where there is no such table. */
export function presentColumns(db: Connection, table: string): Set<string> {
  const rows = db
    .query<{ name: string }, [string]>("SELECT name FROM pragma_table_info(?1)")
    .all(table);
  return new Set(rows.map(({ name }) => name));
}

function addMissingColumns(db: Connection, table: string, columns: Columns): void {
  const present = presentColumns(db, table);
  for (const [name, { type }] of Object.entries(columns)) {
    if (!present.has(name)) db.run(`ALTER TABLE ${table} ADD COLUMN ${name} ${type}`);
  }
}

/** Makes what is missing of `mm`'s own tables, inside the caller's transaction. */
export function createOwnTables(db: Connection): void {
  db.run(ownTables());
  addMissingColumns(db, "mm_sessions", MM_SESSIONS);
  addMissingColumns(db, "mm_events", MM_EVENTS);
}

/**
 * Empty tables of this connection alone that stand for our own in a database that only memtomem has
 * written, so that every query has one form.
 */
export function standInForOwnTables(db: Connection): void {
  db.run(`CREATE TEMP TABLE mm_sessions (${columnNames(MM_SESSIONS).join(", ")});
    CREATE TEMP TABLE mm_events (${columnNames(MM_EVENTS).join(", ")});
    CREATE TEMP TABLE mm_renamed (session_id);
    CREATE TEMP TABLE mm_early_ends (agent_id, external_id, at_ms, reason)`);
}
