/** What a session that hasn't ended is doing, as far as its events tell. */
export type LiveState = "busy" | "waiting" | "idle" | "stale";

/** In this order they are listed. */
export const LIVE_STATES: readonly LiveState[] = ["busy", "waiting", "idle", "stale"];

/** After so long without a sign of life nobody is at work any more. */
export const IDLE_MS = 10 * 60_000;

/** Events after which the agent waits for the person; a start or resume is followed by a prompt's own event. */
const ENDS_WORK: ReadonlySet<string | null> = new Set([
  null,
  "turn_end",
  "notification",
  "session_resume",
]);

/** The state by the type of the last event, null for none, and the age of the last sign of life. */
export function liveState(lastType: string | null, ageMs: number, staleMs: number): LiveState {
  if (ageMs > staleMs) return "stale";
  if (ageMs > IDLE_MS) return "idle";
  return ENDS_WORK.has(lastType) ? "waiting" : "busy";
}
