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
  /** The price of a whole call whose prompt has more than `above` tokens. */
  readonly long?: Omit<Price, "long" | "fast" | "input" | "output"> & {
    readonly above: number;
    readonly input: number;
    readonly output: number;
  };
}

const EMBEDDED: Readonly<Record<string, Price>> = table.models;

/** Where the prices are from, and the day on which they were so. */
export const PRICES_FROM = { source: table.source, day: table.fetched };

const PROVIDER =
  /^(?:models\/|(?:[a-z]+\.)?anthropic\.|(?:bedrock|vertex_ai|openrouter)\/|[a-z][\w-]*\/)/u;

/** The names under which a model may be listed, the most exact one first. Never the nearest one. */
function namesOf(model: string): string[] {
  let name = model.replace(/\[1m\]$/u, "");
  const names = [model, name];
  for (let shorter = name.replace(PROVIDER, ""); shorter !== name; ) {
    name = shorter;
    names.push(name);
    shorter = name.replace(PROVIDER, "");
  }
  const undated = name
    .replace(/-v\d+(?::\d+)?$/u, "")
    .replace(/@[\w-]+$/u, "")
    .replace(/-\d{8}$/u, "");
  names.push(undated);
  // Copilot spells Claude's versions with a dot.
  if (undated.startsWith("claude-")) names.push(undated.replaceAll(".", "-"));
  return names;
}

function isAmount(value: unknown): value is number {
  return typeof value === "number" && Number.isFinite(value) && value >= 0;
}

/** A price of the settings, or null where it lacks a number. */
function priceOfSettings(value: unknown): Price | null {
  if (!isObject(value) || !isAmount(value["input"]) || !isAmount(value["output"])) return null;
  const isWhole = Object.entries(value).every(([name, amount]) =>
    name === "long" ? isObject(amount) : isAmount(amount),
  );
  return isWhole ? (value as unknown as Price) : null;
}

/** The prices to reckon with: those of the settings go before the embedded ones. */
export class Prices {
  readonly #own: Readonly<Record<string, unknown>>;
  readonly #found = new Map<string, Price | null>();

  constructor(own: Readonly<Record<string, unknown>>) {
    this.#own = own;
  }

  of(model: string): Price | null {
    const known = this.#found.get(model);
    if (known !== undefined) return known;
    const names = namesOf(model);
    const own = names.map((name) => priceOfSettings(this.#own[name])).find((one) => one !== null);
    const listed = names.map((name) =>
      Object.hasOwn(EMBEDDED, name) ? EMBEDDED[name] : undefined,
    );
    const found = own ?? listed.find((one) => one !== undefined) ?? null;
    this.#found.set(model, found);
    return found;
  }
}
