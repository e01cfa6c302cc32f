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
  return usageBy(sumsOf(db, { sessionIds }, prices), prices, (sum) => sum.sessionId).groups;
}

/** Tokens and cost of all calls that count. */
export function usageOf(db: Connection, filter: UsageFilter, prices: Prices): Usage {
  return usageBy(sumsOf(db, filter, prices), prices, () => null).total;
}
