import { LONGEST_GAP_S } from "../text/duration.ts";

/** An event as far as a session's outline needs it. */
export interface OutlineEvent {
  readonly type: string;
  /** Milliseconds since 1970, or null if the stored time is invalid. */
  readonly at: number | null;
  /** What failed and why; empty for events that aren't errors. */
  readonly failure: string;
}

/** What an agent did for one prompt. */
export interface Turn {
  readonly calls: number;
  readonly failed: number;
  /** Events that are neither the prompt nor calls of tools. */
  readonly others: number;
  /** From its first event to its last, in milliseconds. */
  readonly ms: number;
}

interface Failure {
  readonly at: number | null;
  readonly text: string;
}

/** What has to be known of a session before its events are written. */
export interface SessionOutline {
  /** The first is what came before the first prompt; then one for each prompt. */
  readonly turns: readonly Turn[];
  /** The time without gaps longer than `LONGEST_GAP_S`, in milliseconds. */
  readonly activeMs: number;
  /** The last of them, at most `MOST_FAILURES`. */
  readonly failures: readonly Failure[];
}

const MOST_FAILURES = 10;

interface OpenTurn {
  calls: number;
  failed: number;
  others: number;
  from: number | null;
  to: number | null;
}

const newTurn = (): OpenTurn => ({ calls: 0, failed: 0, others: 0, from: null, to: null });

function count(turn: OpenTurn, { type, at }: OutlineEvent): void {
  if (at !== null) {
    turn.from ??= at;
    turn.to = at;
  }
  if (type === "tool_call" || type === "error") turn.calls++;
  else if (type !== "prompt" && type !== "turn_end") turn.others++;
  if (type === "error") turn.failed++;
}

const closed = ({ calls, failed, others, from, to }: OpenTurn): Turn => ({
  calls,
  failed,
  others,
  ms: from === null || to === null ? 0 : Math.max(0, to - from),
});

/** Reads the events of a session once, in their order, and keeps a few numbers for each turn. */
export function sessionOutline(events: Iterable<OutlineEvent>): SessionOutline {
  let turn = newTurn();
  const turns: Turn[] = [];
  const failures: Failure[] = [];
  let activeMs = 0;
  let before: number | null = null;
  for (const event of events) {
    if (event.type === "prompt") {
      turns.push(closed(turn));
      turn = newTurn();
    }
    count(turn, event);
    const { at, failure } = event;
    const gap = at === null || before === null ? -1 : at - before;
    if (gap >= 0 && gap <= LONGEST_GAP_S * 1000) activeMs += gap;
    before = at;
    if (event.type === "error") failures.push({ at, text: failure });
    if (failures.length > MOST_FAILURES) failures.shift();
  }
  return { turns: [...turns, closed(turn)], activeMs, failures };
}
