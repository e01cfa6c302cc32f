import type { Connection } from "../../store/connection.ts";
import { storedText } from "../../store/rows.ts";
import { BEGIN, COMMIT, ROLLBACK, setLockWait } from "../../store/statements.ts";
import { type IndexKind, isBusy } from "./file.ts";
import { highestEventId, type Id, progressOf } from "./plan.ts";
import * as sql from "./statements.ts";
import { toSearchable } from "./tokens.ts";

/** The events and bytes of text for one transaction. While it runs, the database's log can't be checkpointed. */
const BATCH_EVENTS = 20_000;
const BATCH_BYTES = 4_000_000;
const LOOK_EVERY_MS = 10;

function version(db: Connection): number {
  return db.query<{ data_version: number }, []>(sql.VERSION).get()?.data_version ?? 0;
}

/** Waits for a lock as long as its holder makes progress, and at most `waitMs` after that. */
async function patiently<T>(db: Connection, waitMs: number, work: () => T): Promise<T> {
  let seen = 0;
  for (let waited = 0; ; waited += LOOK_EVERY_MS) {
    try {
      return work();
    } catch (error) {
      if (!isBusy(error) || waited >= waitMs) throw error;
      try {
        const now = version(db);
        if (now !== seen) [seen, waited] = [now, 0];
      } catch {
        // The lock's holder is writing its changes to the file.
      }
    }
    await Bun.sleep(LOOK_EVERY_MS);
  }
}

/** Runs `work`, which reads the index while others may write to it. */
export async function look<T>(db: Connection, waitMs: number, work: () => T): Promise<T> {
  db.run(setLockWait(0));
  try {
    return await patiently(db, waitMs, work);
  } finally {
    db.run(setLockWait(waitMs));
  }
}

/** Runs `work` in one immediate transaction, which locks the index and not the database. */
export async function change<T>(db: Connection, waitMs: number, work: () => T): Promise<T> {
  await look(db, waitMs, () => db.run(BEGIN));
  try {
    const result = work();
    db.run(COMMIT);
    return result;
  } catch (error) {
    if (db.inTransaction) db.run(ROLLBACK);
    throw error;
  }
}

interface NextEvents {
  readonly last: number | null;
  readonly odd: number;
}

/** The next events, as many as fit into one transaction, and at least one. No event after them is read. */
function nextEvents(db: Connection, after: number): NextEvents {
  const sizes = db.query<{ id: number; bytes: number; is_odd: number }, [number, number]>(
    sql.NEXT_EVENTS,
  );
  let [last, total, odd]: [number | null, number, number] = [null, 0, 0];
  for (const { id, bytes, is_odd: isOdd } of sizes.iterate(after, BATCH_EVENTS)) {
    total += bytes;
    if (last !== null && total > BATCH_BYTES) break;
    last = id;
    odd += isOdd;
  }
  return { last, odd };
}

function addOddEvents(db: Connection, after: number, last: number): void {
  const add = db.query(sql.ADD_ODD);
  const odd = db.query<{ id: number; text: unknown }, [number, number]>(sql.ODD_EVENTS);
  for (const row of odd.iterate(after, last)) add.run(row.id, toSearchable(storedText(row.text)));
}

/** Indexes the next events and their sessions inside the caller's transaction. @returns at most how many remain */
export function indexEvents(db: Connection, kind: IndexKind): number {
  const after = progressOf(db).event_id;
  const { last, odd } = nextEvents(db, after);
  if (last === null) return 0;
  addSessions(db, sql.ADD_SESSIONS_OF_EVENTS, after, last);
  const outdated = db.query<{ id: Id }, [number, number]>(sql.OUTDATED_OF_EVENTS);
  for (const { id } of outdated.all(after, last)) indexSession(db, id, kind);
  db.run(sql.CREATE_ODD);
  if (odd > 0) addOddEvents(db, after, last);
  db.query(sql.INSERT_EVENTS).run(after, last);
  if (odd > 0) db.run(sql.CLEAR_ODD);
  db.query(sql.SET_PROGRESS).run(last);
  return highestEventId(db) - last;
}

interface SessionRow {
  readonly rowid: number;
  readonly text: string;
}

/** Runs a statement that returns documents of sessions, and indexes them. */
function addSessions(db: Connection, statement: string, ...params: Id[]): void {
  const insert = db.query(sql.INSERT_DOCUMENT);
  for (const { rowid, text: content } of db.query<SessionRow, Id[]>(statement).all(...params)) {
    insert.run(rowid, toSearchable(content));
  }
}

interface SessionDocument {
  /** Null if the session isn't indexed yet. */
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
  // Without a delete, the old document is never found, because no session has its rowid any more.
  if (found.rowid !== null && kind === "deletable") db.query(sql.DELETE_DOCUMENT).run(found.rowid);
  addSessions(db, sql.PUT_SESSION, id);
}

/**
 * Looks at the next indexed events after `after` and removes those from the index that no longer exist,
 * inside the caller's transaction.
 * @returns the last event that it looked at, or null if there are no more
 */
export function deleteMissingEvents(db: Connection, after: number): number | null {
  const upTo = db.query<{ last: number | null }, [number, number]>(sql.INDEXED_UP_TO);
  const last = upTo.get(after, BATCH_EVENTS)?.last ?? null;
  if (last === null) return null;
  const { changes } = db.query(sql.DELETE_MISSING_EVENTS).run(after, last);
  if (changes > 0) db.query(sql.SET_REMAINS).run(1);
  return last;
}

/** Removes the titles and summaries of sessions that no longer exist, inside the caller's transaction. */
export function deleteMissingSessions(db: Connection, sessionIds: readonly Id[]): void {
  for (const id of sessionIds) {
    const row = db.query<{ rowid: number }, [Id]>(sql.DELETE_MISSING_SESSION).get(id);
    if (row === null) continue;
    db.query(sql.DELETE_DOCUMENT).run(row.rowid);
    db.query(sql.SET_REMAINS).run(1);
  }
}

/** Sets the index's position again after the last indexed event was deleted. */
export function resetPosition(db: Connection): void {
  db.query(sql.SET_PROGRESS).run(progressOf(db).event_id);
}

/** Records that the sessions up to this rowid are indexed. */
export function setSessionRowid(db: Connection, rowid: number): void {
  db.query(sql.SET_SESSION_ROWID).run(rowid);
}

/** Records when everything was last checked. 0 makes the next update check everything. */
export function setChecked(db: Connection, nowMs: number): void {
  db.query(sql.SET_CHECKED).run(nowMs);
}

/** Erases deleted text from the file. Until then it stays there, although no search finds it. */
export async function eraseDeletedText(db: Connection, waitMs: number): Promise<void> {
  if (progressOf(db).has_remains === 0) return;
  await change(db, waitMs, () => db.run(sql.MERGE_ALL));
  await look(db, waitMs, () => db.run("VACUUM main"));
  await change(db, waitMs, () => db.query(sql.SET_REMAINS).run(0));
}
