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

// An import stores rows unchanged.

/** A stored value. Only other programs store bytes. */
export type StoredValue = string | number | null | Uint8Array;

/** A stored row, by column. */
export type StoredRow = Readonly<Record<string, StoredValue>>;

/** A row of memtomem's tables and, in `own`, of the `mm_` table that goes with it, or null if there is none. */
export interface StoredRecord {
  readonly row: StoredRow;
  readonly own: StoredRow | null;
}

type Named = Record<string, StoredValue>;

const OWN_KEYS = ["session_id", "agent_id"];
const OWN_EVENT_KEYS = ["event_id", "session_id"];
const EVENT_COLUMNS = ["session_id", ...exportedNames(SESSION_EVENTS)];

const INSERT_SESSION = insertion("sessions", columnNames(SESSIONS));
const INSERT_OWN_SESSION = insertion("mm_sessions", [...OWN_KEYS, ...exportedNames(MM_SESSIONS)]);
const INSERT_EVENT = insertion("session_events", EVENT_COLUMNS);
const INSERT_OWN_EVENT = insertion("mm_events", [...OWN_EVENT_KEYS, ...exportedNames(MM_EVENTS)]);

/** The values of these columns, NULL if the row lacks one. */
function named(row: StoredRow, names: readonly string[]): Named {
  return Object.fromEntries(names.map((name) => [name, row[name] ?? null]));
}

const exported = (row: StoredRow, columns: Columns) => named(row, exportedNames(columns));

/** Adds a session as it was exported. Its id must not exist yet. */
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
