import type { Repository } from "../files/git.ts";
import { isAutomaticSummary } from "../text/summary.ts";
import { toTimestamp } from "../text/time.ts";
import type { Connection } from "./connection.ts";
import { appendEvent } from "./events.ts";
import type { HookedSession } from "./hooked-sessions.ts";
import { type Session, TITLE_SOURCES, type TitleSource } from "./rows.ts";
import * as sql from "./statements.ts";
import { columnNames, insertion, MM_SESSIONS, type OwnSession } from "./tables.ts";

// With `ends.ts` the only writer of sessions beside their removal: each function keeps both tables, memtomem's
// and ours, in step.

/** What is known of a session's origin. */
export interface Origin extends Repository {
  /** The id that the agent knows it by. */
  readonly externalId: string | null;
  readonly parentId: string | null;
  readonly client: string | null;
  readonly clientVersion: string | null;
  readonly model: string | null;
  readonly cwd: string | null;
  readonly transcript: string | null;
  readonly titleFrom: TitleSource | null;
  /** Whether its start was told, not only what came after. */
  readonly started: boolean;
  /** The first sign of life, in milliseconds since 1970; null where no hook tells of it. */
  readonly at: number | null;
  /** The agent's start that made it, and the microseconds that this call of mm had taken by then. */
  readonly startEvent: string | null;
  readonly startMicros: number | null;
}

/** Of a session that somebody starts by hand. */
export const BY_HAND: Origin = {
  project: null,
  remote: null,
  root: null,
  branch: null,
  externalId: null,
  parentId: null,
  client: null,
  clientVersion: null,
  model: null,
  cwd: null,
  transcript: null,
  titleFrom: null,
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
    client: session.client,
    client_version: session.clientVersion,
    model: session.model,
    project: session.project,
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
    start_event: session.startEvent,
    start_us: session.startMicros,
    end_event: null,
    end_us: null,
  };
}

const INSERT_OWN_SESSION = insertion("mm_sessions", columnNames(MM_SESSIONS));

/** Creates an active session. Its row in `mm_sessions` marks it as made by `mm`, which alone may delete it. */
export function createSession(db: Connection, session: NewSession): Session {
  const { id, agentId, startedAt, title, namespace } = session;
  const metadata = title === null ? {} : { title };
  db.query(sql.INSERT_SESSION).run(id, agentId, startedAt, JSON.stringify(metadata), namespace);
  db.query<unknown, [Record<string, string | number | null>]>(INSERT_OWN_SESSION).run({
    ...toOwnRow(session),
  });
  return { id, agentId, startedAt, endedAt: null, summary: null, metadata, namespace };
}

/** What opens an ended session again. */
export interface Reopening {
  /** Milliseconds since 1970. */
  readonly at: number;
  /** What did it: a source of the agent's, or the kind of call. */
  readonly content: string;
  /** The agent's name of the call, where there is one. */
  readonly event: string | null;
  readonly dedupKey: string;
  readonly micros: number | null;
}

/** Opens an ended session again, and keeps the end that this undoes in an event of its own. */
export function reopenSession(db: Connection, session: HookedSession, opening: Reopening): void {
  const { id, summary, known, endedAt, endReason } = session;
  const isPersons = known.endedByPerson && summary !== null && !isAutomaticSummary(summary);
  const keeps = session.keepsSummary || isPersons;
  db.query(sql.REOPEN_SESSION).run(id, keeps ? summary : null);
  db.query(sql.REOPEN_OWN_SESSION).run(id, keeps ? 1 : 0);
  const { at, content, event, dedupKey, micros } = opening;
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

/** Whether a title of this origin replaces one of that origin; among the agent's own the first one stays. */
export function replacesTitle(from: TitleSource, present: TitleSource | null): boolean {
  if (present === null || from === "person") return true;
  return TITLE_SOURCES.indexOf(from) > TITLE_SOURCES.indexOf(present);
}

/** Gives a session a title, and the search index the sign to look at it again. */
export function renameSession(db: Connection, id: string, title: string, from: TitleSource): void {
  db.query(sql.SET_TITLE).run(id, title);
  db.query(sql.SET_TITLE_FROM).run(id, from);
  db.query(sql.NOTE_RENAMED).run(id);
}

/** What later calls may add to a session; null leaves what is there. */
export interface Facts {
  readonly model: string | null;
  readonly clientVersion: string | null;
  readonly transcript: string | null;
}

/** Notes a sign of life, in milliseconds since 1970, and what the call knows of the session. */
export function touchSession(db: Connection, id: string, at: number, facts: Facts): void {
  db.query(sql.TOUCH_SESSION).run(id, at, facts.model, facts.clientVersion, facts.transcript);
}

/** Adds where a session works, as far as that isn't known yet. */
export function fillRepository(
  db: Connection,
  id: string,
  { project, remote, root, branch }: Repository,
  cwd: string | null,
): void {
  db.query(sql.FILL_REPOSITORY).run(id, project, remote, root, branch, cwd);
}

export function setStarted(db: Connection, id: string): void {
  db.query(sql.SET_STARTED).run(id);
}

/** Merges keys into a session's metadata; one that was ended meanwhile stays ended. */
export function mergeMetadata(
  db: Connection,
  id: string,
  metadata: Readonly<Record<string, unknown>>,
): void {
  db.query(sql.MERGE_METADATA).run(id, JSON.stringify(metadata));
}
