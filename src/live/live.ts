import type { Context } from "../context.ts";
import { type FolderName, folderNames, realFolder } from "../projects/folders.ts";
import { Projects } from "../projects/projects.ts";
import { isInProject, type ProjectFilter } from "../projects/sql.ts";
import { loadSettings } from "../settings/settings.ts";
import { observe, type Seen } from "../states/observe.ts";
import { isAtWork, LIVE_STATES } from "../states/state.ts";
import type { View } from "../store/store.ts";
import { type ActiveSession, activeSessions } from "./sql.ts";

export interface LiveSession extends ActiveSession, Seen {
  readonly projectName: FolderName | null;
  /** How many others are at work in the same working tree. */
  readonly others: number;
}

interface Named extends ActiveSession {
  readonly projectName: FolderName | null;
  /** The real path of the working tree. */
  readonly tree: string | null;
}

async function named(view: View): Promise<Named[]> {
  const projects = new Projects(view.db);
  const sessions = activeSessions(view);
  const folders = sessions.map(({ project, root }) => projects.folderOf(project, root));
  const names = folderNames(await Promise.all(folders));
  return sessions.map((session, index) => ({
    ...session,
    projectName: names[index] ?? null,
    tree: session.root === null ? null : realFolder(session.root),
  }));
}

type Stated = Named & Seen;

function isCounted({ tree, state, ageMs }: Stated): boolean {
  return tree !== null && isAtWork(state, ageMs);
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
  ctx: Pick<Context, "agentProcesses" | "env" | "now" | "store" | "warnings">,
  filter: LiveFilter,
): Promise<LiveSession[]> {
  const store = await ctx.store();
  const { stale } = await loadSettings(store.home, (message) => void ctx.warnings.push(message));
  const active = (await store.read(named)) ?? [];
  const sessions = await Promise.all(
    active.map(async (session) => ({ ...session, ...(await observe(ctx, session, stale.ms)) })),
  );
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
