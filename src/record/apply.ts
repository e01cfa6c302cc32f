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
import { appendEvent, lastEventType } from "../store/events.ts";
import { wasTold } from "../store/history/retold.ts";
import {
  deleteSession,
  findHookedSession,
  findSessionOfSubagent,
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
  reopenSession,
  replacesTitle,
  setStarted,
  touchSession,
} from "../store/sessions.ts";
import { deriveNamespace } from "../text/names.ts";
import { toTimestamp } from "../text/time.ts";
import { noteProcess } from "./killed.ts";
import type { HookRecord } from "./record.ts";
import { type Signal, staysEnded, type Transition, transition } from "./transition.ts";
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

/** Under the same key the same start may already have reopened its session. */
function keyOf({ kind, dedupKey }: HookRecord): string {
  return kind === "session-start" ? `resume:${dedupKey}` : dedupKey;
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
  const { kind, source, at } = record;
  return { kind, source, at, now, isLive: ownMicros !== null };
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
  reopenSession(db, session, {
    at: record.at,
    content: record.source ?? record.kind,
    event: record.agentEvent,
    dedupKey: record.dedupKey,
    micros: isBare ? options.ownMicros : null,
  });
  return later !== null && later.at >= record.at && later.at <= options.now ? later : null;
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
  if (steps.append && !steps.reopen && session.isCounted) recount(db, session.id);
  const isLatest = record.at >= session.known.lastEventAt || options.ownMicros !== null;
  if (steps.touch) {
    touchSession(db, session.id, { at: record.at, now: options.now }, record);
    const isTakenUp = steps.reopen || record.source === "resume";
    noteWhereabouts(db, session, record, isTakenUp && isLatest);
    if (isLatest) noteProcess(db, session, record, steps.reopen);
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
  if (!isStart(record) || session?.started === true) return false;
  if (session !== null) setStarted(db, session.id);
  if (session?.hasHistory === true) moveStart(db, session.id, record.at);
  return true;
}

function endStale(db: Connection, record: HookRecord, { now, stale }: ApplyOptions): void {
  if (!isStart(record) || stale === null) return;
  const summary = `auto-ended after ${stale.typed} inactivity`;
  endStaleHookedSessions(db, now - stale.ms, automaticEnding(new Date(now), "stale", summary));
}

/** What a subagent's subagent does names no session, but the subagent that started it. */
function sessionOf(db: Connection, { agentId, externalId, kind }: HookRecord) {
  const session = findHookedSession(db, agentId, externalId);
  const isSubagents = session === null && /^(?:tool|subagent)-/u.test(kind);
  return isSubagents ? findSessionOfSubagent(db, agentId, externalId) : session;
}

/** Applies one hook call to the database, inside the caller's transaction. */
export function applyHook(db: Connection, record: HookRecord, options: ApplyOptions): Applied {
  const session = sessionOf(db, record);
  const steps = withoutRepetition(db, session, record, options);
  let sessionId = session?.id ?? null;
  if (session === null) sessionId = applyToNew(db, record, options, steps);
  else if (!steps.append || !isDouble(db, session, record)) {
    applyToKnown(db, session, record, options, steps);
  }
  const isFirstStart = noteStart(db, session, record);
  endStale(db, record, options);
  return { sessionId, isFirstStart };
}

/** What the call does, but that it isn't stored where it would tell nothing. */
function withoutRepetition(
  db: Connection,
  session: HookedSession | null,
  record: HookRecord,
  options: ApplyOptions,
): Transition {
  const steps = transition(signalOf(record, options), session?.known ?? null);
  if (record.repeats !== true || !steps.append) return steps;
  const before = session === null ? null : lastEventType(db, session.id);
  const tellsNothing = before === null || before === record.event.type;
  return tellsNothing ? { ...steps, append: false } : steps;
}

function isDouble(db: Connection, session: HookedSession, record: HookRecord): boolean {
  const { at, dedupWithinMs: withinMs, dedupInRow: inRow = false, isUntimed = false } = record;
  const startOf = record.kind === "session-start" ? (record.process ?? null) : null;
  const likeness = { dedupKey: keyOf(record), at, withinMs, inRow };
  return wasTold(db, session, { ...likeness, ...record.event, isUntimed, startOf });
}
