import type { Connection } from "./connection.ts";
import {
  type Columns,
  columnNames,
  exportedNames,
  insertion,
  MM_EVENTS,
  MM_SESSIONS,
  SESSION_EVENTS,
  SESSIONS,
} from "./tables.ts";

// Rows that are stored as they are given, by an import.

/** A stored value; bytes come only from other programs. */
export type StoredValue = string | number | null | Uint8Array;

/** A row by its columns, as it is stored. */
export type StoredRow = Readonly<Record<string, StoredValue>>;

/** A row with the texts that `mm` keeps beside it, in `own`; null where there are none. */
export interface StoredRecord {
  readonly row: StoredRow;
  readonly own: StoredRow | null;
}

type Named = Record<string, StoredValue>;

const OWN_EVENT_KEYS = ["event_id", "session_id"];
const EVENT_COLUMNS = ["session_id", ...exportedNames(SESSION_EVENTS)];

const INSERT_SESSION = insertion("sessions", columnNames(SESSIONS));
const INSERT_OWN_SESSION = insertion("mm_sessions", columnNames(MM_SESSIONS));
const INSERT_EVENT = insertion("session_events", EVENT_COLUMNS);
const INSERT_OWN_EVENT = insertion("mm_events", [...OWN_EVENT_KEYS, ...exportedNames(MM_EVENTS)]);

/** The values of these columns, NULL where the row has none. */
function named(row: StoredRow, names: readonly string[]): Named {
  return Object.fromEntries(names.map((name) => [name, row[name] ?? null]));
}

const exported = (row: StoredRow, columns: Columns) => named(row, exportedNames(columns));

/** Adds a session as it was exported; its id must be free. */
export function addSession(db: Connection, { row, own }: StoredRecord): void {
  db.query<unknown, [Named]>(INSERT_SESSION).run(exported(row, SESSIONS));
  if (own === null) return;
  const { id = null, agent_id = null } = row;
  db.query<unknown, [Named]>(INSERT_OWN_SESSION).run({
    ...exported(own, MM_SESSIONS),
    session_id: id,
    agent_id,
  });
}

/** Adds an event to a session, behind those that it has. */
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
