import {
  EVENT_COLUMNS,
  OWN_EVENT_COLUMNS,
  OWN_SESSION_COLUMNS,
  SESSION_COLUMNS,
} from "../store/columns.ts";
import type { Connection } from "../store/connection.ts";
import type { StoredRecord, StoredRow, StoredValue } from "./record.ts";

function insertion(table: string, columns: readonly string[]): string {
  const places = columns.map((_, index) => `?${index + 1}`).join(", ");
  return `INSERT INTO ${table} (${columns.join(", ")}) VALUES (${places})`;
}

const INSERT_SESSION = insertion("sessions", SESSION_COLUMNS);
const INSERT_OWN_SESSION = insertion("mm_sessions", [
  "session_id",
  "agent_id",
  ...OWN_SESSION_COLUMNS,
]);
const INSERT_EVENT = insertion("session_events", ["session_id", ...EVENT_COLUMNS]);
const INSERT_OWN_EVENT = insertion("mm_events", ["event_id", "session_id", ...OWN_EVENT_COLUMNS]);
const HOLDER = "SELECT session_id AS id FROM mm_sessions WHERE agent_id = ?1 AND external_id = ?2";

function values(row: StoredRow, columns: readonly string[]): StoredValue[] {
  return columns.map((column) => row[column] ?? null);
}

/** The session under which the store knows the agent's session already, or null. */
export function holderOf(db: Connection, { row, own }: StoredRecord): string | null {
  if (own === null) return null;
  const key = [row["agent_id"] ?? null, own["external_id"] ?? null];
  return db.query<{ id: string }, StoredValue[]>(HOLDER).get(...key)?.id ?? null;
}

/** Adds a session as it was exported; its id must be free. */
export function addSession(db: Connection, { row, own }: StoredRecord): void {
  db.query<unknown, StoredValue[]>(INSERT_SESSION).run(...values(row, SESSION_COLUMNS));
  if (own === null) return;
  const ids = values(row, ["id", "agent_id"]);
  db.query<unknown, StoredValue[]>(INSERT_OWN_SESSION).run(
    ...ids,
    ...values(own, OWN_SESSION_COLUMNS),
  );
}

/** Adds an event to a session, behind those that it has. */
export function addEvent(db: Connection, sessionId: string, { row, own }: StoredRecord): void {
  const insert = db.query<unknown, StoredValue[]>(INSERT_EVENT);
  const { lastInsertRowid } = insert.run(sessionId, ...values(row, EVENT_COLUMNS));
  if (own === null) return;
  db.query<unknown, StoredValue[]>(INSERT_OWN_EVENT).run(
    Number(lastInsertRowid),
    sessionId,
    ...values(own, OWN_EVENT_COLUMNS),
  );
}
