import type { Known } from "../record/transition.ts";
import type { Connection } from "./connection.ts";
import * as sql from "./hook-statements.ts";
import {
  END_IDLE_HOOKED_SESSIONS,
  END_LISTED_SESSIONS,
  FILL_PLACE,
  SET_TITLE,
  SET_TITLE_FROM,
} from "./hook-statements.ts";
import { parseMetadata } from "./sessions.ts";
import { INSERT_SESSION } from "./statements.ts";
import { isAutomaticSummary } from "./summary.ts";

/** The rest of a session may be in the spool for days; an end that waits longer waits for nothing. */
const WAITS_MS = 30 * 86_400_000;

/** Keeps an end that came before its session's first event. */
export function rememberEnd(
  db: Connection,
  agentId: string,
  externalId: string,
  at: number,
  reason: string | null,
): void {
  db.query(sql.REMEMBER_END).run(agentId, externalId, at, reason);
  db.query(sql.FORGET_OLD_ENDS).run(at - WAITS_MS);
}

/** The end that came before its session's first event, which is forgotten thereby. */
export function takeEarlyEnd(
  db: Connection,
  agentId: string,
  externalId: string,
): { at: number; reason: string | null } | null {
  const row = db
    .query<{ at_ms: number; reason: string | null }, [string, string]>(sql.EARLY_END)
    .get(agentId, externalId);
  if (row === null) return null;
  db.query(sql.FORGET_EARLY_END).run(agentId, externalId);
  return { at: row.at_ms, reason: row.reason };
}

/** Where the client works: the repository, so that all its worktrees are one project, and the tree. */
export interface Place {
  /** The repository's common folder or, outside any, null. */
  readonly project: string | null;
  /** Address of its remote, without credentials. */
  readonly remote: string | null;
  /** Top folder of the working tree. */
  readonly root: string | null;
  readonly branch: string | null;
}

export function fillPlace(db: Connection, id: string, place: Place, cwd: string | null): void {
  const { project, remote, root, branch } = place;
  db.query(FILL_PLACE).run(id, project, remote, root, branch, cwd);
}

export function setTitle(db: Connection, id: string, title: string, from: string): void {
  db.query(SET_TITLE).run(id, title);
  db.query(SET_TITLE_FROM).run(id, from);
}

/** Ends at most 100 hook-made sessions that gave no sign of life since the given time. */
export function endIdleSessions(
  db: Connection,
  idleSince: number,
  now: { readonly at: number; readonly timestamp: string },
  summary: string,
): void {
  const ended = db
    .query<{ session_id: string }, [number, number]>(END_IDLE_HOOKED_SESSIONS)
    .all(idleSince, now.at);
  if (ended.length === 0) return;
  const ids = JSON.stringify(ended.map((row) => row.session_id));
  db.query(END_LISTED_SESSIONS).run(ids, now.timestamp, summary);
}

/** The session that a client knows by its own id. */
export interface HookedSession {
  readonly id: string;
  readonly known: Known;
  readonly endedAt: string | null;
  readonly summary: string | null;
  /** Why it ended, in the client's words. */
  readonly endReason: string | null;
  /** Where its title is from, or null while it has none. */
  readonly titleFrom: string | null;
  /** Whether its start was told, not only what came after. */
  readonly started: boolean;
  /** Whether a person wrote its summary, so that no automatic one replaces it. */
  readonly keepsSummary: boolean;
}

interface Row {
  readonly session_id: string;
  readonly ended_at: string | null;
  readonly summary: string | null;
  readonly metadata: unknown;
  readonly last_event_ms: number | null;
  readonly ended_ms: number | null;
  readonly ended_by: string | null;
  readonly end_reason: string | null;
  readonly title_from: string | null;
  readonly keeps_summary: number;
  readonly started: number;
}

export function findHookedSession(
  db: Connection,
  agentId: string,
  externalId: string,
): HookedSession | null {
  const row = db.query<Row, [string, string]>(sql.HOOKED_SESSION).get(agentId, externalId);
  if (row === null) return null;
  const autoEnded = parseMetadata(row.metadata)["auto_ended"] === true;
  const byClient = row.ended_by !== null || autoEnded;
  return {
    id: row.session_id,
    known: {
      active: row.ended_at === null,
      lastEventAt: row.last_event_ms ?? 0,
      endedAt: row.ended_ms ?? (Date.parse(row.ended_at ?? "") || 0),
      endedByPerson: row.ended_at !== null && !byClient,
    },
    endedAt: row.ended_at,
    summary: row.summary,
    endReason: row.end_reason,
    titleFrom: row.title_from,
    started: row.started === 1,
    keepsSummary: row.keeps_summary === 1,
  };
}

export interface NewHookedSession extends Place {
  readonly id: string;
  readonly agentId: string;
  readonly externalId: string;
  readonly namespace: string;
  readonly startedAt: string;
  readonly at: number;
  readonly parentId: string | null;
  readonly client: string | null;
  readonly clientVersion: string | null;
  readonly model: string | null;
  readonly cwd: string | null;
  readonly transcript: string | null;
  readonly title: string | null;
  readonly titleFrom: string | null;
  readonly started: boolean;
  /** The client's start that made it, and the microseconds that this call of mm had taken by then. */
  readonly startEvent: string | null;
  readonly startMicros: number | null;
}

export function insertHookedSession(db: Connection, session: NewHookedSession): void {
  const { namespace, startedAt, title, ...own } = session;
  const metadata = JSON.stringify(title === null ? {} : { title });
  db.query(INSERT_SESSION).run(own.id, own.agentId, startedAt, metadata, namespace);
  db.query<unknown, [Record<string, string | number | null>]>(sql.INSERT_HOOKED_SESSION).run({
    ...own,
    started: own.started ? 1 : 0,
  });
}

export function setStarted(db: Connection, id: string): void {
  db.query(sql.SET_STARTED).run(id);
}

/** The client's session that was last active in this working tree, or null. */
export function lastSessionInTree(
  db: Connection,
  client: string,
  root: string | null,
): string | null {
  if (root === null) return null;
  const row = db
    .query<{ session_id: string }, [string, string]>(sql.LAST_ACTIVE_IN_TREE)
    .get(client, root);
  return row?.session_id ?? null;
}

/** What later calls may add to a session; null leaves what is there. */
export interface Facts {
  readonly model: string | null;
  readonly clientVersion: string | null;
  readonly transcript: string | null;
}

export function touchHookedSession(db: Connection, id: string, at: number, facts: Facts): void {
  db.query(sql.TOUCH_SESSION).run(id, at, facts.model, facts.clientVersion, facts.transcript);
}

/** Keeps the milliseconds of an end, since what comes later in the same second opens the session again. */
export function setEndTime(db: Connection, id: string, at: number): void {
  db.query(sql.SET_END_TIME).run(id, at);
}

export function reopenHookedSession(db: Connection, session: HookedSession): void {
  const { summary, known } = session;
  const isPersons = known.endedByPerson && summary !== null && !isAutomaticSummary(summary);
  const keeps = session.keepsSummary || isPersons;
  db.query(sql.REOPEN_SESSION).run(session.id, keeps ? summary : null);
  db.query(sql.REOPEN_HOOKED_SESSION).run(session.id, keeps ? 1 : 0);
}

/** An end that a client told. */
export interface ClientEnd {
  readonly at: number;
  readonly reason: string | null;
  /** The client's name of it, and the microseconds that this call of mm had taken; null where it came earlier. */
  readonly event: string | null;
  readonly micros: number | null;
}

export function markEnded(db: Connection, id: string, end: ClientEnd): void {
  const { at, reason, event, micros } = end;
  db.query(sql.END_HOOKED_SESSION).run(id, at, "client", reason, event, micros);
}

export function hasEvents(db: Connection, sessionId: string): boolean {
  return db.query(sql.HAS_EVENTS).get(sessionId) !== null;
}

function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** Whether a row of another program's table refers to a session and would go with it. */
export function isReferredTo(db: Connection, id: string): boolean {
  return db
    .query<{ table_name: string; column_name: string }, []>(sql.REFERENCES_TO_SESSIONS)
    .all()
    .some(({ table_name, column_name }) => {
      const where = `${quoted(table_name)} WHERE ${quoted(column_name)} = ?1`;
      return db.query(`SELECT 1 FROM ${where} LIMIT 1`).get(id) !== null;
    });
}

/** Removes a session that `mm` made, with all that refers to it. */
export function deleteSession(db: Connection, id: string): void {
  db.query(sql.DELETE_SESSION).run(id);
}
