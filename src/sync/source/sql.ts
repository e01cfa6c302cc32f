import type { Connection } from "../../store/connection.ts";
import { eventMark } from "./mark.ts";
import * as sql from "./statements.ts";

/** Which source this database is, and on which machine and in which home it was that. */
export interface SourceIdentity {
  readonly sourceId: string;
  readonly holder: string;
}

export function findIdentity(db: Connection): SourceIdentity | null {
  const row = db.query<{ source_id: string; holder: string }, []>(sql.SOURCE).get();
  return row === null ? null : { sourceId: row.source_id, holder: row.holder };
}

/** Makes the database another source, of which nothing has been sent. */
export function becomeSource(db: Connection, { sourceId, holder }: SourceIdentity): void {
  db.run(sql.FORGET_REMOTES);
  db.run(sql.FORGET_SESSIONS);
  db.query(sql.SET_SOURCE).run(sourceId, holder);
}

/** Notes that the same source is now on this machine. */
export function setHolder(db: Connection, { sourceId, holder }: SourceIdentity): void {
  db.query(sql.SET_SOURCE).run(sourceId, holder);
}

/** How far a server has this database. */
export interface SyncProgress {
  /** The highest rowid of a session that was looked at. */
  readonly sessionRowid: number;
  /** The highest id of an event that was looked at. */
  readonly eventId: number;
  /** When all sessions were last looked at, below 1 if they are to be; times are in milliseconds since 1970. */
  readonly fullMs: number;
  /** The settings that said what may be sent. */
  readonly rules: string;
  readonly pushedMs: number | null;
  /** The server's clock less this machine's. */
  readonly clockOffsetMs: number | null;
  /** The source's last revision that this machine knows of. */
  readonly rev: number;
  /** What `positionMark` said. */
  readonly mark: string;
}

interface ProgressRow {
  readonly session_rowid: number;
  readonly event_id: number;
  readonly full_ms: number;
  readonly rules: string;
  readonly pushed_ms: number | null;
  readonly clock_offset_ms: number | null;
  readonly rev: number;
  readonly mark: string;
}

export function syncProgress(db: Connection, remote: string): SyncProgress | null {
  const row = db.query<ProgressRow, [string]>(sql.REMOTE).get(remote);
  if (row === null) return null;
  return {
    sessionRowid: row.session_rowid,
    eventId: row.event_id,
    fullMs: row.full_ms,
    rules: row.rules,
    pushedMs: row.pushed_ms,
    clockOffsetMs: row.clock_offset_ms,
    rev: row.rev,
    mark: row.mark,
  };
}

export function addRemote(db: Connection, remote: string): void {
  db.query(sql.ADD_REMOTE).run(remote);
}

/**
 * Notes how far everything has been sent; `fullMs` is null unless all sessions were looked at. It is only noted if it
 * still is what it was when the push began: all may have been changed meanwhile.
 */
export function setProgress(
  db: Connection,
  remote: string,
  progress: Pick<SyncProgress, "sessionRowid" | "eventId" | "rules"> & {
    readonly fullMs: number | null;
    readonly fullMsBefore: number;
  },
): void {
  const { sessionRowid, eventId, rules, fullMs, fullMsBefore } = progress;
  const mark = positionMark(db, progress);
  const full = [fullMs, mark, fullMsBefore];
  db.query(sql.SET_SYNC_PROGRESS).run(remote, sessionRowid, eventId, rules, ...full);
}

export function setKnownRev(db: Connection, remote: string, rev: number): void {
  db.query(sql.SET_KNOWN_REV).run(remote, rev);
}

type Position = Pick<SyncProgress, "sessionRowid" | "eventId">;

/** What is where everything was last looked at. It changes if the database is replaced by an older one. */
function positionMark(db: Connection, { sessionRowid, eventId }: Position): string {
  const session = db.query<{ id: string }, [number]>(sql.SESSION_AT).get(sessionRowid);
  return `${session?.id ?? null} ${eventMark(db, eventId)}`;
}

/** Whether numbers up to those that were looked at may mean other sessions and events now. */
export function hasGoneBack(db: Connection, progress: SyncProgress): boolean {
  return progress.eventId > highestEvent(db) || progress.mark !== positionMark(db, progress);
}

export function setPushed(db: Connection, remote: string, nowMs: number, offset: number): void {
  db.query(sql.SET_PUSHED).run(remote, nowMs, offset);
}

/** Why the last push failed. */
export interface Problem {
  readonly text: string;
  /** Milliseconds since 1970. */
  readonly ms: number;
}

/** Notes why a push failed, or with null that one succeeded. */
export function setProblem(db: Connection, remote: string, problem: Problem | null): void {
  if (problem === null) db.query(sql.CLEAR_PROBLEM).run(remote);
  else db.query(sql.SET_PROBLEM).run(remote, problem.text, problem.ms);
}

export function findProblem(db: Connection, remote: string): Problem | null {
  return db.query<Problem, [string]>(sql.PROBLEM).get(remote);
}

/** The highest id that an event of the database has had; 0 for none. */
export function highestEvent(db: Connection): number {
  return db.query<{ id: number }, []>(sql.HIGHEST_EVENT).get()?.id ?? 0;
}
