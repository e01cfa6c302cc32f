import type { Style } from "../cli/style.ts";
import type { AgentProcess } from "../store/rows.ts";
import { MAX_AHEAD_MS } from "../text/time.ts";

/** What a session that hasn't ended is doing, as far as its events and its agent's process tell; the most urgent first. */
export const LIVE_STATES = ["asks", "busy", "waiting", "idle", "stale", "gone"] as const;

export type LiveState = (typeof LIVE_STATES)[number];

/** What is stored of a session that hasn't ended, as far as its state depends on it. */
export interface Observed {
  /** The word in `mm hook AGENT EVENT`. */
  readonly agent: string | null;
  /** The agent's own id of it. */
  readonly externalId: string | null;
  readonly transcript: string | null;
  /** The type of the last event that tells whether the agent is at work; see `LAST_TURN_TYPE`. */
  readonly turnType: string | null;
  /** The last sign of life, in milliseconds since 1970. */
  readonly lastAt: number | null;
  readonly process: AgentProcess | null;
}

/** Nobody is at work any more after so long without a sign of life. */
export const IDLE_MS = 10 * 60_000;

/** Events after which the agent waits for the person; a start or resume is followed by a prompt's own event. */
const ENDS_WORK: ReadonlySet<string | null> = new Set([
  null,
  "turn_end",
  "notification",
  "session_resume",
]);

/** Milliseconds since the last sign of life; null where its time isn't known or lies ahead: the clock was set back, or it is another machine's. */
export function silence(lastAt: number | null, now: number): number | null {
  return lastAt === null || lastAt - now > MAX_AHEAD_MS ? null : Math.max(0, now - lastAt);
}

/** The state by the last event that tells of work, as `LAST_TURN_TYPE` has it, and the milliseconds since the last sign of life. */
export function liveState(
  turnType: string | null,
  silentMs: number | null,
  staleMs: number,
): LiveState {
  if (silentMs === null || silentMs > staleMs) return "stale";
  if (turnType === "asks") return "asks";
  if (ENDS_WORK.has(turnType)) return "waiting";
  return silentMs > IDLE_MS ? "idle" : "busy";
}

/** Whether nothing is to be expected of it any more. */
export function isOver(state: LiveState): boolean {
  return state === "stale" || state === "gone";
}

/** Whether an agent, or the person before it, is at it now: where its turn is over, only for a while. */
export function isAtWork(state: LiveState, silentMs: number | null): boolean {
  if (state === "waiting") return silentMs !== null && silentMs <= IDLE_MS;
  return state === "asks" || state === "busy";
}

/** How a state is painted: what asks for the person stands out. */
export function stateStyle(style: Style, state: LiveState | "ended"): (text: string) => string {
  if (state === "asks") return (text) => style.bold(style.red(text));
  if (state === "busy") return style.green;
  return state === "waiting" ? style.yellow : style.dim;
}
