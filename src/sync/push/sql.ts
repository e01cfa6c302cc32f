import type { Connection } from "../../store/connection.ts";
import type { StoredRow } from "../../store/stored-rows.ts";
import * as sql from "./statements.ts";

interface Rowid {
  readonly rowid: number;
}

/**
 * The rowids of sessions that may have changed since they were last looked at, oldest first. The events of those with a
 * sign of life since `aliveMs` are compared, too.
 */
export function listChanged(
  db: Connection,
  remote: string,
  since: { readonly sessionRowid: number; readonly eventId: number; readonly aliveMs: number },
): number[] {
  return db
    .query<Rowid, [string, number, number, number]>(sql.CHANGED)
    .all(remote, since.sessionRowid, since.eventId, since.aliveMs)
    .map(({ rowid }) => rowid);
}

/** The rowids of all sessions, oldest first. */
export function listAll(db: Connection): number[] {
  return db
    .query<Rowid, []>(sql.ALL)
    .all()
    .map(({ rowid }) => rowid);
}

export function highestSession(db: Connection): number {
  return db.query<Rowid, []>(sql.HIGHEST_SESSION).get()?.rowid ?? 0;
}

/** A session as a push reads it; null if it has been deleted meanwhile. */
export function findPushed(db: Connection, rowid: number): StoredRow | null {
  return db.query<StoredRow, [number]>(sql.SESSION).get(rowid);
}

/** The next events of a session, each read when it is asked for: together they may be larger than the memory. */
export function nextEvents(
  db: Connection,
  sessionId: string,
  after: number,
  limit: number,
): Iterable<StoredRow> {
  return db.query<StoredRow, [string, number, number]>(sql.EVENTS).iterate(sessionId, after, limit);
}

/** What the events of a session up to one are told apart by. */
export function eventsLook(db: Connection, sessionId: string, upTo: number): string {
  const row = db.query<{ events: string }, [string, number]>(sql.EVENTS_UP_TO).get(sessionId, upTo);
  return row?.events ?? "";
}

/** How many events of a session the server lacks. */
export function countNewEvents(db: Connection, sessionId: string, after: number): number {
  const row = db.query<{ n: number }, [string, number]>(sql.COUNT_NEW).get(sessionId, after);
  return row?.n ?? 0;
}

export function listCalls(db: Connection, sessionId: string): StoredRow[] {
  return db.query<StoredRow, [string]>(sql.USAGE).all(sessionId);
}

/** The sessions that a server has and a person has deleted, unless they came back, as by an import. */
export function listDeleted(db: Connection, remote: string): string[] {
  if (db.query(sql.HAS_DELETED).get() === null) return [];
  const ids = db.query<{ id: string }, [string]>(sql.DELETED).all(remote);
  const isThere = db.query<unknown, [string]>(sql.IS_THERE);
  return ids.map(({ id }) => id).filter((id) => isThere.get(id) === null);
}
