import { NOWHERE, type Repository } from "../files/git.ts";
import { isAutomaticSummary } from "../text/summary.ts";
import { MAX_AHEAD_MS, toTimestamp } from "../text/time.ts";
import type { Connection } from "./connection.ts";
import { countedEnd } from "./ends.ts";
import { appendEvent } from "./events.ts";
import type { HookedSession, Whereabouts } from "./hooked-sessions.ts";
import { type AgentProcess, type Session, TITLE_SOURCES, type TitleSource } from "./rows.ts";
import * as sql from "./statements.ts";
import { columnNames, insertion, MM_SESSIONS, type OwnSession } from "./tables.ts";

// Only this file, `ends.ts` and deletions write sessions. Each function keeps both tables, memtomem's and mm's,
// in step.

/** What is known about a session's origin. */
export interface Origin extends Repository {
  /** The agent's own id for the session. */
  readonly externalId: string | null;
  readonly parentId: string | null;
  readonly agent: string | null;
  readonly agentVersion: string | null;
  readonly model: string | null;
  readonly cwd: string | null;
  readonly transcript: string | null;
  readonly titleFrom: TitleSource | null;
  /** The agent's process, null if it is unknown. */
  readonly process: AgentProcess | null;
  /** Whether its start was reported, not only later events. */
  readonly started: boolean;
  /** The first sign of life, in milliseconds since 1970; null if no hook reported it. */
  readonly at: number | null;
  /** The agent's name for the start that created it, and the microseconds that this call of mm had taken so far. */
  readonly startEvent: string | null;
  readonly startMicros: number | null;
}

/** The origin of a session that was started by hand. */
export const BY_HAND: Origin = {
  ...NOWHERE,
  externalId: null,
  parentId: null,
  agent: null,
  agentVersion: null,
  model: null,
  cwd: null,
  transcript: null,
  titleFrom: null,
  process: null,
  started: false,
  at: null,
  startEvent: null,
  startMicros: null,
};

export interface NewSession extends Origin {
  readonly id: string;
  readonly agentId: string;
  readonly startedAt: string;
  readonly title: string | null;
  readonly namespace: string;
}

function toOwnRow(session: NewSession): OwnSession {
  return {
    session_id: session.id,
    agent_id: session.agentId,
    external_id: session.externalId,
    parent_id: session.parentId,
    client: session.agent,
    client_version: session.agentVersion,
    model: session.model,
    project: session.project,
    folder: session.folder,
    first_commit: session.firstCommit,
    remote: session.remote,
    root: session.root,
    cwd: session.cwd,
    branch: session.branch,
    transcript: session.transcript,
    title_from: session.titleFrom,
    last_event_ms: session.at,
    ended_ms: null,
    ended_by: null,
    end_reason: null,
    keeps_summary: 0,
    started: session.started ? 1 : 0,
    agent_pid: session.process?.pid ?? null,
    agent_ticks: session.process?.startedTicks ?? null,
    agent_pid_ns: session.process?.namespace ?? null,
    start_event: session.startEvent,
    start_us: session.startMicros,
    end_event: null,
    end_us: null,
    history: 0,
  };
}

const INSERT_OWN_SESSION = insertion("mm_sessions", columnNames(MM_SESSIONS));

/** Creates an active session. Its row in `mm_sessions` marks it as made by `mm`, so gc may delete it. */
export function createSession(db: Connection, session: NewSession): Session {
  const { id, agentId, startedAt, title, namespace } = session;
  const metadata = title === null ? {} : { title };
  db.query(sql.INSERT_SESSION).run(id, agentId, startedAt, JSON.stringify(metadata), namespace);
  const insertOwn = () =>
    db.query<unknown, [Record<string, string | number | null>]>(INSERT_OWN_SESSION).run({
      ...toOwnRow(session),
    });
  try {
    insertOwn();
  } catch (error) {
    // Another program may have deleted the session of this id, and left what is ours of it.
    if (db.query(sql.DELETE_ORPHAN).run(agentId, session.externalId).changes === 0) throw error;
    insertOwn();
  }
  return { id, agentId, startedAt, endedAt: null, summary: null, metadata, namespace };
}

/** What reopens an ended session. */
export interface Reopening {
  /** Milliseconds since 1970. */
  readonly at: number;
  /** The cause: the agent's source of the start, or the kind of call. */
  readonly content: string;
  /** The agent's name for the call, if there is one. */
  readonly event: string | null;
  readonly dedupKey: string;
  readonly micros: number | null;
}

/** Renews the automatic summary of an ended session, to which events were added after its end. */
export function recount(db: Connection, id: string): void {
  const { summary, total } = countedEnd(db, id);
  db.query(sql.RECOUNT).run(id, summary, total);
}

/** Opens an ended session again in both tables. A summary that a person gave is kept. */
export function reopen(
  db: Connection,
  id: string,
  summary: string | null,
  keepsSummary: boolean,
): void {
  db.query(sql.REOPEN_SESSION).run(id, keepsSummary ? summary : null);
  db.query(sql.REOPEN_OWN_SESSION).run(id, keepsSummary ? 1 : 0);
}

/** Reopens an ended session, and records the end that this undoes as an event. */
export function reopenSession(db: Connection, session: HookedSession, opening: Reopening): void {
  const { id, summary, known, endedAt, endReason } = session;
  const isPersons = known.endedByPerson && summary !== null && !isAutomaticSummary(summary);
  reopen(db, id, summary, session.keepsSummary || isPersons);
  const { at, content, event, dedupKey, micros } = opening;
  // Only its transcript has told of it so far: this is its start, come late.
  if (content === "startup" && known.hasHistory && !session.started) return;
  const told = event === null ? {} : { event };
  appendEvent(db, {
    sessionId: id,
    type: "session_resume",
    content,
    createdAt: toTimestamp(new Date(at)),
    metadata: { ...told, ended_at: endedAt, end_reason: endReason, summary },
    own: { at, dedupKey: `resume:${dedupKey}`, micros },
  });
}

/** Whether a title from `from` replaces one from `present`. Of the agent's own titles, the first one stays. */
export function replacesTitle(from: TitleSource, present: TitleSource | null): boolean {
  if (present === null || from === "person") return true;
  return TITLE_SOURCES.indexOf(from) > TITLE_SOURCES.indexOf(present);
}

/** Sets a session's title and marks the session for the search index. */
export function renameSession(db: Connection, id: string, title: string, from: TitleSource): void {
  db.query(sql.SET_TITLE).run(id, title);
  db.query(sql.SET_TITLE_FROM).run(id, from);
  db.query(sql.NOTE_RENAMED).run(id);
}

/** What later calls may add to a session. Null keeps the present value. */
export interface Facts {
  readonly model: string | null;
  readonly agentVersion: string | null;
  readonly transcript: string | null;
}

/**
 * Records a sign of life, in milliseconds since 1970, and what the call knows about the session. An earlier one that
 * lies ahead of `now` was told by a clock that went wrong, and gives way.
 */
export function touchSession(
  db: Connection,
  id: string,
  { at, now }: { readonly at: number; readonly now: number },
  { model, agentVersion, transcript }: Facts,
): void {
  db.query(sql.TOUCH_SESSION).run(id, at, model, agentVersion, transcript, now + MAX_AHEAD_MS);
}

/** Stores where a session works. */
export function setWhereabouts(db: Connection, id: string, whereabouts: Whereabouts): void {
  const { project, folder, firstCommit, remote, root, branch, cwd } = whereabouts;
  db.query(sql.SET_WHEREABOUTS).run(id, project, folder, firstCommit, remote, root, branch, cwd);
}

/** The paths of a session, without its transcript's. */
export type SessionPaths = Pick<OwnSession, "project" | "folder" | "root" | "cwd">;

/** The paths of all sessions that have some. */
export function sessionPaths(db: Connection): (SessionPaths & { readonly id: string })[] {
  return db.query<SessionPaths & { readonly id: string }, []>(sql.SESSION_PATHS).all();
}

export function setPaths(db: Connection, id: string, paths: SessionPaths): void {
  const { project, folder, root, cwd } = paths;
  db.query(sql.SET_PATHS).run(id, project, folder, root, cwd);
}

/** Moves a start that only a transcript told to an earlier time, in milliseconds since 1970. */
export function moveStart(db: Connection, id: string, at: number): void {
  db.query(sql.MOVE_START).run(id, toTimestamp(new Date(at)));
}

export function setStarted(db: Connection, id: string): void {
  db.query(sql.SET_STARTED).run(id);
}

/** Merges keys into a session's metadata. A session that has ended in the meantime stays ended. */
export function mergeMetadata(
  db: Connection,
  id: string,
  metadata: Readonly<Record<string, unknown>>,
): void {
  db.query(sql.MERGE_METADATA).run(id, JSON.stringify(metadata));
}
