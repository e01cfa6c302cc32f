import { readFileSync, writeFileSync } from "node:fs";
import { ROOT } from "./project.ts";

/** A model in LiteLLM's list, in US dollars for a token. */
type Listed = Readonly<Record<string, unknown>>;

/** A model in our table, in US dollars for a million tokens. */
type Price = Readonly<Record<string, unknown>>;

interface Table {
  readonly source: string;
  readonly fetched: string;
  readonly unit: string;
  readonly note: string;
  readonly models: Readonly<Record<string, Price>>;
}

const PATH = `${ROOT}/src/usage/prices.json`;
/** Makers' own names; resellers spell theirs with a slash. */
const MAKERS = ["anthropic", "openai", "gemini", "xai", "moonshot", "dashscope", "zai", "deepseek"];
const NAMES = {
  input: "input_cost_per_token",
  output: "output_cost_per_token",
  cache_write_5m: "cache_creation_input_token_cost",
  cache_write_1h: "cache_creation_input_token_cost_above_1hr",
  cache_read: "cache_read_input_token_cost",
} as const;
/** Where the price depends on how much is found, transcripts don't tell how much that was. */
const SEARCH_SIZE = "search_context_size_medium";
const LONG = /^input_cost_per_token_above_(\d+)k_tokens$/u;

function perMillion(model: Listed, name: string): number | undefined {
  const value = model[name];
  return typeof value === "number" ? Math.round(value * 1e12) / 1e6 : undefined;
}

function pricesOf(model: Listed, suffix = ""): Record<string, number> {
  const prices = Object.entries(NAMES).map(([ours, theirs]) => [
    ours,
    perMillion(model, `${theirs}${suffix}`),
  ]);
  return Object.fromEntries(prices.filter(([, value]) => value !== undefined));
}

/** The prices of a listed model, or null if it has none. */
function priceOf(model: Listed): Price | null {
  const { input, output, ...rest } = pricesOf(model);
  if (input === undefined || output === undefined) return null;
  const thousands = Object.keys(model).flatMap((name) => LONG.exec(name)?.[1] ?? [])[0];
  const long = thousands === undefined ? {} : pricesOf(model, `_above_${thousands}k_tokens`);
  const above = Number(thousands) * 1000;
  const fast = (model["provider_specific_entry"] as Listed | undefined)?.["fast"];
  const search = (model["search_context_cost_per_query"] as Listed | undefined)?.[SEARCH_SIZE];
  return {
    input,
    output,
    ...rest,
    ...(typeof fast === "number" ? { fast } : {}),
    ...(typeof search === "number" ? { web_search: search } : {}),
    ...(Object.keys(long).length > 0 ? { long: { above, ...long } } : {}),
  };
}

/** Whether a model that isn't in the table yet belongs into it. */
function isMakers(name: string, { mode, litellm_provider: maker }: Listed): boolean {
  const isText = mode === "chat" || mode === "responses";
  return isText && !name.includes("/") && MAKERS.includes(String(maker));
}

/**
 * The table with the prices of a list. A model that has gone from the list stays as it was, because old transcripts
 * name it.
 */
export function updatedPrices(
  table: Table,
  list: Readonly<Record<string, Listed>>,
  source: string,
  fetched: string,
): Table {
  const names = new Set([
    ...Object.keys(table.models),
    ...Object.keys(list).filter((name) => isMakers(name, list[name] ?? {})),
  ]);
  const models = [...names].sort().flatMap((name) => {
    const price = priceOf(list[name] ?? {}) ?? { ...table.models[name], retired: true };
    return "input" in price ? [[name, price] as const] : [];
  });
  return { ...table, source, fetched, models: Object.fromEntries(models) };
}

/** One model a line, so that a change is easy to see. */
export function renderPrices({ models, ...head }: Table): string {
  const lines = Object.entries(models).map(
    ([name, price]) => `  ${JSON.stringify(name)}: ${JSON.stringify(price)}`,
  );
  const top = JSON.stringify(head, null, 1).slice(0, -2);
  return `${top},\n "models": {\n${lines.join(",\n")}\n }\n}\n`;
}

// bun packaging/prices.ts FILE VERSION: FILE is LiteLLM's model_prices_and_context_window_backup.json.
if (import.meta.main) {
  const [, , file = "", version = ""] = Bun.argv;
  const list = JSON.parse(readFileSync(file, "utf8"));
  const source = `LiteLLM ${version}, model_prices_and_context_window_backup.json (MIT)`;
  const day = new Date().toISOString().slice(0, 10);
  writeFileSync(PATH, renderPrices(updatedPrices(await Bun.file(PATH).json(), list, source, day)));
}
