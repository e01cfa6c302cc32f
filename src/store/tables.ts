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
export function insertion(table: string, names: readonly string[]): string {
  const values = names.map((name) => `$${name}`).join(", ");
  return `INSERT INTO ${table} (${names.join(", ")}) VALUES (${values})`;
}
