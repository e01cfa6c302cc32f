import type { Context } from "../context.ts";
import type { ReadStore, ReadStores } from "../machines/model.ts";
import { openTogether } from "../machines/together.ts";
import { Projects } from "../projects/projects.ts";
import type { ProjectFilter } from "../projects/sql.ts";
import { loadSettings } from "../settings/settings.ts";
import type { Connection } from "../store/connection.ts";
import { shortIds } from "../store/rows.ts";
import { toTimestamp } from "../text/time.ts";
import { type Usage, usageBy } from "./cost.ts";
import { PRICES_FROM, type PriceFound, Prices } from "./prices.ts";
import { hasCalls, sessionTitles, type UsageSum } from "./sql.ts";
import { sumsOf } from "./totals.ts";

export const USAGE_DIMENSIONS = ["day", "week", "agent", "model", "project", "session"] as const;
type UsageDimension = (typeof USAGE_DIMENSIONS)[number];

/** What is asked for. */
export interface UsageRequest {
  readonly by: UsageDimension;
  readonly agentIds: readonly string[] | undefined;
  /** Which project to count of a store: which folders it has differs. */
  projectFor(ctx: Context): Promise<ProjectFilter | undefined>;
  readonly since: Date | undefined;
  readonly until: Date | undefined;
}

interface UsageGroup {
  readonly key: string | null;
  readonly usage: Usage;
  /** Of a group that is a session: the beginning of its id that names it, and its title. */
  readonly session: { readonly shortId: string; readonly title: string | null } | null;
}

/** Tokens and costs, in all and by a dimension. Times are timestamps. */
export interface UsageStats {
  readonly by: UsageDimension;
  readonly since: string | undefined;
  readonly until: string | undefined;
  readonly total: Usage;
  readonly groups: readonly UsageGroup[];
  /** Whether any calls are stored, be they among these or not. */
  readonly isStored: boolean;
  /** The models that were called, with their prices. */
  readonly models: readonly { readonly model: string; readonly found: PriceFound | null }[];
  /** Where the embedded prices are from, and the day on which they were so. */
  readonly pricesFrom: typeof PRICES_FROM;
}

type ProjectNames = Map<string, string | null>;

/** Adds the names of the projects of some sums, by what is stored of them. */
async function addProjectNames(
  names: ProjectNames,
  projects: Projects,
  sums: readonly UsageSum[],
): Promise<void> {
  for (const { project, root } of sums) {
    const place = `${project}\n${root}`;
    if (!names.has(place)) names.set(place, await projects.nameOf(project, root));
  }
}

type KeyOf = (sum: UsageSum) => string | null;

const KEYS: Readonly<Record<Exclude<UsageDimension, "project">, KeyOf>> = {
  day: ({ day }) => day,
  week: ({ week }) => week,
  agent: ({ agentId }) => agentId,
  model: ({ model }) => model,
  session: ({ sessionId }) => sessionId,
};

function keyFor(by: UsageDimension, names: ProjectNames): KeyOf {
  if (by !== "project") return KEYS[by];
  return ({ project, root }) => names.get(`${project}\n${root}`) ?? null;
}

type Names = Map<string | null, NonNullable<UsageGroup["session"]>>;

function addSessionNames(names: Names, db: Connection, sums: readonly UsageSum[]): void {
  const ids = [...new Set(sums.map(({ sessionId }) => sessionId))];
  const short = shortIds(db, ids);
  const titles = sessionTitles(db, ids);
  for (const [nth, id] of ids.entries()) {
    names.set(id, { shortId: short[nth] ?? id, title: titles.get(id) ?? null });
  }
}

/** The sums of one store after the other's, and what projects and sessions in them are called. */
interface Counted {
  readonly sums: UsageSum[];
  readonly projects: ProjectNames;
  readonly sessions: Names;
  isStored: boolean;
}

async function countCalls(
  stores: ReadStores,
  { by, agentIds, projectFor, since, until }: UsageRequest,
  prices: Prices,
): Promise<Counted> {
  const period = { since: since?.getTime(), until: until?.getTime() };
  const counted: Counted = {
    sums: [],
    projects: new Map(),
    sessions: new Map(),
    isStored: false,
  };
  const wanted = new Map<ReadStore, ProjectFilter | undefined>();
  for (const from of stores) wanted.set(from, await projectFor(from.ctx));
  await openTogether(stores, async (opened) => {
    for (const { view, from } of opened) {
      const project = wanted.get(from);
      from.machines?.countOnce(view);
      const sums = sumsOf(view.db, { agentIds, project, ...period }, prices);
      counted.sums.push(...sums);
      counted.isStored ||= sums.length > 0 || hasCalls(view.db);
      if (by === "project") await addProjectNames(counted.projects, new Projects(view.db), sums);
      if (by === "session") addSessionNames(counted.sessions, view.db, sums);
    }
  });
  // Those of one store are in order.
  if (stores.length > 1) counted.sums.sort((a, b) => (a.day < b.day ? -1 : Number(a.day > b.day)));
  return counted;
}

const isTime = (by: UsageDimension) => by === "day" || by === "week";

/** Adds up the tokens of all calls in a period, and what they cost. Days and weeks are local. */
export async function usageStats(stores: ReadStores, request: UsageRequest): Promise<UsageStats> {
  const { by, since, until } = request;
  const [{ ctx }] = stores;
  const store = await ctx.store();
  const settings = await loadSettings(store.home, (message) => void ctx.warnings.push(message));
  const prices = new Prices(settings.prices);
  const { sums, projects, sessions, isStored } = await countCalls(stores, request, prices);
  const { total, groups } = usageBy(sums, prices, keyFor(by, projects));
  const called = new Set(sums.map(({ model }) => model));
  const all = [...groups].map(([key, usage]) => ({
    key,
    usage,
    session: sessions.get(key) ?? null,
  }));
  const sorted = isTime(by)
    ? all
    : all.toSorted((a, b) => b.usage.cost - a.usage.cost || b.usage.total - a.usage.total);
  return {
    by,
    since: since && toTimestamp(since),
    until: until && toTimestamp(until),
    total,
    isStored,
    groups: sorted,
    models: [...called]
      .filter((model) => model !== null)
      .sort()
      .map((model) => ({ model, found: prices.find(model) })),
    pricesFrom: PRICES_FROM,
  };
}
