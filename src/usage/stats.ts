import type { Context } from "../context.ts";
import { Projects } from "../projects/projects.ts";
import type { ProjectFilter } from "../projects/sql.ts";
import { loadSettings } from "../settings/settings.ts";
import type { Connection } from "../store/connection.ts";
import { shortIds } from "../store/rows.ts";
import { toTimestamp } from "../text/time.ts";
import { type Usage, usageBy } from "./cost.ts";
import { PRICES_FROM, type PriceFound, Prices } from "./prices.ts";
import { sessionTitles, type UsageSum } from "./sql.ts";
import { sumsOf } from "./totals.ts";

export const USAGE_DIMENSIONS = ["day", "week", "agent", "model", "project", "session"] as const;
type UsageDimension = (typeof USAGE_DIMENSIONS)[number];

/** What is asked for. */
export interface UsageRequest {
  readonly by: UsageDimension;
  readonly agentId: string | undefined;
  readonly project: ProjectFilter | undefined;
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
  /** The models that were called, with their prices. */
  readonly models: readonly { readonly model: string; readonly found: PriceFound | null }[];
  /** Where the embedded prices are from, and the day on which they were so. */
  readonly pricesFrom: typeof PRICES_FROM;
}

/** The names of the projects of some sums, by what is stored of them. */
async function projectNames(
  projects: Projects,
  sums: readonly UsageSum[],
): Promise<Map<string, string | null>> {
  const names = new Map<string, string | null>();
  for (const { project, root } of sums) {
    const place = `${project}\n${root}`;
    if (!names.has(place)) names.set(place, await projects.nameOf(project, root));
  }
  return names;
}

type KeyOf = (sum: UsageSum) => string | null;

const KEYS: Readonly<Record<Exclude<UsageDimension, "project">, KeyOf>> = {
  day: ({ day }) => day,
  week: ({ week }) => week,
  agent: ({ agentId }) => agentId,
  model: ({ model }) => model,
  session: ({ sessionId }) => sessionId,
};

async function keyFor(
  by: UsageDimension,
  projects: Projects,
  sums: readonly UsageSum[],
): Promise<KeyOf> {
  if (by !== "project") return KEYS[by];
  const names = await projectNames(projects, sums);
  return ({ project, root }) => names.get(`${project}\n${root}`) ?? null;
}

type Names = ReadonlyMap<string | null, NonNullable<UsageGroup["session"]>>;

const NO_NAMES: Names = new Map();

function sessionNames(db: Connection, keys: readonly (string | null)[]): Names {
  const ids = keys.filter((key) => key !== null);
  const short = shortIds(db, ids);
  const titles = sessionTitles(db, ids);
  return new Map(
    ids.map((id, nth) => [id, { shortId: short[nth] ?? id, title: titles.get(id) ?? null }]),
  );
}

const NOTHING = {
  ...usageBy([], new Prices({}), () => null),
  named: NO_NAMES,
  called: new Set<string | null>(),
};

const isTime = (by: UsageDimension) => by === "day" || by === "week";

/** Adds up the tokens of all calls in a period, and what they cost. Days and weeks are local. */
export async function usageStats(
  ctx: Pick<Context, "store" | "warnings">,
  { by, agentId, project, since, until }: UsageRequest,
): Promise<UsageStats> {
  const store = await ctx.store();
  const settings = await loadSettings(store.home, (message) => void ctx.warnings.push(message));
  const prices = new Prices(settings.prices);
  const filter = { agentId, project, since: since?.getTime(), until: until?.getTime() };
  const counted = await store.read(async ({ db }) => {
    const sums = sumsOf(db, filter, prices);
    const usage = usageBy(sums, prices, await keyFor(by, new Projects(db), sums));
    const named = by === "session" ? sessionNames(db, [...usage.groups.keys()]) : NO_NAMES;
    return { ...usage, named, called: new Set(sums.map(({ model }) => model)) };
  });
  const { total, groups, named, called } = counted ?? NOTHING;
  const all = [...groups].map(([key, usage]) => ({ key, usage, session: named.get(key) ?? null }));
  const sorted = isTime(by)
    ? all
    : all.toSorted((a, b) => b.usage.cost - a.usage.cost || b.usage.total - a.usage.total);
  return {
    by,
    since: since && toTimestamp(since),
    until: until && toTimestamp(until),
    total,
    groups: sorted,
    models: [...called]
      .filter((model) => model !== null)
      .sort()
      .map((model) => ({ model, found: prices.find(model) })),
    pricesFrom: PRICES_FROM,
  };
}
