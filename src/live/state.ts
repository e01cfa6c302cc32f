import { MAX_AHEAD_MS } from "../text/time.ts";

/** What a session that hasn't ended is doing, as far as its events tell. */
export type LiveState = "busy" | "waiting" | "idle" | "stale" | "gone";

/** In this order they are listed. */
export const LIVE_STATES: readonly LiveState[] = ["busy", "waiting", "idle", "stale", "gone"];

/** After so long without a sign of life nobody is at work any more. */
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

/** The state by the type of the last event that tells of work, null for none, and the milliseconds since the last sign of life. */
export function liveState(
  lastType: string | null,
  silentMs: number | null,
  staleMs: number,
): LiveState {
  if (silentMs === null || silentMs > staleMs) return "stale";
  if (silentMs > IDLE_MS) return "idle";
  return ENDS_WORK.has(lastType) ? "waiting" : "busy";
}

/** Whether nothing is to be expected of it any more. */
export function isOver(state: LiveState): boolean {
  return state === "stale" || state === "gone";
}

/** Whether an agent, or the person before it, is at it now: an idle one may be, and most often isn't. */
export function isAtWork(state: LiveState): boolean {
  return state === "busy" || state === "waiting";
}
