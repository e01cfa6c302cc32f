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
  /** What the calls of which they say it cost by the prices; null where a price is missing, or they say nothing. */
  readonly costOfTold: number | null;
}

const MILLION = 1_000_000;
export const NO_MODEL = "(no model)";

const CACHES = ["cache_read", "cache_write_5m", "cache_write_1h"] as const;

/** The price of long prompts. What it doesn't tell of a cache rises as the input does. */
export function longPrice(price: Price): Price {
  const { long } = price;
  if (long === undefined) return price;
  const factor = price.input === 0 ? 1 : long.input / price.input;
  const caches = CACHES.flatMap((name) => {
    const amount = long[name] ?? (price[name] ?? Number.NaN) * factor;
    return Number.isNaN(amount) ? [] : [[name, amount] as const];
  });
  return { ...price, ...long, ...Object.fromEntries(caches) };
}

/** The cost of tokens; a whole call has the price of a long prompt, not only what is above. */
function costOf(price: Price, sum: UsageSum): number {
  const each = sum.isLong ? longPrice(price) : price;
  const write5m = each.cache_write_5m ?? each.input;
  const dollars =
    sum.input * each.input +
    sum.cacheRead * (each.cache_read ?? each.input) +
    sum.cacheWrite5m * write5m +
    sum.cacheWrite1h * (each.cache_write_1h ?? write5m) +
    sum.output * each.output;
  const searches = sum.searches * (price.web_search ?? 0);
  return (dollars / MILLION) * (sum.isFast ? (price.fast ?? 1) : 1) + searches;
}

/** What some sums have in common with the total that their agent tells of the session's model. */
const placeOf = ({ sessionId, model }: UsageSum) => `${sessionId}\n${model ?? ""}`;

/** What is known of a sum from the total that its agent tells. */
interface Told {
  /** Whether that total is of this sum, too. */
  readonly isCovered: boolean;
  /** Whether all that the total is of belongs to the same group. */
  readonly isWhole: boolean;
}

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
  #told: number | null = null;
  #ofTold = 0;
  #isOfToldKnown = true;
  readonly #without = new Set<string>();

  add(sum: UsageSum, prices: Prices, told: Told): void {
    this.calls += sum.calls;
    this.input += sum.input;
    this.cacheRead += sum.cacheRead;
    this.cacheWrite5m += sum.cacheWrite5m;
    this.cacheWrite1h += sum.cacheWrite1h;
    this.output += sum.output;
    this.reasoning += sum.reasoning;
    const price = sum.model === null ? null : prices.of(sum.model);
    const own = price === null ? null : costOf(price, sum);
    this.cost += own ?? sum.costTold ?? 0;
    this.#compare(sum, own, told);
    const isKnown = own !== null || sum.isTold || told.isCovered;
    if (!isKnown) this.#without.add(sum.model ?? NO_MODEL);
  }

  /** Sets what an agent tells beside the cost of the same calls. */
  #compare(sum: UsageSum, own: number | null, { isCovered, isWhole }: Told): void {
    // A total of several groups says nothing of one.
    if (isCovered ? !isWhole : !sum.isTold) return;
    if (!isCovered || sum.isHidden) this.#told = (this.#told ?? 0) + (sum.costTold ?? 0);
    this.#isOfToldKnown &&= own !== null;
    this.#ofTold += own ?? 0;
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
      costTold: this.#told,
      costOfTold: this.#told !== null && this.#isOfToldKnown ? this.#ofTold : null,
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
  const places = Map.groupBy(sums, placeOf);
  const isWhole = (sum: UsageSum) =>
    places.get(placeOf(sum))?.every((each) => keyOf(each) === keyOf(sum)) === true;
  const total = new Adder();
  const groups = new Map<string | null, Adder>();
  for (const sum of sums) {
    const isCovered = covered.has(placeOf(sum));
    total.add(sum, prices, { isCovered, isWhole: true });
    const key = keyOf(sum);
    const group = groups.get(key) ?? new Adder();
    group.add(sum, prices, { isCovered, isWhole: isCovered && isWhole(sum) });
    groups.set(key, group);
  }
  return {
    total: total.usage,
    groups: new Map([...groups].map(([key, { usage }]) => [key, usage])),
  };
}
