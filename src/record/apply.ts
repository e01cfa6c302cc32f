import type { Connection } from "../store/connection.ts";
import { countEventsByType, insertHookEvent, wasSeen } from "../store/events.ts";
import {
  type ClientEnd,
  deleteSession,
  endIdleSessions,
  fillPlace,
  findHookedSession,
  type HookedSession,
  hasEvents,
  insertHookedSession,
  isReferredTo,
  lastSessionInTree,
  markEnded,
  type Place,
  rememberEnd,
  reopenHookedSession,
  setStarted,
  setTitle,
  takeEarlyEnd,
  touchHookedSession,
} from "../store/hooked-sessions.ts";
import { deriveNamespace } from "../store/names.ts";
import { endSession } from "../store/sessions.ts";
import { automaticSummary } from "../store/summary.ts";
import { toTimestamp } from "../text/time.ts";
import type { HookRecord } from "./record.ts";
import { type Transition, transition } from "./transition.ts";

/** What applying a record needs beside the record. */
export interface ApplyOptions {
  readonly newId: string;
  /** Microseconds that this call has taken so far; null for a spooled one. */
  readonly ownMicros: number | null;
  /** Hook-made sessions without a sign of life for this long are ended by a start; null for never. */
  readonly stale: { readonly ms: number; readonly typed: string } | null;
  /** Whether surely nothing of the session is in the spool, so that one without events had none. */
  readonly mayRemove: boolean;
}

/** Of an end that an earlier call told. */
const UNTIMED = { event: null, micros: null } as const;
const NOWHERE: Place = { project: null, remote: null, root: null, branch: null };

/** What the statistics of hooks count of this call, which a spooled one has nothing of. */
function timeOf(record: HookRecord, { ownMicros }: ApplyOptions) {
  return ownMicros === null ? UNTIMED : { event: record.clientEvent, micros: ownMicros };
}

function create(db: Connection, record: HookRecord, options: ApplyOptions): string {
  const { title, promptTitle } = record;
  const place = record.place ?? NOWHERE;
  const isFork = record.source === "fork";
  const isStart = record.kind === "session-start";
  const start = isStart ? timeOf(record, options) : UNTIMED;
  insertHookedSession(db, {
    ...place,
    // Outside any repository the folder itself is the tree.
    root: place.root ?? record.cwd,
    id: options.newId,
    agentId: record.agentId,
    externalId: record.externalId,
    namespace: deriveNamespace(record.agentId),
    startedAt: toTimestamp(new Date(record.at)),
    at: record.at,
    parentId: isFork ? lastSessionInTree(db, record.client, place.root) : null,
    client: record.client,
    clientVersion: record.clientVersion,
    model: record.model,
    cwd: record.cwd,
    transcript: record.transcript,
    title: title ?? promptTitle,
    titleFrom: title !== null ? "client" : promptTitle !== null ? "prompt" : null,
    started: isStart,
    startEvent: start.event,
    startMicros: start.micros,
  });
  return options.newId;
}

function append(
  db: Connection,
  sessionId: string,
  record: HookRecord,
  options: ApplyOptions,
): void {
  insertHookEvent(db, {
    ...record.event,
    sessionId,
    createdAt: toTimestamp(new Date(record.at)),
    at: record.at,
    dedupKey: record.dedupKey,
    ownMicros: options.ownMicros,
  });
}

/** Keeps the end that a reopening undoes in an event of its own. */
function reopen(
  db: Connection,
  session: HookedSession,
  record: HookRecord,
  options: ApplyOptions,
): void {
  reopenHookedSession(db, session);
  insertHookEvent(db, {
    sessionId: session.id,
    type: "session_resume",
    content: record.source ?? record.kind,
    createdAt: toTimestamp(new Date(record.at)),
    metadata: {
      event: record.clientEvent,
      ended_at: session.endedAt,
      end_reason: session.endReason,
      summary: session.summary,
    },
    at: record.at,
    dedupKey: `resume:${record.dedupKey}`,
    ownMicros: record.kind === "session-start" ? options.ownMicros : null,
  });
}

function end(db: Connection, id: string, told: ClientEnd, keepsSummary: string | null): void {
  const counts = countEventsByType(db, id);
  const total = counts.reduce((sum, { count }) => sum + count, 0);
  endSession(db, id, {
    endedAt: toTimestamp(new Date(told.at)),
    summary: keepsSummary ?? automaticSummary(counts),
    metadata: { event_count: total, summary_provenance: "manual" },
  });
  markEnded(db, id, told);
}

function retitle(db: Connection, session: HookedSession, record: HookRecord): void {
  const { title, promptTitle } = record;
  if (title !== null && session.titleFrom !== "client") setTitle(db, session.id, title, "client");
  else if (promptTitle !== null && session.titleFrom === null)
    setTitle(db, session.id, promptTitle, "prompt");
}

function applyToNew(
  db: Connection,
  record: HookRecord,
  options: ApplyOptions,
  steps: Transition,
): string | null {
  if (steps.remember) {
    rememberEnd(db, record.agentId, record.externalId, record.at, record.reason);
  }
  if (!steps.create) return null;
  const early = takeEarlyEnd(db, record.agentId, record.externalId);
  const id = create(db, record, options);
  if (steps.append) append(db, id, record, options);
  if (early !== null && early.at >= record.at) end(db, id, { ...early, ...UNTIMED }, null);
  return id;
}

/** Ends the session, or removes one in which surely nothing ever happened. */
function endOrRemove(
  db: Connection,
  session: HookedSession,
  record: HookRecord,
  options: ApplyOptions,
): void {
  const isPhantom = options.mayRemove && record.phantomAtEnd;
  if (!isPhantom || hasEvents(db, session.id) || isReferredTo(db, session.id)) {
    const { at, reason } = record;
    end(db, session.id, { at, reason, ...timeOf(record, options) }, keptSummary(session));
    return;
  }
  deleteSession(db, session.id);
  // What comes late finds the session ended.
  rememberEnd(db, record.agentId, record.externalId, record.at, record.reason);
}

function keptSummary(session: HookedSession | null): string | null {
  return session?.keepsSummary === true ? session.summary : null;
}

/** Opens the session again; where a later end is known already, only until that. */
function reopenUntilEnd(
  db: Connection,
  session: HookedSession,
  record: HookRecord,
  options: ApplyOptions,
): { readonly at: number; readonly reason: string | null } | null {
  const later = takeEarlyEnd(db, record.agentId, record.externalId);
  reopen(db, session, record, options);
  return later !== null && later.at >= record.at ? later : null;
}

function applyToKnown(
  db: Connection,
  session: HookedSession,
  record: HookRecord,
  options: ApplyOptions,
  steps: Transition,
): void {
  const { agentId, externalId } = record;
  if (steps.end) endOrRemove(db, session, record, options);
  if (steps.remember) rememberEnd(db, agentId, externalId, record.at, record.reason);
  const later = steps.reopen ? reopenUntilEnd(db, session, record, options) : null;
  if (steps.append) append(db, session.id, record, options);
  if (steps.touch) {
    touchHookedSession(db, session.id, record.at, record);
    if (record.place !== null) fillPlace(db, session.id, record.place, record.cwd);
  }
  if (steps.append || steps.touch) retitle(db, session, record);
  if (later !== null) {
    const reopened = findHookedSession(db, agentId, externalId);
    end(db, session.id, { ...later, ...UNTIMED }, keptSummary(reopened));
  }
}

/** The session that a call belongs to, or null where none is known or made for it. */
export interface Applied {
  readonly sessionId: string | null;
  /** Whether it is the first start of its session that was told, though other calls may have come before. */
  readonly isFirstStart: boolean;
}

function noteStart(db: Connection, session: HookedSession | null, record: HookRecord): boolean {
  if (record.kind !== "session-start" || session?.started === true) return false;
  if (session !== null) setStarted(db, session.id);
  return true;
}

function endIdle(db: Connection, record: HookRecord, stale: ApplyOptions["stale"]): void {
  if (record.kind !== "session-start" || stale === null) return;
  const { at } = record;
  const now = { at, timestamp: toTimestamp(new Date(at)) };
  endIdleSessions(db, at - stale.ms, now, `auto-ended after ${stale.typed} inactivity`);
}

/** Applies one hook call to the database, inside the caller's transaction. */
export function applyHook(db: Connection, record: HookRecord, options: ApplyOptions): Applied {
  const session = findHookedSession(db, record.agentId, record.externalId);
  const steps = transition(record, session?.known ?? null);
  let sessionId = session?.id ?? null;
  if (session === null) sessionId = applyToNew(db, record, options, steps);
  else if (!steps.append || !isDouble(db, session.id, record)) {
    applyToKnown(db, session, record, options, steps);
  }
  const isFirstStart = noteStart(db, session, record);
  endIdle(db, record, options.stale);
  return { sessionId, isFirstStart };
}

function isDouble(db: Connection, sessionId: string, record: HookRecord): boolean {
  return wasSeen(db, sessionId, record.dedupKey, record.at, record.dedupWithinMs);
}
