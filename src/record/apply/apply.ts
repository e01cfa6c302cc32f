import { isStart } from "../../agents/wire/event.ts";
import type { Connection } from "../../store/connection.ts";
import {
  automaticEnding,
  endStaleHookedSessions,
  rememberEnd,
  takeEarlyEnd,
} from "../../store/ends.ts";
import { findHookedSession, type HookedSession } from "../../store/hooked-sessions.ts";
import { moveStart, recount, setStarted } from "../../store/sessions.ts";
import { toldBefore, wantsHistory, withoutRepetition } from "../known/known.ts";
import type { HookRecord } from "../record.ts";
import { asTold, type Signal, staysEnded, type Transition, transition } from "../transition.ts";
import {
  type ApplyOptions,
  appendFor,
  createFor,
  endAsTold,
  endOrRemove,
  keptSummary,
  noteSign,
  reopenUntilEnd,
  retitle,
  UNTIMED,
} from "./steps.ts";

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
  const id = createFor(db, record, options);
  if (steps.append) appendFor(db, id, record, options);
  const signal = signalOf(record, options);
  if (early !== null && staysEnded(signal, early.at))
    endAsTold(db, id, { ...early, ...UNTIMED }, null);
  return id;
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
  if (steps.append) appendFor(db, session.id, record, options);
  const isCounted = session.isCounted && (steps.append || steps.touch);
  if (isCounted && !steps.reopen) recount(db, session.id);
  if (steps.touch) noteSign(db, session, record, options, steps);
  if (steps.append || steps.touch) retitle(db, session, record);
  if (later !== null) {
    const reopened = findHookedSession(db, agentId, externalId);
    endAsTold(db, session.id, { ...later, ...UNTIMED }, keptSummary(reopened));
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
