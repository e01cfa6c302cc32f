import type { Connection } from "./connection.ts";
import {
  type Columns,
  columnNames,
  exportedNames,
  insertion,
  MM_EVENTS,
  MM_SESSIONS,
  MM_USAGE,
  SESSION_EVENTS,
  SESSIONS,
} from "./tables.ts";

// An import stores rows unchanged. A rescan replaces texts where they stand.

/** A stored value. Only other programs store bytes. */
export type StoredValue = string | number | null | Uint8Array;

/** A stored row, by column. */
export type StoredRow = Readonly<Record<string, StoredValue>>;

/** A row of memtomem's tables and, in `own`, of the `mm_` table that goes with it, or null if there is none. */
export interface StoredRecord {
  readonly row: StoredRow;
  readonly own: StoredRow | null;
  /** The calls of models of a session. */
  readonly usage?: readonly StoredRow[];
}

type Named = Record<string, StoredValue>;

const OWN_KEYS = ["session_id", "agent_id"];
const OWN_EVENT_KEYS = ["event_id", "session_id"];
const EVENT_COLUMNS = ["session_id", ...exportedNames(SESSION_EVENTS)];

const INSERT_SESSION = insertion("sessions", columnNames(SESSIONS));
const PUT_SESSION = `${INSERT_SESSION} ON CONFLICT (id) DO UPDATE SET ${columnNames(SESSIONS)
  .map((name) => `${name} = excluded.${name}`)
  .join(", ")}`;
const DELETE_OWN_ROWS = [
  "DELETE FROM mm_sessions WHERE session_id = ?1",
  "DELETE FROM mm_usage WHERE session_id = ?1",
];
const INSERT_OWN_SESSION = insertion("mm_sessions", [...OWN_KEYS, ...exportedNames(MM_SESSIONS)]);
const INSERT_USAGE = insertion("mm_usage", ["session_id", ...exportedNames(MM_USAGE)]).replace(
  "INSERT",
  "INSERT OR IGNORE",
);
const INSERT_EVENT = insertion("session_events", EVENT_COLUMNS);
const INSERT_OWN_EVENT = insertion("mm_events", [...OWN_EVENT_KEYS, ...exportedNames(MM_EVENTS)]);

/** The values of these columns, NULL if the row lacks one. */
function named(row: StoredRow, names: readonly string[]): Named {
  return Object.fromEntries(names.map((name) => [name, row[name] ?? null]));
}

const exported = (row: StoredRow, columns: Columns) => named(row, exportedNames(columns));

/** Adds a session as it was exported. Its id must not exist yet. A call that another session has stays there. */
export function addSession(db: Connection, record: StoredRecord): void {
  db.query<unknown, [Named]>(INSERT_SESSION).run(exported(record.row, SESSIONS));
  addOwnRows(db, record);
}

/** Adds a session or replaces what is stored of it; its events stay. */
export function putSession(db: Connection, record: StoredRecord): void {
  db.query<unknown, [Named]>(PUT_SESSION).run(exported(record.row, SESSIONS));
  const { id = null } = record.row;
  for (const statement of DELETE_OWN_ROWS) db.query(statement).run(id);
  addOwnRows(db, record);
}

/** Removes a session with everything that hangs on it, in a database that keeps its foreign keys. */
export function dropSession(db: Connection, id: string): void {
  db.query("DELETE FROM sessions WHERE id = ?1").run(id);
}

function addOwnRows(db: Connection, { row, own, usage = [] }: StoredRecord): void {
  const { id = null, agent_id = null } = row;
  for (const call of usage) {
    db.query<unknown, [Named]>(INSERT_USAGE).run({ ...exported(call, MM_USAGE), session_id: id });
  }
  if (own === null) return;
  db.query<unknown, [Named]>(INSERT_OWN_SESSION).run({
    ...exported(own, MM_SESSIONS),
    session_id: id,
    agent_id,
  });
}

/** Adds an event to a session, after its present events. */
export function addEvent(db: Connection, sessionId: string, { row, own }: StoredRecord): void {
  const { lastInsertRowid } = db
    .query<unknown, [Named]>(INSERT_EVENT)
    .run({ ...exported(row, SESSION_EVENTS), session_id: sessionId });
  if (own === null) return;
  db.query<unknown, [Named]>(INSERT_OWN_EVENT).run({
    ...exported(own, MM_EVENTS),
    event_id: Number(lastInsertRowid),
    session_id: sessionId,
  });
}

/** A table with texts that a person or an agent wrote: its columns of these, and by what a row is found again. */
interface Texts {
  readonly key: string;
  readonly columns: readonly string[];
}

function textColumns(columns: Columns): string[] {
  return columnNames(columns).filter((name) => {
    const { type, isFixed } = columns[name] ?? {};
    return type?.startsWith("TEXT") === true && isFixed !== true && !name.endsWith("_id");
  });
}

export const TEXTS = {
  sessions: { key: "rowid", columns: textColumns(SESSIONS) },
  mm_sessions: { key: "rowid", columns: textColumns(MM_SESSIONS) },
  session_events: { key: "id", columns: textColumns(SESSION_EVENTS) },
  // It has no rowid, and few rows.
  mm_early_ends: { key: "agent_id || char(0) || external_id", columns: ["reason"] },
} as const satisfies Readonly<Record<string, Texts>>;

export type TextTable = keyof typeof TEXTS;

/** A text to be replaced, and by what. */
export interface Rewriting {
  readonly table: TextTable;
  readonly key: string | number;
  readonly column: string;
  readonly before: string;
  readonly after: string;
}

/** Replaces a text inside the caller's transaction, unless somebody has changed it since it was read. */
export function rewriteText(db: Connection, rewriting: Rewriting): boolean {
  const { table, key, column, before, after } = rewriting;
  const statement = `UPDATE ${table} SET ${column} = ?1 WHERE ${TEXTS[table].key} = ?2 AND ${column} = ?3`;
  return db.query(statement).run(after, key, before).changes > 0;
}
