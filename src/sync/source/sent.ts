import type { Connection } from "../../store/connection.ts";
import * as sql from "./statements.ts";

/** What a server has of a session. */
export interface Sent {
  /** Stands for everything of its row that was sent. */
  readonly print: string;
  /** Stands for its calls of models. */
  readonly usage: string;
  readonly lastEvent: number;
}

export function findSent(db: Connection, remote: string, sessionId: string): Sent | null {
  const row = db
    .query<{ print: string; usage: string; last_event: number }, [string, string]>(sql.SENT)
    .get(remote, sessionId);
  return row === null ? null : { print: row.print, usage: row.usage, lastEvent: row.last_event };
}

/** How a session looked when it was compared. */
export interface Looked {
  readonly look: string;
  readonly isOpen: boolean;
}

export function setSent(
  db: Connection,
  remote: string,
  sessionId: string,
  sent: Sent & Looked,
): void {
  const { print, usage, look, lastEvent, isOpen } = sent;
  db.query(sql.SET_SENT).run(remote, sessionId, print, usage, look, lastEvent, Number(isOpen));
}

export function setLook(db: Connection, remote: string, id: string, looked: Looked): void {
  db.query(sql.SET_LOOK).run(remote, id, looked.look, Number(looked.isOpen));
}

/** Whether the session was deleted there, for ever. */
export function isGone(sent: Sent | null): boolean {
  return sent?.print === sql.GONE;
}

export function setGone(db: Connection, remote: string, sessionId: string): void {
  setSent(db, remote, sessionId, {
    print: sql.GONE,
    usage: "",
    look: "",
    lastEvent: 0,
    isOpen: false,
  });
}

function listIds(db: Connection, statement: string, remote: string): string[] {
  return db
    .query<{ id: string }, [string]>(statement)
    .all(remote)
    .map(({ id }) => id);
}

/** The sessions that were deleted there, for ever. */
export function listGone(db: Connection, remote: string): string[] {
  return listIds(db, sql.GONE_SESSIONS, remote);
}

/** The sessions whose events were rewritten here since they were sent. */
export function listRewritten(db: Connection, remote: string): string[] {
  return listIds(db, sql.REWRITTEN_SESSIONS, remote);
}

/** Forgets what was sent but not what was deleted or rewritten. Until it is known again, no revision is the last one noted. */
export function forgetAllSent(db: Connection, remote: string): void {
  db.transaction(() => {
    db.query(sql.SET_KNOWN_REV).run(remote, UNKNOWN_REV);
    db.query(sql.FORGET_SESSIONS_OF).run(remote);
  })();
}

const UNKNOWN_REV = -1;

function count(db: Connection, statement: string, remote: string): number {
  return db.query<{ n: number }, [string]>(statement).get(remote)?.n ?? 0;
}

export function countSent(db: Connection, remote: string): number {
  return count(db, sql.COUNT_SENT, remote);
}

/** The ended sessions of which a server has all events. */
export function listWhole(db: Connection, remote: string): string[] {
  return listIds(db, sql.WHOLE, remote);
}

/** A row that the server refuses; `seq` is 0 for the session itself. */
export interface RefusedRow {
  readonly sessionId: string;
  readonly seq: number;
  readonly problem: string;
}

export function setRefused(db: Connection, remote: string, refused: RefusedRow): void {
  const { sessionId, seq, problem } = refused;
  db.query(sql.SET_ASIDE).run(remote, sessionId, seq, problem);
}

export function listAside(db: Connection, remote: string, limit: number): RefusedRow[] {
  return db
    .query<{ session_id: string; seq: number; problem: string }, [string, number]>(sql.LIST_ASIDE)
    .all(remote, limit)
    .map(({ session_id, seq, problem }) => ({ sessionId: session_id, seq, problem }));
}

export function countAside(db: Connection, remote: string): number {
  return count(db, sql.COUNT_ASIDE, remote);
}

/** The sessions of which a server refused a row. */
export function listAsideSessions(db: Connection, remote: string): string[] {
  return db
    .query<{ session_id: string }, [string]>(sql.LIST_ASIDE_SESSIONS)
    .all(remote)
    .map((row) => row.session_id);
}

/** Forgets which rows were refused, and that their sessions were sent. */
export function clearAside(db: Connection, remote: string): void {
  db.transaction(() => {
    for (const statement of sql.CLEAR_ASIDE) db.query(statement).run(remote);
  })();
}
