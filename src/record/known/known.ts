import type { Connection } from "../../store/connection.ts";
import { lastEventType, wasSeen } from "../../store/events.ts";
import type { Retold } from "../../store/history/retold.ts";
import {
  findSessionOfSubagent,
  type HookedSession,
  isSameProcess,
} from "../../store/hooked-sessions.ts";
import { safeId } from "../content.ts";
import type { HookRecord } from "../record.ts";
import type { Transition } from "../transition.ts";

/** Under the same key the same start may already have reopened its session. */
export function keyOf({ kind, dedupKey }: HookRecord): string {
  return kind === "session-start" ? `resume:${dedupKey}` : dedupKey;
}

/** Whether a start is no resumption, though its agent calls it one: nobody knew of the session but from its transcript. */
function isFirstStart({ known, started }: HookedSession, { kind }: HookRecord): boolean {
  return kind === "session-start" && known.hasHistory && !started;
}

/** What the call does, but that it isn't stored where it would tell nothing. */
export function withoutRepetition(
  db: Connection,
  session: HookedSession | null,
  record: HookRecord,
  steps: Transition,
): Transition {
  if (!steps.append) return steps;
  if (session !== null && isFirstStart(session, record)) return { ...steps, append: false };
  if (record.repeats !== true) return steps;
  const before = session === null ? null : lastEventType(db, session.id);
  const tellsNothing = before === null || before === record.event.type;
  return tellsNothing ? { ...steps, append: false } : steps;
}

/** What is done for sessions that have a transcript, which most calls don't load. */
export type History = Pick<
  typeof import("../../store/history/retold.ts"),
  "endByTranscript" | "readAgain" | "retold"
>;

/** A start of another process is none that was told twice. */
function isOthersStart({ process: known }: HookedSession, { kind, process }: HookRecord): boolean {
  if (kind !== "session-start" || process == null || known === null) return false;
  return !isSameProcess(process, known);
}

/** Whether the session has the call's event already, and from whom. */
export function toldBefore(
  db: Connection,
  session: HookedSession,
  record: HookRecord,
  history: History | null,
): Retold {
  if (isOthersStart(session, record)) return "new";
  const { at, dedupWithinMs: withinMs, dedupInRow: inRow = false, isUntimed = false } = record;
  const likeness = { dedupKey: keyOf(record), at, withinMs, inRow };
  if (history !== null && session.known.hasHistory) {
    return history.retold(db, session.id, { ...likeness, ...record.event, isUntimed });
  }
  return wasSeen(db, session.id, likeness) ? "by a hook" : "new";
}

/** What of a subagent is its session's; the rest is its own affair, but that its turn's end is its stop. */
const IS_SESSIONS = /^(?:tool|subagent)-|^notification$/u;

function stopOf(record: HookRecord): HookRecord {
  return {
    ...record,
    event: { ...record.event, type: "subagent_stop" },
    dedupInRow: false,
    dedupKey: `subagent-stop:${safeId(record.externalId)}`,
  };
}

/** The session in which a subagent was started whose id a call has, and what the call tells there: null is nothing. */
interface OfSubagent {
  readonly session: HookedSession;
  readonly record: HookRecord | null;
}

/** Some agents' subagents call under an id of their own, which only their start connects with a session. */
export function ofSubagent(db: Connection, record: HookRecord): OfSubagent | null {
  const { agentId, externalId, kind } = record;
  // A start names no subagent: its own agent tells of it as one.
  if (kind.startsWith("session-")) return null;
  const session = findSessionOfSubagent(db, agentId, externalId);
  if (session === null) return null;
  if (kind === "turn-end") return { session, record: stopOf(record) };
  return { session, record: IS_SESSIONS.test(kind) ? record : null };
}
