/**
 * The version of the `mm_` tables that this program reads and writes. Raise it with every new column: only then do
 * existing databases get it.
 */
export const SCHEMA_VERSION = 5;

/**
 * A column's declaration in SQLite. A column that is added later must be nullable or have a default, because
 * there are rows already.
 */
type Declaration =
  | "TEXT"
  | "INTEGER"
  | "REAL"
  | "TEXT NOT NULL"
  | "INTEGER NOT NULL"
  | "INTEGER NOT NULL DEFAULT 0";

/** A column of a table, as `mm` creates it and exports it. */
export interface Column {
  readonly type: Declaration;
  /** Follows the type in CREATE TABLE, never in ALTER TABLE. */
  readonly key?: string;
  /** True if the lossless export contains it, else why it doesn't. */
  readonly exported: true | string;
  /** It holds an id, a name or a time, never text by a person or an agent. */
  readonly isFixed?: true;
}

type ValueOf<D extends Declaration> =
  | (D extends `TEXT${string}` ? string : number)
  | (D extends `${string} NOT NULL${string}` ? never : null);

/** A row of a table, by column. */
type RowOf<T extends Readonly<Record<string, Column>>> = {
  readonly [Name in keyof T]: ValueOf<T[Name]["type"]>;
};

const REFERS_TO = (table: string) => `REFERENCES ${table}(id) ON DELETE CASCADE`;

/** What `mm` knows about a session besides memtomem's row. */
export const MM_SESSIONS = {
  session_id: {
    type: "TEXT NOT NULL",
    key: `PRIMARY KEY ${REFERS_TO("sessions")}`,
    exported: "the id of the session's row",
  },
  agent_id: { type: "TEXT NOT NULL", exported: "it is in the session's row" },
  external_id: { type: "TEXT", exported: true, isFixed: true },
  parent_id: { type: "TEXT", exported: true, isFixed: true },
  client: { type: "TEXT", exported: true },
  client_version: { type: "TEXT", exported: true },
  model: { type: "TEXT", exported: true },
  project: { type: "TEXT", exported: true },
  folder: { type: "TEXT", exported: true },
  first_commit: { type: "TEXT", exported: true, isFixed: true },
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
  agent_pid: { type: "INTEGER", exported: "names a process of this machine" },
  agent_ticks: { type: "INTEGER", exported: "counts from the start of this machine" },
  agent_pid_ns: { type: "INTEGER", exported: "names what only this machine has" },
  start_event: { type: "TEXT", exported: true },
  start_us: { type: "INTEGER", exported: true },
  end_event: { type: "TEXT", exported: true },
  end_us: { type: "INTEGER", exported: true },
  history: { type: "INTEGER NOT NULL DEFAULT 0", exported: true },
} as const satisfies Readonly<Record<string, Column>>;

export type OwnSession = RowOf<typeof MM_SESSIONS>;

/** What `mm` knows about an event besides memtomem's row. */
export const MM_EVENTS = {
  event_id: {
    type: "INTEGER",
    key: `PRIMARY KEY ${REFERS_TO("session_events")}`,
    exported: "an import assigns a new id",
  },
  session_id: { type: "TEXT NOT NULL", exported: "the id of the session's row" },
  at_ms: { type: "INTEGER NOT NULL", exported: true },
  dedup_key: { type: "TEXT NOT NULL", exported: true, isFixed: true },
  own_us: { type: "INTEGER", exported: true },
  line: { type: "TEXT", exported: true, isFixed: true },
} as const satisfies Readonly<Record<string, Column>>;

export type OwnEventRow = RowOf<typeof MM_EVENTS>;

/** The calls of models, by the agent's name for each. The five numbers of tokens never overlap. */
export const MM_USAGE = {
  client: { type: "TEXT NOT NULL", exported: true },
  call_id: { type: "TEXT NOT NULL", exported: true, isFixed: true },
  session_id: {
    type: "TEXT NOT NULL",
    key: REFERS_TO("sessions"),
    exported: "the id of the session's row",
  },
  at_ms: { type: "INTEGER NOT NULL", exported: true },
  model: { type: "TEXT", exported: true },
  input: { type: "INTEGER NOT NULL DEFAULT 0", exported: true },
  cache_read: { type: "INTEGER NOT NULL DEFAULT 0", exported: true },
  cache_write_5m: { type: "INTEGER NOT NULL DEFAULT 0", exported: true },
  cache_write_1h: { type: "INTEGER NOT NULL DEFAULT 0", exported: true },
  output: { type: "INTEGER NOT NULL DEFAULT 0", exported: true },
  reasoning: { type: "INTEGER NOT NULL DEFAULT 0", exported: true },
  calls: { type: "INTEGER NOT NULL DEFAULT 0", exported: true },
  is_fast: { type: "INTEGER NOT NULL DEFAULT 0", exported: true },
  hidden: { type: "INTEGER NOT NULL DEFAULT 0", exported: true },
  cost_told: { type: "REAL", exported: true },
} as const satisfies Readonly<Record<string, Column>>;

export type UsageRow = RowOf<typeof MM_USAGE>;

const MACHINES_OWN = "names a file of this machine";

/** The transcripts that were read, as they were then. It refers to no session: a deleted one stays deleted. */
export const MM_TRANSCRIPTS = {
  path: { type: "TEXT NOT NULL", key: "PRIMARY KEY", exported: MACHINES_OWN },
  client: { type: "TEXT NOT NULL", exported: MACHINES_OWN },
  source: { type: "TEXT NOT NULL", exported: MACHINES_OWN },
  session_id: { type: "TEXT", exported: MACHINES_OWN },
  /** The agent's id of the session that it was forked from. */
  parent: { type: "TEXT", exported: MACHINES_OWN },
  inode: { type: "INTEGER NOT NULL", exported: MACHINES_OWN },
  size: { type: "INTEGER NOT NULL", exported: MACHINES_OWN },
  modified_ms: { type: "REAL", exported: MACHINES_OWN },
  version: { type: "INTEGER NOT NULL", exported: MACHINES_OWN },
  mark: { type: "INTEGER NOT NULL DEFAULT 0", exported: MACHINES_OWN },
  passed_over: { type: "INTEGER NOT NULL DEFAULT 0", exported: MACHINES_OWN },
  /** The first byte that wasn't taken, always behind a line's end. */
  taken: { type: "INTEGER NOT NULL DEFAULT 0", exported: MACHINES_OWN },
  /** A hash of what stands before it. */
  tail: { type: "TEXT", exported: MACHINES_OWN },
  /** What the next pass has to know to go on from there. */
  state: { type: "TEXT", exported: MACHINES_OWN },
} as const satisfies Readonly<Record<string, Column>>;

export type TranscriptRow = RowOf<typeof MM_TRANSCRIPTS>;

/** memtomem's columns. An export contains all of them except an event's ids, for which an import assigns new ones. */
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
  id: { type: "INTEGER NOT NULL", exported: "an import assigns a new id" },
  session_id: { type: "TEXT NOT NULL", exported: "the id of the session's row" },
  event_type: { type: "TEXT NOT NULL", exported: true, isFixed: true },
  content: { type: "TEXT NOT NULL", exported: true },
  chunk_ids: { type: "TEXT", exported: true, isFixed: true },
  created_at: { type: "TEXT NOT NULL", exported: true, isFixed: true },
  metadata: { type: "TEXT", exported: true },
} as const satisfies Readonly<Record<string, Column>>;

/** The columns of one table. */
export type Columns = Readonly<Record<string, Column>>;

/** The names of all columns, in the table's order. */
export function columnNames<T extends Columns>(columns: T): (keyof T & string)[] {
  return Object.keys(columns);
}

/** The names of the exported columns, in the table's order. */
export function exportedNames(columns: Columns): string[] {
  return columnNames(columns).filter((name) => columns[name]?.exported === true);
}

/** An INSERT with parameters named after the columns. */
export function insertion(table: string, names: readonly string[]): string {
  const values = names.map((name) => `$${name}`).join(", ");
  return `INSERT INTO ${table} (${names.join(", ")}) VALUES (${values})`;
}
