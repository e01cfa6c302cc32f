import type { Context } from "../context.ts";
import { LIVE_STATES, type LiveState, liveState } from "../domain/live-state.ts";
import { projectName } from "../domain/project.ts";
import { loadSettings } from "../settings.ts";
import { type ActiveSession, activeSessions } from "../store/live-sessions.ts";

export interface LiveSession extends ActiveSession {
  readonly state: LiveState;
  /** Milliseconds since the last sign of life; none where the clock was set back. */
  readonly ageMs: number;
  /** What its project is called for people. */
  readonly projectName: string | null;
  /** How many others that aren't stale are in the same working tree. */
  readonly others: number;
}

type Stated = ActiveSession & Pick<LiveSession, "state" | "ageMs">;

function stated(session: ActiveSession, now: number, staleMs: number): Stated {
  const ageMs = Math.max(0, now - (session.lastAt ?? 0));
  return { ...session, ageMs, state: liveState(session.lastType, ageMs, staleMs) };
}

function countByRoot(sessions: readonly Stated[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { root, state } of sessions) {
    if (root !== null && state !== "stale") counts.set(root, (counts.get(root) ?? 0) + 1);
  }
  return counts;
}

/** The sessions that haven't ended: by state, those that gave a sign of life last first. */
export async function liveSessions(
  ctx: Pick<Context, "now" | "store" | "warnings">,
): Promise<LiveSession[]> {
  const store = await ctx.store();
  const { stale } = await loadSettings(store.home, (message) => void ctx.warnings.push(message));
  const active = (await store.read(activeSessions)) ?? [];
  const now = ctx.now().getTime();
  const sessions = active.map((session) => stated(session, now, stale.ms));
  const inTree = countByRoot(sessions);
  return sessions
    .map((session) => ({
      ...session,
      projectName: projectName(session.project, session.root),
      others: Math.max(
        0,
        (inTree.get(session.root ?? "") ?? 0) - (session.state === "stale" ? 0 : 1),
      ),
    }))
    .sort(
      (a, b) => LIVE_STATES.indexOf(a.state) - LIVE_STATES.indexOf(b.state) || a.ageMs - b.ageMs,
    );
}
