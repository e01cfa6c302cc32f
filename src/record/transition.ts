import type { HookKind, StartSource } from "../agents/wire/event.ts";
import type { Known } from "../store/hooked-sessions.ts";

/** What a hook call tells, as far as the state of its session depends on it. */
export interface Signal {
  readonly kind: HookKind;
  readonly source: StartSource | null;
  readonly at: number;
}

/** What is to be done, in this order; all false means that nothing is. */
export interface Transition {
  readonly create: boolean;
  readonly reopen: boolean;
  /** Store it as an event. */
  readonly append: boolean;
  /** It is a sign of life. */
  readonly touch: boolean;
  readonly end: boolean;
  /** An end that came before anything else of its session: it counts when the rest arrives. */
  readonly remember: boolean;
}

const NOTHING: Transition = {
  create: false,
  reopen: false,
  append: false,
  touch: false,
  end: false,
  remember: false,
};

/** A tool call may still be reported this long after the session's end without being a new start of it. */
const LATE_TOOL_MS = 5000;

/** What becomes an event of its own; a start is one only where it reopens, a tool's start never. */
function isStored(kind: HookKind): boolean {
  return kind !== "session-start" && kind !== "session-end" && kind !== "tool-start";
}

function ofUnknown(signal: Signal): Transition {
  if (signal.kind === "session-end") return { ...NOTHING, remember: true };
  return { ...NOTHING, create: true, touch: true, append: isStored(signal.kind) };
}

function ofActive(signal: Signal, known: Known): Transition {
  if (signal.kind === "session-end") return { ...NOTHING, end: signal.at >= known.lastEventAt };
  return { ...NOTHING, touch: true, append: isStored(signal.kind) };
}

function reopens(signal: Signal, known: Known): boolean {
  if (signal.at < known.endedAt) return false;
  switch (signal.kind) {
    case "prompt":
      return true;
    case "session-start":
      return !known.endedByPerson || signal.source === "resume";
    case "tool-call":
    case "tool-error":
      return !known.endedByPerson && signal.at > known.endedAt + LATE_TOOL_MS;
    default:
      return false;
  }
}

function ofEnded(signal: Signal, known: Known): Transition {
  // What comes late between two ends must not undo the second.
  if (signal.kind === "session-end") return { ...NOTHING, remember: signal.at > known.endedAt };
  const reopen = reopens(signal, known);
  return { ...NOTHING, reopen, touch: reopen, append: isStored(signal.kind) };
}

/**
 * Decides what a hook call does to its session. Calls may come late, doubled and in any order, so times
 * decide: nothing older than the end reopens, no end older than the last event ends.
 */
export function transition(signal: Signal, known: Known | null): Transition {
  if (known === null) return ofUnknown(signal);
  return known.active ? ofActive(signal, known) : ofEnded(signal, known);
}
