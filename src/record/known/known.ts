import type { Connection } from "../../store/connection.ts";
import { lastEventType, wasSeen } from "../../store/events.ts";
import type { Retold } from "../../store/history/retold.ts";
import { type HookedSession, isSameProcess } from "../../store/hooked-sessions.ts";
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

/** What is done for sessions that have a transcript, and for subagents; most calls don't load it. */
export type History = Pick<
  typeof import("../../store/history/retold.ts"),
  "endByTranscript" | "readAgain" | "retold"
> &
  typeof import("./subagents.ts");

const DAY_MS = 86_400_000;

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

/** What only a transcript may have told. Of a tool with an id, that is what stands under it. */
const TOLD = /^(?:prompt|compact|subagent-|tool-[ce])/u;

/** Whether a call is one for which `History` has to be loaded. */
export function wantsHistory(
  db: Connection,
  session: HookedSession | null,
  { kind, at, dedupKey, dedupWithinMs: withinMs }: HookRecord,
): boolean {
  if (session === null) return !kind.startsWith("session-");
  const { id, known } = session;
  if (!known.hasHistory || !known.active) return known.hasHistory;
  if (!kind.startsWith("tool-") || withinMs < DAY_MS) return TOLD.test(kind);
  const name = dedupKey.slice(dedupKey.indexOf(":"));
  const isKnown = (key: string) =>
    wasSeen(db, id, { dedupKey: key + name, at, withinMs, inRow: false });
  return isKnown("tool-call") || isKnown("tool-error");
}
