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
  /** The lossless export leaves it out, because it says nothing elsewhere or stands in another row. */
  readonly isLocal?: true;
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
    isLocal: true,
  },
  agent_id: { type: "TEXT NOT NULL", isLocal: true },
  external_id: { type: "TEXT", isFixed: true },
  parent_id: { type: "TEXT", isFixed: true },
  client: { type: "TEXT" },
  client_version: { type: "TEXT" },
  model: { type: "TEXT" },
  project: { type: "TEXT" },
  folder: { type: "TEXT" },
  first_commit: { type: "TEXT", isFixed: true },
  remote: { type: "TEXT" },
  root: { type: "TEXT" },
  cwd: { type: "TEXT" },
  branch: { type: "TEXT" },
  transcript: { type: "TEXT" },
  title_from: { type: "TEXT" },
  last_event_ms: { type: "INTEGER" },
  ended_ms: { type: "INTEGER" },
  ended_by: { type: "TEXT" },
  end_reason: { type: "TEXT" },
  keeps_summary: { type: "INTEGER NOT NULL DEFAULT 0" },
  started: { type: "INTEGER NOT NULL DEFAULT 0" },
  agent_pid: { type: "INTEGER", isLocal: true },
  agent_ticks: { type: "INTEGER", isLocal: true },
  agent_pid_ns: { type: "INTEGER", isLocal: true },
  start_event: { type: "TEXT" },
  start_us: { type: "INTEGER" },
  end_event: { type: "TEXT" },
  end_us: { type: "INTEGER" },
  history: { type: "INTEGER NOT NULL DEFAULT 0" },
} as const satisfies Readonly<Record<string, Column>>;

export type OwnSession = RowOf<typeof MM_SESSIONS>;

/** What `mm` knows about an event besides memtomem's row. */
export const MM_EVENTS = {
  event_id: {
    type: "INTEGER",
    key: `PRIMARY KEY ${REFERS_TO("session_events")}`,
    isLocal: true,
  },
  session_id: { type: "TEXT NOT NULL", isLocal: true },
  at_ms: { type: "INTEGER NOT NULL" },
  dedup_key: { type: "TEXT NOT NULL", isFixed: true },
  own_us: { type: "INTEGER" },
  line: { type: "TEXT", isFixed: true },
} as const satisfies Readonly<Record<string, Column>>;

export type OwnEventRow = RowOf<typeof MM_EVENTS>;

/** The calls of models, by the agent's name for each. The five numbers of tokens never overlap. */
export const MM_USAGE = {
  client: { type: "TEXT NOT NULL" },
  call_id: { type: "TEXT NOT NULL", isFixed: true },
  session_id: {
    type: "TEXT NOT NULL",
    key: REFERS_TO("sessions"),
    isLocal: true,
  },
  at_ms: { type: "INTEGER NOT NULL" },
  model: { type: "TEXT" },
  input: { type: "INTEGER NOT NULL DEFAULT 0" },
  cache_read: { type: "INTEGER NOT NULL DEFAULT 0" },
  cache_write_5m: { type: "INTEGER NOT NULL DEFAULT 0" },
  cache_write_1h: { type: "INTEGER NOT NULL DEFAULT 0" },
  output: { type: "INTEGER NOT NULL DEFAULT 0" },
  reasoning: { type: "INTEGER NOT NULL DEFAULT 0" },
  calls: { type: "INTEGER NOT NULL DEFAULT 0" },
  is_fast: { type: "INTEGER NOT NULL DEFAULT 0" },
  hidden: { type: "INTEGER NOT NULL DEFAULT 0" },
  cost_told: { type: "REAL" },
} as const satisfies Readonly<Record<string, Column>>;

export type UsageRow = RowOf<typeof MM_USAGE>;

/** The transcripts that were read, as they were then. It refers to no session: a deleted one stays deleted. */
export const MM_TRANSCRIPTS = {
  path: { type: "TEXT NOT NULL", key: "PRIMARY KEY", isLocal: true },
  client: { type: "TEXT NOT NULL", isLocal: true },
  source: { type: "TEXT NOT NULL", isLocal: true },
  session_id: { type: "TEXT", isLocal: true },
  /** The agent's id of the session that it was forked from. */
  parent: { type: "TEXT", isLocal: true },
  inode: { type: "INTEGER NOT NULL", isLocal: true },
  size: { type: "INTEGER NOT NULL", isLocal: true },
  modified_ms: { type: "REAL", isLocal: true },
  /** Of the rules by which it was read; negative where only the usage was. */
  version: { type: "INTEGER NOT NULL", isLocal: true },
  mark: { type: "INTEGER NOT NULL DEFAULT 0", isLocal: true },
  passed_over: { type: "INTEGER NOT NULL DEFAULT 0", isLocal: true },
  /** The first byte that wasn't taken, always behind a line's end. */
  taken: { type: "INTEGER NOT NULL DEFAULT 0", isLocal: true },
  /** A hash of what stands before it. */
  tail: { type: "TEXT", isLocal: true },
  /** What the next pass has to know to go on from there. */
  state: { type: "TEXT", isLocal: true },
} as const satisfies Readonly<Record<string, Column>>;

export type TranscriptRow = RowOf<typeof MM_TRANSCRIPTS>;

/** memtomem's columns. An export contains all of them except an event's ids, for which an import assigns new ones. */
export const SESSIONS = {
  id: { type: "TEXT NOT NULL", isFixed: true },
  agent_id: { type: "TEXT NOT NULL", isFixed: true },
  started_at: { type: "TEXT NOT NULL", isFixed: true },
  ended_at: { type: "TEXT", isFixed: true },
  summary: { type: "TEXT" },
  metadata: { type: "TEXT NOT NULL" },
  namespace: { type: "TEXT NOT NULL", isFixed: true },
} as const satisfies Readonly<Record<string, Column>>;

export const SESSION_EVENTS = {
  id: { type: "INTEGER NOT NULL", isLocal: true },
  session_id: { type: "TEXT NOT NULL", isLocal: true },
  event_type: { type: "TEXT NOT NULL", isFixed: true },
  content: { type: "TEXT NOT NULL" },
  chunk_ids: { type: "TEXT", isFixed: true },
  created_at: { type: "TEXT NOT NULL", isFixed: true },
  metadata: { type: "TEXT" },
} as const satisfies Readonly<Record<string, Column>>;

/** The columns of one table. */
export type Columns = Readonly<Record<string, Column>>;

/** The names of all columns, in the table's order. */
export function columnNames<T extends Columns>(columns: T): (keyof T & string)[] {
  return Object.keys(columns);
}

/** The names of the exported columns, in the table's order. */
export function exportedNames(columns: Columns): string[] {
  return columnNames(columns).filter((name) => columns[name]?.isLocal !== true);
}

/** An INSERT with parameters named after the columns. */
export function insertion(table: string, names: readonly string[]): string {
  const values = names.map((name) => `$${name}`).join(", ");
  return `INSERT INTO ${table} (${names.join(", ")}) VALUES (${values})`;
}
