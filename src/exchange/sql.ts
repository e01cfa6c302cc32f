import type { Connection } from "../store/connection.ts";
import type { View } from "../store/store.ts";
import type { StoredRecord, StoredRow, StoredValue } from "../store/stored-rows.ts";
import {
  exportedNames,
  MM_EVENTS,
  MM_SESSIONS,
  SESSION_EVENTS,
  SESSIONS,
} from "../store/tables.ts";
import type { StoredSession } from "./record.ts";

const SESSION_COLUMNS = exportedNames(SESSIONS);
const OWN_SESSION_COLUMNS = exportedNames(MM_SESSIONS);
const EVENT_COLUMNS = exportedNames(SESSION_EVENTS);
const OWN_EVENT_COLUMNS = exportedNames(MM_EVENTS);

const HOLDER = "SELECT session_id AS id FROM mm_sessions WHERE agent_id = ?1 AND external_id = ?2";

/** The id of a stored session with the same agent and external id, or null. */
export function holderOf(db: Connection, { row, own }: StoredRecord): string | null {
  if (own === null) return null;
  const key = [row["agent_id"] ?? null, own["external_id"] ?? null];
  return db.query<{ id: string }, StoredValue[]>(HOLDER).get(...key)?.id ?? null;
}

/** The sessions to export: those named, or all that started at or after a timestamp. */
export type Selection =
  | { readonly kind: "ids"; readonly ids: readonly string[] }
  | { readonly kind: "since"; readonly since: string | null };

const list = (prefix: string, names: readonly string[]) =>
  names.map((name) => `${prefix}.${name}`).join(", ");

const SELECT_SESSION = `SELECT ${list("s", SESSION_COLUMNS)} FROM sessions s`;
const ORDER = "ORDER BY s.started_at, s.rowid";
const OWN_SESSION = `SELECT ${list("m", OWN_SESSION_COLUMNS)} FROM mm_sessions m WHERE m.session_id = ?1`;
const EVENTS = `SELECT ${list("e", EVENT_COLUMNS)}, ${list("m", OWN_EVENT_COLUMNS)}
  FROM session_events e LEFT JOIN mm_events m ON m.event_id = e.id WHERE e.session_id = ?1 ORDER BY e.id`;

function split(row: StoredRow, names: readonly string[]): StoredRow {
  return Object.fromEntries(names.map((name) => [name, row[name] ?? null]));
}

function ownOf(db: Connection, id: StoredValue): StoredRow | null {
  return db.query<StoredRow, [StoredValue]>(OWN_SESSION).get(id);
}

function* rowsOf(db: Connection, selection: Selection): Generator<StoredRow> {
  if (selection.kind === "ids") {
    const byId = db.query<StoredRow, [string]>(`${SELECT_SESSION} WHERE s.id = ?1`);
    for (const id of selection.ids) yield* byId.all(id);
    return;
  }
  const since = `${SELECT_SESSION} WHERE ?1 IS NULL OR s.started_at >= ?1 ${ORDER}`;
  yield* db.query<StoredRow, [string | null]>(since).iterate(selection.since);
}

const LAST_EVENT =
  "SELECT max(unixepoch(created_at)) * 1000 AS ms FROM session_events WHERE session_id = ?1";

function lastEventOf(db: Connection, id: StoredValue): number | null {
  return db.query<{ ms: number | null }, [StoredValue]>(LAST_EVENT).get(id)?.ms ?? null;
}

/** Freezes the view at its first read, so that it doesn't show what others write in the meantime. */
export function freezeView({ db }: View): void {
  db.run("BEGIN");
}

/** The selected sessions, oldest first. */
export function* storedSessions(view: View, selection: Selection): Generator<StoredSession> {
  for (const row of rowsOf(view.db, selection)) {
    const id = row["id"] ?? null;
    yield { row, own: ownOf(view.db, id), lastEventMs: () => lastEventOf(view.db, id) };
  }
}

/** The events of a session in order. */
export function* storedEvents({ db }: View, sessionId: StoredValue): Generator<StoredRecord> {
  for (const joined of db.query<StoredRow, [StoredValue]>(EVENTS).iterate(sessionId)) {
    const isOwn = joined["at_ms"] !== null;
    yield {
      row: split(joined, EVENT_COLUMNS),
      own: isOwn ? split(joined, OWN_EVENT_COLUMNS) : null,
    };
  }
}

/** The number of events of the selected sessions, for a progress bar. */
export function countSelectedEvents({ db }: View, selection: Selection): number {
  const counted = (where: string, value: string | null) =>
    db
      .query<{ n: number }, [string | null]>(`SELECT count(*) AS n FROM session_events e ${where}`)
      .get(value)?.n ?? 0;
  if (selection.kind === "ids") {
    return selection.ids.reduce((sum, id) => sum + counted("WHERE e.session_id = ?1", id), 0);
  }
  return selection.since === null
    ? counted("WHERE ?1 IS NULL", null)
    : counted("JOIN sessions s ON s.id = e.session_id WHERE s.started_at >= ?1", selection.since);
}
