import type { Usage } from "./cost.ts";
import type { Price } from "./prices.ts";
import type { UsageStats } from "./stats.ts";

/** Dollars to a millionth of a cent: more digits are noise of the addition. */
function dollars(value: number): number {
  return Math.round(value * 1e8) / 1e8;
}

/** Tokens and their cost, as all documents tell them. */
export function usageJson(usage: Usage) {
  return {
    calls: usage.calls,
    input_tokens: usage.input,
    cache_read_tokens: usage.cacheRead,
    cache_write_5m_tokens: usage.cacheWrite5m,
    cache_write_1h_tokens: usage.cacheWrite1h,
    output_tokens: usage.output,
    reasoning_tokens: usage.reasoning,
    total_tokens: usage.total,
    cost_usd: dollars(usage.cost),
    cost_is_complete: usage.withoutPrice.length === 0,
    models_without_price: usage.withoutPrice,
    cost_told_usd: usage.costTold === null ? null : dollars(usage.costTold),
    cost_of_told_usd: usage.costOfTold === null ? null : dollars(usage.costOfTold),
  };
}

const NO_PRICE: Partial<Price> = {};

function priceJson({ model, found }: UsageStats["models"][number]) {
  const from = found === null ? null : found.isOwn ? "settings" : "embedded";
  const { input, output, cache_read, cache_write_5m, cache_write_1h, fast, web_search, long } =
    found?.price ?? NO_PRICE;
  return {
    model,
    from,
    input: input ?? null,
    output: output ?? null,
    cache_read: cache_read ?? null,
    cache_write_5m: cache_write_5m ?? null,
    cache_write_1h: cache_write_1h ?? null,
    fast_factor: fast ?? null,
    web_search: web_search ?? null,
    long_above_tokens: long?.above ?? null,
    long_input: long?.input ?? null,
    long_output: long?.output ?? null,
  };
}

/** The document of `stats tokens` and `stats cost`. */
export function usageStatsJson({
  total,
  groups,
  by,
  since,
  until,
  models,
  pricesFrom,
}: UsageStats) {
  return {
    since: since ?? null,
    until: until ?? null,
    ...usageJson(total),
    by,
    groups: groups.map(({ key, usage, session }) => ({
      key,
      title: session?.title ?? null,
      ...usageJson(usage),
    })),
    prices: pricesFrom,
    model_prices: models.map(priceJson),
  };
}
