import { isStart } from "../../agents/wire/event.ts";
import type { Connection } from "../../store/connection.ts";
import { countedEnd, endSession, rememberEnd, takeEarlyEnd } from "../../store/ends.ts";
import { appendEvent } from "../../store/events.ts";
import {
  deleteSession,
  type HookedSession,
  hasEvents,
  isReferredTo,
  lastSessionInTree,
} from "../../store/hooked-sessions.ts";
import {
  createSession,
  renameSession,
  reopen,
  reopenSession,
  replacesTitle,
  touchSession,
} from "../../store/sessions.ts";
import { deriveNamespace } from "../../text/names.ts";
import { toTimestamp } from "../../text/time.ts";
import { noteProcess } from "../killed.ts";
import { type History, keyOf } from "../known/known.ts";
import type { HookRecord } from "../record.ts";
import type { Transition } from "../transition.ts";
import { noteWhereabouts, whereabouts } from "../whereabouts.ts";

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
export const UNTIMED = { event: null, micros: null } as const;

/** What the statistics of hooks count of this call, which a spooled one has nothing of. */
function timeOf(record: HookRecord, { ownMicros }: ApplyOptions) {
  return ownMicros === null ? UNTIMED : { event: record.agentEvent, micros: ownMicros };
}

/** Creates the session that a call begins, or shows for the first time. @returns its id */
export function createFor(db: Connection, record: HookRecord, options: ApplyOptions): string {
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

/** Adds the event of a call to its session. */
export function appendFor(
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

/** Ends a session by its agent's word. @param keptSummary what a person wrote, which stays; null for one that counts the events */
export function endAsTold(
  db: Connection,
  id: string,
  told: ToldEnd,
  keptSummary: string | null,
): void {
  const { summary, metadata } = countedEnd(db, id);
  const counted = { summary: keptSummary ?? summary, replacesSummary: true, metadata };
  endSession(db, id, { ...told, by: "client", ...counted });
}

/** Takes the title that a call names, unless the session has one that counts more. */
export function retitle(
  db: Connection,
  { id, titleFrom }: HookedSession,
  record: HookRecord,
): void {
  const named = titleOf(record);
  if (named !== null && replacesTitle(named.from, titleFrom)) {
    renameSession(db, id, named.title, named.from);
  }
}

/** Ends the session, or removes one in which surely nothing ever happened. */
export function endOrRemove(
  db: Connection,
  session: HookedSession,
  record: HookRecord,
  options: ApplyOptions,
): void {
  const isLast = record.at >= session.known.lastEventAt;
  const isPhantom = options.mayRemove && record.phantomAtEnd && isLast;
  if (!isPhantom || hasEvents(db, session.id) || isReferredTo(db, session.id)) {
    const { at, reason } = record;
    endAsTold(db, session.id, { at, reason, ...timeOf(record, options) }, keptSummary(session));
    return;
  }
  deleteSession(db, session.id);
  // What comes late finds the session ended.
  rememberEnd(db, record.agentId, record.externalId, record.at, record.reason);
}

/** The summary that a person wrote, or null. */
export function keptSummary(session: HookedSession | null): string | null {
  return session?.keepsSummary === true ? session.summary : null;
}

/** Opens the session again; where a later end is known already, only until that. One that lies ahead has come by now. */
export function reopenUntilEnd(
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
export function noteSign(
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
