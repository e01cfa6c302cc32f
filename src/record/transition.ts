import type { HookKind, StartSource } from "../agents/wire/event.ts";
import type { Known } from "../store/hooked-sessions.ts";

/** What a hook call tells, as far as the state of its session depends on it; times in milliseconds since 1970. */
export interface Signal {
  readonly kind: HookKind;
  readonly source: StartSource | null;
  /** When it happened, by the agent's clock or by ours. */
  readonly at: number;
  /** Our clock, now that the call is applied. */
  readonly now: number;
  /** Whether the hook itself is at work, and not who takes it in from the spool. */
  readonly isLive: boolean;
  /** Whether its agent's process is known, which runs while the hook does. */
  readonly hasProcess: boolean;
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

/** What is left to do for an event that is stored already: it still tells that the session was alive, or is again. */
export function asTold({ reopen }: Transition): Transition {
  return { ...NOTHING, touch: true, reopen };
}

/** A tool call may still be reported this long after the session's end without being a new start of it. */
const LATE_TOOL_MS = 5000;

/** Hooks that an agent runs at once come in any order, so that one outcome has to follow from their times. */
const SAME_MOMENT_MS = 500;

/** A hook runs at once; what says that it happened longer ago was kept back by its agent. */
const KEPT_BACK_MS = 60_000;

/** What becomes an event of its own; a start is one only where it resumes or reopens, a tool's start never. */
function isStored(kind: HookKind): boolean {
  return kind !== "session-start" && kind !== "session-end" && kind !== "tool-start";
}

function ofUnknown(signal: Signal): Transition {
  if (signal.kind === "session-end") return { ...NOTHING, remember: true };
  return { ...NOTHING, create: true, touch: true, append: isStored(signal.kind) };
}

/** What has just come is the latest, whatever a clock says that was set meanwhile; else times decide. */
function ends({ at, now, isLive }: Signal, { lastEventAt }: Known): boolean {
  if (isLive && now - at <= KEPT_BACK_MS) return true;
  return at >= lastEventAt || lastEventAt > now;
}

function isResumption({ kind, source }: Signal): boolean {
  return kind === "session-start" && source === "resume";
}

/**
 * What a session was at when its agent was killed is over once it is resumed, unless it has gone on since. A transcript
 * may have told already how it went on.
 */
function comesToRest(signal: Signal, { lastEventAt, hasHistory }: Known): boolean {
  return (
    isResumption(signal) && (hasHistory || signal.at >= lastEventAt || lastEventAt > signal.now)
  );
}

function ofActive(signal: Signal, known: Known): Transition {
  if (signal.kind === "session-end") return { ...NOTHING, end: ends(signal, known) };
  const append = isStored(signal.kind) || comesToRest(signal, known);
  return { ...NOTHING, touch: true, append };
}

function reopens({ kind, source, at, now, isLive, hasProcess }: Signal, known: Known): boolean {
  // Where the process is known to run, the transcript's silence ends nothing.
  if (known.endedByTranscript && isLive && hasProcess) return true;
  // An agent's clock that is ahead makes nothing later than its arrival.
  const sinceEnd = Math.min(at, now) - known.endedAt;
  // An end that lies ahead has come by now: the clock was set back, and only the order of arrival is left.
  const isSetBack = known.endedAt > now && sinceEnd < -SAME_MOMENT_MS;
  const isLater = isSetBack || sinceEnd > (known.endedByClient ? SAME_MOMENT_MS : -1);
  switch (kind) {
    case "prompt":
      return isLater;
    case "session-start":
      // A resume says that the end was before it.
      return source === "resume" ? isSetBack || sinceEnd >= 0 : isLater && !known.endedByPerson;
    case "compact":
      // Only a start has a source, and this one was told as one.
      return source !== null && isLater && !known.endedByPerson;
    case "tool-call":
    case "tool-error":
      return !known.endedByPerson && sinceEnd > LATE_TOOL_MS;
    default:
      return false;
  }
}

function ofEnded(signal: Signal, known: Known): Transition {
  // What comes late between two ends must not undo the second.
  if (signal.kind === "session-end") {
    // A transcript only tells when its last line was written.
    if (known.endedByTranscript) return { ...NOTHING, end: true };
    return { ...NOTHING, remember: signal.at > known.endedAt };
  }
  const reopen = reopens(signal, known);
  const append = isStored(signal.kind) || (known.endedByTranscript && isResumption(signal));
  return { ...NOTHING, reopen, touch: reopen || known.endedByTranscript, append };
}

/**
 * Decides what a hook call does to its session. Calls may come late, doubled and in any order, so times of one
 * clock decide: nothing older than the end reopens, and of what was kept back or spooled no end older than the
 * last event ends. Where a clock was set in between, the order of arrival decides.
 */
export function transition(signal: Signal, known: Known | null): Transition {
  if (known === null) return ofUnknown(signal);
  return known.active ? ofActive(signal, known) : ofEnded(signal, known);
}

/** Whether a call leaves a session ended that its agent ended then, though the end came before anything else of it. */
export function staysEnded(signal: Signal, endedAt: number): boolean {
  const ended: Known = {
    active: false,
    lastEventAt: endedAt,
    endedAt,
    endedByPerson: false,
    endedByClient: true,
    endedByTranscript: false,
    hasHistory: false,
  };
  return endedAt >= signal.at || !ofEnded(signal, ended).reopen;
}
