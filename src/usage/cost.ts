import type { Tokens } from "../agents/history/model.ts";
import type { Price, Prices } from "./prices.ts";
import type { UsageSum } from "./sql.ts";

/** Tokens and what they cost. */
export interface Usage extends Tokens {
  readonly calls: number;
  readonly reasoning: number;
  /** All five numbers; reasoning is part of the output. */
  readonly total: number;
  /** US dollars, as far as they are known. */
  readonly cost: number;
  /** Models whose price nobody knows, so that the cost is at least this. */
  readonly withoutPrice: readonly string[];
  /** What the agents themselves say that it cost; null where they say nothing. */
  readonly costTold: number | null;
}

const MILLION = 1_000_000;
export const NO_MODEL = "(no model)";

/** The cost of tokens; a whole call has the price of a long prompt, not only what is above. */
function costOf(price: Price, sum: UsageSum): number {
  const each = sum.isLong && price.long !== undefined ? { ...price, ...price.long } : price;
  const write5m = each.cache_write_5m ?? each.input;
  const dollars =
    sum.input * each.input +
    sum.cacheRead * (each.cache_read ?? each.input) +
    sum.cacheWrite5m * write5m +
    sum.cacheWrite1h * (each.cache_write_1h ?? write5m) +
    sum.output * each.output;
  return (dollars / MILLION) * (sum.isFast ? (price.fast ?? 1) : 1);
}

/** What some sums have in common with the total that their agent tells of the session's model. */
const placeOf = ({ sessionId, model }: UsageSum) => `${sessionId}\n${model ?? ""}`;

/** Adds up tokens and costs. */
class Adder {
  calls = 0;
  input = 0;
  cacheRead = 0;
  cacheWrite5m = 0;
  cacheWrite1h = 0;
  output = 0;
  reasoning = 0;
  cost = 0;
  costTold: number | null = null;
  readonly #without = new Set<string>();

  add(sum: UsageSum, prices: Prices, covered: ReadonlySet<string>): void {
    this.calls += sum.calls;
    this.input += sum.input;
    this.cacheRead += sum.cacheRead;
    this.cacheWrite5m += sum.cacheWrite5m;
    this.cacheWrite1h += sum.cacheWrite1h;
    this.output += sum.output;
    this.reasoning += sum.reasoning;
    if (sum.costTold !== null) this.costTold = (this.costTold ?? 0) + sum.costTold;
    const price = sum.model === null ? null : prices.of(sum.model);
    if (price !== null) this.cost += costOf(price, sum);
    else if (sum.costTold !== null) this.cost += sum.costTold;
    const isKnown = price !== null || sum.isTold || covered.has(placeOf(sum));
    if (!isKnown) this.#without.add(sum.model ?? NO_MODEL);
  }

  get usage(): Usage {
    const { calls, input, cacheRead, cacheWrite5m, cacheWrite1h, output, reasoning } = this;
    return {
      calls,
      input,
      cacheRead,
      cacheWrite5m,
      cacheWrite1h,
      output,
      reasoning,
      total: input + cacheRead + cacheWrite5m + cacheWrite1h + output,
      cost: this.cost,
      withoutPrice: [...this.#without].sort(),
      costTold: this.costTold,
    };
  }
}

/** Where an agent tells a total of a session's model, so that nothing of it is unknown. */
function coveredBy(sums: readonly UsageSum[]): Set<string> {
  return new Set(sums.filter((sum) => sum.isHidden && sum.costTold !== null).map(placeOf));
}

/** Adds all up, and by a key. The groups are in the order in which their keys first come. */
export function usageBy(
  sums: readonly UsageSum[],
  prices: Prices,
  keyOf: (sum: UsageSum) => string | null,
): { readonly total: Usage; readonly groups: ReadonlyMap<string | null, Usage> } {
  const covered = coveredBy(sums);
  const total = new Adder();
  const groups = new Map<string | null, Adder>();
  for (const sum of sums) {
    total.add(sum, prices, covered);
    const key = keyOf(sum);
    const group = groups.get(key) ?? new Adder();
    group.add(sum, prices, covered);
    groups.set(key, group);
  }
  return {
    total: total.usage,
    groups: new Map([...groups].map(([key, { usage }]) => [key, usage])),
  };
}
