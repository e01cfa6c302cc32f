import { spaceOut } from "../domain/search-text.ts";
import type { Connection } from "./connection.ts";
import { planIndex } from "./search-plan.ts";
import { type Id, progressOf } from "./search-progress.ts";
import { createIndex, discardIndex, hasIndex, type IndexKind, indexKind } from "./search-schema.ts";
import * as sql from "./search-statements.ts";
import { text } from "./sessions.ts";
import { SESSION_BY_ID } from "./statements.ts";

/** A transaction indexes so many events, or so much text of them, which takes 10 to 30 ms. */
const BATCH_EVENTS = 2000;
const BATCH_CHARS = 300_000;

/** For connections that index or search. */
export function useLargeCache(db: Connection): void {
  db.run(sql.LARGE_CACHE);
}

/** Makes the index where `planIndex` wants one, inside the caller's transaction; another process may have been faster. */
export function makeIndex(db: Connection, nowMs: number, kind: IndexKind): void {
  if (planIndex(db, nowMs, kind).create) createIndex(db, kind);
}

interface EventRow {
  readonly id: number;
  readonly session_id: Id;
  readonly content: unknown;
}

/** As many of the next events as one transaction takes. */
function nextEvents(db: Connection, after: number): EventRow[] {
  const batch: EventRow[] = [];
  let chars = 0;
  const rows = db.query<EventRow, [number, number]>(sql.EVENTS_AFTER);
  for (const row of rows.iterate(after, BATCH_EVENTS)) {
    batch.push(row);
    chars += typeof row.content === "string" ? row.content.length : 0;
    if (chars >= BATCH_CHARS) break;
  }
  return batch;
}

/** Indexes the next events, with their sessions, inside the caller's transaction. @returns how many are left at most */
export function indexEvents(db: Connection, kind: IndexKind): number {
  const { event_id } = progressOf(db);
  const batch = nextEvents(db, event_id);
  const last = batch.at(-1);
  if (last === undefined) return 0;
  const added = addSessions(db, sql.ADD_SESSIONS_OF_EVENTS, event_id, last.id);
  const known = new Set(batch.map(({ session_id }) => session_id)).difference(added);
  for (const id of known) indexSession(db, id, kind);
  const insert = db.query(sql.INSERT_DOCUMENT);
  for (const { id, content } of batch) insert.run(id, spaceOut(text(content)));
  db.query(sql.SET_PROGRESS).run(last.id, last.session_id);
  return (db.query<{ id: number }, []>(sql.LAST_EVENT).get()?.id ?? 0) - last.id;
}

interface SessionRow {
  readonly rowid: number;
  readonly session_id: Id;
  readonly text: string;
}

/** Runs a statement that gives sessions documents, and indexes these; returns whose they are. */
function addSessions(db: Connection, statement: string, ...params: Id[]): Set<Id> {
  const rows = db.query<SessionRow, Id[]>(statement).all(...params);
  const insert = db.query(sql.INSERT_DOCUMENT);
  for (const { rowid, text: content } of rows) insert.run(rowid, spaceOut(content));
  return new Set(rows.map(({ session_id }) => session_id));
}

interface SessionDocument {
  /** Null where the session isn't indexed yet. */
  readonly rowid: number | null;
  readonly is_same: number;
  readonly was_open: number | null;
  readonly is_open: number;
}

/** Indexes a session's title and summary if they have changed, inside the caller's transaction. */
export function indexSession(db: Connection, id: Id, kind: IndexKind): void {
  const found = db.query<SessionDocument, [Id]>(sql.SESSION_DOCUMENT).get(id);
  if (found === null) return;
  if (found.rowid !== null && found.is_same === 1) {
    if (found.is_open !== found.was_open) db.query(sql.SET_OPEN).run(id, found.is_open);
    return;
  }
  // A document that can't be deleted is found no more, since nothing has its number now.
  if (found.rowid !== null && kind === "deletable") db.query(sql.DELETE_DOCUMENT).run(found.rowid);
  addSessions(db, sql.PUT_SESSION, id);
}

/** Takes events that are gone from the index, inside the caller's transaction. */
export function forgetEvents(db: Connection, eventIds: readonly number[]): void {
  const remove = db.query(sql.DELETE_DOCUMENT);
  const exists = db.query(sql.EVENT_SESSION);
  for (const id of eventIds) if (exists.get(id) === null) remove.run(id);
}

/** Finds the place again after events that were indexed last are gone. */
export function findPlace(db: Connection): void {
  const { event_id } = progressOf(db);
  const row = db
    .query<{ id: number; session_id: Id }, [number]>(sql.LAST_EVENT_UP_TO)
    .get(event_id);
  // Ids are never given twice, so the higher id stays the mark; only what it is checked by goes.
  db.query(sql.SET_PROGRESS).run(event_id, row?.id === event_id ? row.session_id : null);
}

export function setChecked(db: Connection, nowMs: number): void {
  db.query(sql.SET_CHECKED).run(nowMs);
}

/**
 * Takes sessions and their events from the index, inside the transaction that deletes them and before it
 * does; where there is no index it does nothing. A SQLite that can't delete from one has it made anew by
 * the next search.
 */
export function forgetSessions(
  db: Connection,
  sessionIds: readonly Id[],
  kind: IndexKind | null = kindOrNull(db),
): void {
  if (kind === null || sessionIds.length === 0 || !hasIndex(db, kind)) return;
  if (kind === "append-only") {
    discardIndex(db);
    return;
  }
  for (const id of sessionIds) {
    db.query(sql.FORGET_EVENTS).run(id);
    const row = db.query<{ rowid: number }, [Id]>(sql.FORGET_SESSION).get(id);
    if (row !== null) db.query(sql.DELETE_DOCUMENT).run(row.rowid);
    db.query(sql.FORGET_PROGRESS).run(id);
  }
}

/** Takes those sessions from the index that are gone without `forgetSessions`, inside the caller's transaction. */
export function forgetGoneSessions(db: Connection, sessionIds: readonly Id[]): void {
  const gone = sessionIds.filter((id) => db.query(SESSION_BY_ID).get(id) === null);
  forgetSessions(db, gone, "deletable");
}

/** Null where there can't be an index. */
function kindOrNull(db: Connection): IndexKind | null {
  try {
    return indexKind(db);
  } catch {
    return null;
  }
}
