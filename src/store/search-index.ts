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
function nextEvents(db: Connection): EventRow[] {
  const { event_id } = progressOf(db);
  const batch: EventRow[] = [];
  let chars = 0;
  const rows = db.query<EventRow, [number, number]>(sql.EVENTS_AFTER);
  for (const row of rows.iterate(event_id, BATCH_EVENTS)) {
    batch.push(row);
    chars += typeof row.content === "string" ? row.content.length : 0;
    if (chars >= BATCH_CHARS) break;
  }
  return batch;
}

/** Indexes the next events, with their sessions, inside the caller's transaction. @returns how many are left at most */
export function indexEvents(db: Connection, kind: IndexKind): number {
  const batch = nextEvents(db);
  const last = batch.at(-1);
  if (last === undefined) return 0;
  for (const id of new Set(batch.map(({ session_id }) => session_id))) indexSession(db, id, kind);
  const insert = db.query(sql.INSERT_DOCUMENT);
  for (const { id, content } of batch) insert.run(id, spaceOut(text(content)));
  db.query(sql.SET_PROGRESS).run(last.id, last.session_id);
  return (db.query<{ id: number }, []>(sql.LAST_EVENT).get()?.id ?? 0) - last.id;
}

interface SessionDocument {
  readonly text: string;
  readonly is_open: number;
  /** Null where the session isn't indexed yet. */
  readonly rowid: number | null;
  readonly is_same: number;
  readonly was_open: number | null;
}

/** Indexes a session's title and summary if they have changed, inside the caller's transaction. */
export function indexSession(db: Connection, id: Id, kind: IndexKind): void {
  const found = db.query<SessionDocument, [Id]>(sql.SESSION_DOCUMENT).get(id);
  if (found === null) return;
  const { rowid, is_open } = found;
  if (rowid !== null && found.is_same === 1) {
    if (is_open !== found.was_open) db.query(sql.SET_OPEN).run(id, is_open);
    return;
  }
  // A document that can't be deleted is found no more, since nothing has its number now.
  if (rowid !== null && kind === "deletable") db.query(sql.DELETE_DOCUMENT).run(rowid);
  const row = db.query<{ rowid: number }, [Id]>(sql.INSERT_SESSION_DOCUMENT).get(id);
  if (row !== null) db.query(sql.INSERT_DOCUMENT).run(row.rowid, spaceOut(found.text));
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
