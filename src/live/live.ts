import type { Context } from "../context.ts";
import type { Machine, ReadStore, ReadStores } from "../machines/model.ts";
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
  /** Of its project. */
  readonly folder: string | null;
  /** Null where nobody asked for machines. */
  readonly machine: Machine | null;
  /** How many others are at work in the same working tree. */
  readonly others: number;
}

interface Named extends ActiveSession {
  readonly projectName: FolderName | null;
  readonly folder: string | null;
  /** The real path of the working tree. */
  readonly tree: string | null;
}

async function named(view: View): Promise<Named[]> {
  const projects = new Projects(view.db);
  const sessions = activeSessions(view);
  const folders = await Promise.all(
    sessions.map(({ project, root }) => projects.folderOf(project, root)),
  );
  const names = folderNames(folders);
  return sessions.map((session, index) => ({
    ...session,
    projectName: names[index] ?? null,
    folder: folders[index] ?? null,
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
export interface LiveFilter {
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
      machine: null,
      others: (inTree.get(session.tree) ?? 0) - (isCounted(session) ? 1 : 0),
    }))
    .sort(byUrgency);
}

function byUrgency(a: Pick<LiveSession, "state" | "ageMs">, b: typeof a): number {
  return (
    LIVE_STATES.indexOf(a.state) - LIVE_STATES.indexOf(b.state) ||
    (a.ageMs ?? Number.MAX_VALUE) - (b.ageMs ?? Number.MAX_VALUE)
  );
}

async function liveOn({ ctx, machines }: ReadStore, filter: LiveFilter): Promise<LiveSession[]> {
  const sessions = await liveSessions(ctx, filter);
  if (machines === null) return sessions;
  const found = await machines.of(sessions.map(({ id }) => id));
  return sessions.map((session) => ({ ...session, machine: found.get(session.id) ?? null }));
}

/**
 * The same of several stores. What other machines do is known as of their last push.
 * @param filterFor which to show of a store: which folders a project has differs
 */
export async function liveTogether(
  stores: ReadStores,
  filterFor: (ctx: Context) => Promise<LiveFilter>,
): Promise<LiveSession[]> {
  const [first, ...others] = stores;
  const live = await liveOn(first, await filterFor(first.ctx));
  if (others.length === 0) return live;
  for (const from of others) live.push(...(await liveOn(from, await filterFor(from.ctx))));
  const names = folderNames(live.map(({ folder }) => folder));
  return live
    .map((session, index) => ({ ...session, projectName: names[index] ?? null }))
    .sort(byUrgency);
}
