import type { Tokens } from "../agents/history/model.ts";
import type { Connection } from "../store/connection.ts";
import { type Usage, usageBy } from "./cost.ts";
import { Prices } from "./prices.ts";
import { modelsInUse, type UsageFilter, type UsageSum, usageSums } from "./sql.ts";

/** From how many tokens on the prompts of the models in use are long. */
function longPrompts(db: Connection, prices: Prices): Record<string, number> {
  const long = modelsInUse(db).flatMap((model) => {
    const above = prices.of(model)?.long?.above;
    return above === undefined ? [] : [[model, above] as const];
  });
  return Object.fromEntries(long);
}

/** The calls that count, added up as far as their prices allow. */
export function sumsOf(db: Connection, filter: UsageFilter, prices: Prices): UsageSum[] {
  return usageSums(db, filter, longPrompts(db, prices));
}

/** Tokens and cost of sessions of which any are known, by the sessions' ids. */
export function usageOfSessions(
  db: Connection,
  sessionIds: readonly string[],
  own: Readonly<Record<string, unknown>>,
): ReadonlyMap<string | null, Usage> {
  const prices = new Prices(own);
  return usageBy(
    sumsOf(db, { sessionIds, isUndated: true }, prices),
    prices,
    (sum) => sum.sessionId,
  ).groups;
}

type ByModel = ReturnType<typeof usageBy>;

/** Tokens and cost of all calls that count, in all and by model. */
export function usageByModel(db: Connection, filter: UsageFilter, prices: Prices): ByModel {
  return usageBy(sumsOf(db, { ...filter, isUndated: true }, prices), prices, (sum) => sum.model);
}

/** What has been added since; the models without a price are those that were called since. */
export function usageAdded(before: ByModel | null, { total: after, groups }: ByModel): Usage {
  if (before === null) return after;
  const { total } = before;
  // A fork that turns out to be one counts for less.
  const added = (name: "calls" | "reasoning" | "total" | keyof Tokens) =>
    Math.max(0, after[name] - total[name]);
  const isNew = (model: string | null, { total: all }: Usage) =>
    all !== before.groups.get(model)?.total;
  const called = [...groups].filter(([model, usage]) => isNew(model, usage));
  return {
    calls: added("calls"),
    input: added("input"),
    cacheRead: added("cacheRead"),
    cacheWrite5m: added("cacheWrite5m"),
    cacheWrite1h: added("cacheWrite1h"),
    output: added("output"),
    reasoning: added("reasoning"),
    total: added("total"),
    cost: Math.max(0, after.cost - total.cost),
    withoutPrice: [...new Set(called.flatMap(([, { withoutPrice }]) => withoutPrice))].sort(),
    costTold: after.costTold === null ? null : after.costTold - (total.costTold ?? 0),
    costOfTold: after.costOfTold === null ? null : after.costOfTold - (total.costOfTold ?? 0),
  };
}
