import { isObject } from "../text/text.ts";
import table from "./prices.json";

/** The price of a model in US dollars for a million tokens. */
export interface Price {
  readonly input: number;
  readonly output: number;
  readonly cache_read?: number;
  readonly cache_write_5m?: number;
  readonly cache_write_1h?: number;
  /** The factor of the fast mode. */
  readonly fast?: number;
  /** US dollars for a single search of the web. */
  readonly web_search?: number;
  /** The price of a whole call whose prompt has more than `above` tokens. */
  readonly long?: Omit<Price, "long" | "fast" | "web_search" | "input" | "output"> & {
    readonly above: number;
    readonly input: number;
    readonly output: number;
  };
}

/** Where the prices are from, and the day on which they were so. */
export const PRICES_FROM = { source: table.source, day: table.fetched };

/** Who serves a model, and from where: `openrouter/`, `bedrock/us-east-1/`, `us.anthropic.`, an ARN. */
const PROVIDER =
  /^(?:arn:[^/]*\/|(?:[a-z][a-z-]*\.)?(?:anthropic|meta|amazon|mistral|deepseek|qwen|openai|moonshotai|zai)\.|[a-z][\w-]*\/)/u;

/** Of a name in small letters without what tells its day: `-20250929`, `-2025-08-07`, `@20250929`, `-v1:0`. */
function undated(name: string): string {
  return name
    .replace(/-v\d+(?::\d+)?$/u, "")
    .replace(/@[\w-]+$/u, "")
    .replace(/-(?:\d{8}|\d{4}-\d\d-\d\d|latest)$/u, "");
}

/** The names under which a model may be listed, the most exact one first. Never the nearest one. */
function namesOf(model: string): string[] {
  let name = model.toLowerCase().replace(/\[1m\]$/u, "");
  const names = [name];
  for (let shorter = name.replace(PROVIDER, ""); shorter !== name; ) {
    name = shorter;
    names.push(name);
    shorter = name.replace(PROVIDER, "");
  }
  names.push(name.replace("@", "-"), undated(name));
  // Copilot and OpenRouter spell Claude's versions with a dot, and Anthropic's alias of a first one ends with -0.
  const dashed = undated(name).replaceAll(".", "-");
  if (dashed.startsWith("claude-"))
    names.push(dashed, dashed.replace(/-0$/u, ""), reordered(dashed));
  return names;
}

/** `claude-3-5-sonnet` and `claude-sonnet-3-5` are one model. */
function reordered(name: string): string {
  return name.replace(/^claude-([a-z]+)-(3(?:-\d)?)$/u, "claude-$2-$1");
}

let embedded: ReadonlyMap<string, Price> | null = null;

/** The embedded prices by their names in small letters; one that is listed with its day alone is found without it. */
function embeddedPrices(): ReadonlyMap<string, Price> {
  if (embedded !== null) return embedded;
  const listed = Object.entries<Price>(table.models).map(
    ([name, price]) => [name.toLowerCase(), price] as const,
  );
  const short = listed.map(([name, price]) => [undated(name), price] as const);
  embedded = new Map([...short, ...listed]);
  return embedded;
}

function isAmount(value: unknown): value is number {
  return typeof value === "number" && Number.isFinite(value) && value >= 0;
}

/** All that must be a number in the price of long prompts. */
function longAmounts(long: unknown): unknown[] {
  if (long === undefined) return [];
  if (!isObject(long)) return [long];
  return [long["above"], long["input"], long["output"], ...Object.values(long)];
}

/** A price of the settings, or null where it lacks a number. */
function priceOfSettings(value: unknown): Price | null {
  if (!isObject(value) || !isAmount(value["input"]) || !isAmount(value["output"])) return null;
  const { long, ...amounts } = value;
  const isWhole = [...Object.values(amounts), ...longAmounts(long)].every(isAmount);
  return isWhole ? (value as unknown as Price) : null;
}

/** A price, and whether it is of the settings. */
export interface PriceFound {
  readonly price: Price;
  readonly isOwn: boolean;
}

/** The prices to reckon with: those of the settings go before the embedded ones. */
export class Prices {
  readonly #own: ReadonlyMap<string, Price | null>;
  readonly #found = new Map<string, PriceFound | null>();

  constructor(own: Readonly<Record<string, unknown>>) {
    const prices = Object.entries(own).map(
      ([name, price]) => [name, priceOfSettings(price)] as const,
    );
    // As it is spelled goes before what is the same but for capitals.
    this.#own = new Map([
      ...prices.map(([name, one]) => [name.toLowerCase(), one] as const),
      ...prices,
    ]);
  }

  of(model: string): Price | null {
    return this.find(model)?.price ?? null;
  }

  /** The price of a model, and whose it is; null where nobody knows it. */
  find(model: string): PriceFound | null {
    const known = this.#found.get(model);
    if (known !== undefined) return known;
    const names = namesOf(model);
    const own = [model, ...names].map((name) => this.#own.get(name)).find((one) => one != null);
    const price =
      own ?? names.map((name) => embeddedPrices().get(name)).find((one) => one !== undefined);
    const found = price === undefined ? null : { price, isOwn: own !== undefined };
    this.#found.set(model, found);
    return found;
  }
}
