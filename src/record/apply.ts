import { isStart } from "../agents/wire/event.ts";
import type { Connection } from "../store/connection.ts";
import {
  automaticEnding,
  countedEnd,
  endSession,
  endStaleHookedSessions,
  rememberEnd,
  takeEarlyEnd,
} from "../store/ends.ts";
import { appendEvent } from "../store/events.ts";
import {
  deleteSession,
  findHookedSession,
  type HookedSession,
  hasEvents,
  isReferredTo,
  lastSessionInTree,
} from "../store/hooked-sessions.ts";
import {
  createSession,
  moveStart,
  recount,
  renameSession,
  reopen,
  reopenSession,
  replacesTitle,
  setStarted,
  touchSession,
} from "../store/sessions.ts";
import { deriveNamespace } from "../text/names.ts";
import { toTimestamp } from "../text/time.ts";
import { noteProcess } from "./killed.ts";
import { type History, keyOf, toldBefore, wantsHistory, withoutRepetition } from "./known/known.ts";
import type { HookRecord } from "./record.ts";
import { asTold, type Signal, staysEnded, type Transition, transition } from "./transition.ts";
import { noteWhereabouts, whereabouts } from "./whereabouts.ts";

/** What applying a record needs beside the record. */
export interface ApplyOptions {
  readonly newId: string;
  /** Milliseconds since 1970, by our clock. */
  readonly now: number;
  /** Microseconds that this call has taken so far; null for a spooled one. */
  readonly ownMicros: number | null;
  /** Hook-made sessions without a sign of life for this long are ended by a start; null for never. */
  readonly stale: { readonly ms: number; readonly typed: string } | null;
  /** Whether surely nothing of the session is in the spool, so that one without events had none. */
  readonly mayRemove: boolean;
  /** For sessions that have a transcript; null where it isn't loaded. */
  readonly history: History | null;
}

/** What the call names its session, and where that is from. */
function titleOf({ title, promptTitle, promptTitleFrom = "prompt" }: HookRecord) {
  if (title !== null) return { title, from: "client" } as const;
  return promptTitle === null ? null : { title: promptTitle, from: promptTitleFrom };
}

/** Of an end that an earlier call told. */
const UNTIMED = { event: null, micros: null } as const;

/** What the statistics of hooks count of this call, which a spooled one has nothing of. */
function timeOf(record: HookRecord, { ownMicros }: ApplyOptions) {
  return ownMicros === null ? UNTIMED : { event: record.agentEvent, micros: ownMicros };
}

function create(db: Connection, record: HookRecord, options: ApplyOptions): string {
  const named = titleOf(record);
  const place = whereabouts(record);
  const isFork = record.source === "fork";
  const isBare = record.kind === "session-start";
  const start = isBare ? timeOf(record, options) : UNTIMED;
  createSession(db, {
    ...place,
    // Outside any repository the folder itself is the tree.
    root: place.root ?? record.cwd,
    id: options.newId,
    agentId: record.agentId,
    externalId: record.externalId,
    namespace: deriveNamespace(record.agentId),
    startedAt: toTimestamp(new Date(record.at)),
    at: record.at,
    parentId: isFork ? lastSessionInTree(db, record.agent, place.root) : null,
    agent: record.agent,
    agentVersion: record.agentVersion,
    model: record.model,
    transcript: record.transcript,
    title: named?.title ?? null,
    titleFrom: named?.from ?? null,
    // What an older `mm` has spooled doesn't know it.
    process: record.process ?? null,
    started: isStart(record),
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
  const { at } = record;
  appendEvent(db, {
    ...record.event,
    sessionId,
    createdAt: toTimestamp(new Date(at)),
    own: { at, dedupKey: keyOf(record), micros: options.ownMicros },
  });
}

/** What a call told of an end: its time in milliseconds since 1970, and what the statistics of hooks count of it. */
interface ToldEnd {
  readonly at: number;
  readonly reason: string | null;
  readonly event: string | null;
  readonly micros: number | null;
}

function end(db: Connection, id: string, told: ToldEnd, keptSummary: string | null): void {
  const { summary, metadata } = countedEnd(db, id);
  const counted = { summary: keptSummary ?? summary, replacesSummary: true, metadata };
  endSession(db, id, { ...told, by: "client", ...counted });
}

function retitle(db: Connection, { id, titleFrom }: HookedSession, record: HookRecord): void {
  const named = titleOf(record);
  if (named !== null && replacesTitle(named.from, titleFrom)) {
    renameSession(db, id, named.title, named.from);
  }
}

function signalOf(record: HookRecord, { now, ownMicros }: ApplyOptions): Signal {
  const { kind, source, at, process = null } = record;
  return { kind, source, at, now, isLive: ownMicros !== null, hasProcess: process !== null };
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
  const signal = signalOf(record, options);
  if (early !== null && staysEnded(signal, early.at)) end(db, id, { ...early, ...UNTIMED }, null);
  return id;
}

/** Ends the session, or removes one in which surely nothing ever happened. */
function endOrRemove(
  db: Connection,
  session: HookedSession,
  record: HookRecord,
  options: ApplyOptions,
): void {
  const isLast = record.at >= session.known.lastEventAt;
  const isPhantom = options.mayRemove && record.phantomAtEnd && isLast;
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

/** Opens the session again; where a later end is known already, only until that. One that lies ahead has come by now. */
function reopenUntilEnd(
  db: Connection,
  session: HookedSession,
  record: HookRecord,
  options: ApplyOptions,
): { readonly at: number; readonly reason: string | null } | null {
  const later = takeEarlyEnd(db, record.agentId, record.externalId);
  const isBare = record.kind === "session-start";
  const { at, source, kind, agentEvent: event, dedupKey } = record;
  const micros = isBare ? options.ownMicros : null;
  const { id, summary, keepsSummary } = session;
  // An end that only the transcript's silence told was none; the next pass finds another one.
  if (session.known.endedByTranscript) reopen(db, id, summary, keepsSummary);
  else reopenSession(db, session, { at, content: source ?? kind, event, dedupKey, micros });
  if (session.known.hasHistory) options.history?.readAgain(db, id);
  return later !== null && later.at >= record.at && later.at <= options.now ? later : null;
}

/** Notes a sign of life; what only its transcript has ended didn't end before it. */
function touch(
  db: Connection,
  session: HookedSession,
  record: HookRecord,
  { now, ownMicros, history }: ApplyOptions,
  { reopen: isReopened }: Transition,
): void {
  const { id, known, keepsSummary } = session;
  const { at } = record;
  const isLatest = at >= known.lastEventAt || ownMicros !== null;
  touchSession(db, id, { at, now }, record);
  noteWhereabouts(db, session, record, (isReopened || record.source === "resume") && isLatest);
  if (isLatest) noteProcess(db, session, record, isReopened);
  const isLater = known.endedByTranscript && !isReopened && at > known.endedAt;
  if (isLater) history?.endByTranscript(db, id, at, keepsSummary);
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
  const isCounted = session.isCounted && (steps.append || steps.touch);
  if (isCounted && !steps.reopen) recount(db, session.id);
  if (steps.touch) touch(db, session, record, options, steps);
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
  if (!isStart(record) || session?.started === true) return false;
  if (session !== null) setStarted(db, session.id);
  if (session?.known.hasHistory) moveStart(db, session.id, record.at);
  return true;
}

function endStale(db: Connection, record: HookRecord, { now, stale }: ApplyOptions): void {
  if (!isStart(record) || stale === null) return;
  const summary = `auto-ended after ${stale.typed} inactivity`;
  endStaleHookedSessions(db, now - stale.ms, automaticEnding(new Date(now), "stale", summary));
}

function applyTo(
  db: Connection,
  session: HookedSession | null,
  record: HookRecord,
  options: ApplyOptions,
): Applied {
  const signal = signalOf(record, options);
  const steps = withoutRepetition(db, session, record, transition(signal, session?.known ?? null));
  let sessionId = session?.id ?? null;
  if (session === null) sessionId = applyToNew(db, record, options, steps);
  else {
    const before = steps.append ? toldBefore(db, session, record, options.history) : "new";
    if (before === "new") applyToKnown(db, session, record, options, steps);
    if (before === "by a transcript") applyToKnown(db, session, record, options, asTold(steps));
  }
  const isFirstStart = noteStart(db, session, record);
  endStale(db, record, options);
  return { sessionId, isFirstStart };
}

/**
 * Applies one hook call to the database, inside the caller's transaction.
 * @returns null, without having done anything, where `history` is wanted
 */
export function applyHook(db: Connection, told: HookRecord, options: ApplyOptions): Applied | null {
  const { history } = options;
  const known = findHookedSession(db, told.agentId, told.externalId);
  if (history === null && wantsHistory(db, known, told)) return null;
  const subagent = known === null ? history?.ofSubagent(db, told) : null;
  const session = subagent?.session ?? known;
  const record = subagent == null ? told : subagent.record;
  if (record === null) return { sessionId: session?.id ?? null, isFirstStart: false };
  return applyTo(db, session, record, options);
}
