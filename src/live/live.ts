import type { Context } from "../context.ts";
import { realFolder } from "../projects/folders.ts";
import { Projects } from "../projects/projects.ts";
import { isInProject, type ProjectFilter } from "../projects/sql.ts";
import type { Env } from "../settings/environment.ts";
import { loadSettings } from "../settings/settings.ts";
import type { View } from "../store/store.ts";
import { type ActiveSession, activeSessions } from "./sql.ts";
import { isAtWork, LIVE_STATES, type LiveState, liveState, silence } from "./state.ts";

export interface LiveSession extends ActiveSession {
  readonly state: LiveState;
  /** Milliseconds since the last sign of life; null where that isn't known. */
  readonly ageMs: number | null;
  /** What its project is called for people. */
  readonly projectName: string | null;
  /** How many others are at work in the same working tree. */
  readonly others: number;
}

interface Named extends ActiveSession {
  readonly projectName: string | null;
  /** The real path of the working tree. */
  readonly tree: string | null;
}

async function named(view: View): Promise<Named[]> {
  const projects = new Projects(view.db);
  return await Promise.all(
    activeSessions(view).map(async (session) => ({
      ...session,
      projectName: await projects.nameOf(session.project, session.root),
      tree: session.root === null ? null : realFolder(session.root),
    })),
  );
}

type Stated = Named & Pick<LiveSession, "state" | "ageMs">;

type Needs = Pick<Context, "now" | "agentProcesses">;

async function stated(ctx: Needs, session: Named, staleMs: number): Promise<Stated> {
  const { turnType, lastAt, process } = session;
  const ageMs = silence(lastAt, ctx.now().getTime());
  const isGone = await ctx.agentProcesses.isGone(process);
  return { ...session, ageMs, state: isGone ? "gone" : liveState(turnType, ageMs, staleMs) };
}

/** The same, those at rest that only seem busy. */
async function withTurnsOver(sessions: readonly Stated[], env: Env): Promise<Stated[]> {
  // Nobody else needs what it loads.
  if (!sessions.some(({ state }) => state === "busy")) return [...sessions];
  const { isTurnOver } = await import("./turn-over.ts");
  return sessions.map((session) => {
    const isAtRest = session.state === "busy" && isTurnOver(session, env);
    return isAtRest ? { ...session, state: "waiting" } : session;
  });
}

function isCounted({ tree, state }: Stated): boolean {
  return tree !== null && isAtWork(state);
}

function countByTree(sessions: readonly Stated[]): Map<string | null, number> {
  const counts = new Map<string | null, number>();
  for (const { tree } of sessions.filter(isCounted)) counts.set(tree, (counts.get(tree) ?? 0) + 1);
  return counts;
}

/** Which live sessions are shown. */
interface LiveFilter {
  readonly agents: readonly string[] | undefined;
  readonly project: ProjectFilter | undefined;
}

function isSelected({ agents, project }: LiveFilter, session: ActiveSession): boolean {
  if (agents !== undefined && !agents.includes(session.agentId)) return false;
  return project === undefined || isInProject(project, session);
}

/** The sessions that haven't ended: by state, those that gave a sign of life last first. */
export async function liveSessions(
  ctx: Needs & Pick<Context, "env" | "store" | "warnings">,
  filter: LiveFilter,
): Promise<LiveSession[]> {
  const store = await ctx.store();
  const { stale } = await loadSettings(store.home, (message) => void ctx.warnings.push(message));
  const active = (await store.read(named)) ?? [];
  const seeming = await Promise.all(active.map((session) => stated(ctx, session, stale.ms)));
  const sessions = await withTurnsOver(seeming, ctx.env);
  const inTree = countByTree(sessions);
  return sessions
    .filter((session) => isSelected(filter, session))
    .map((session) => ({
      ...session,
      others: (inTree.get(session.tree) ?? 0) - (isCounted(session) ? 1 : 0),
    }))
    .sort(
      (a, b) =>
        LIVE_STATES.indexOf(a.state) - LIVE_STATES.indexOf(b.state) ||
        (a.ageMs ?? Number.MAX_VALUE) - (b.ageMs ?? Number.MAX_VALUE),
    );
}
