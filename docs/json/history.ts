import { MACHINES } from "./machines.ts";
import {
  boolean,
  integer,
  type JsonDocument,
  list,
  number,
  object,
  oneOf,
  orNull,
  type Schema,
  string,
} from "./schema.ts";

export const USAGE = {
  calls: 12,
  input_tokens: 1505,
  cache_read_tokens: 70105,
  cache_write_5m_tokens: 4305,
  cache_write_1h_tokens: 9800,
  output_tokens: 805,
  reasoning_tokens: 0,
  total_tokens: 86520,
  cost_usd: 0.08538105,
  cost_is_complete: true,
  models_without_price: [],
  cost_told_usd: 0.08045585,
  cost_of_told_usd: 0.08045585,
};

const USAGE_KEYS: Readonly<Record<string, Schema>> = {
  calls: integer("of models, as far as their agent tells"),
  input_tokens: integer("without what was read from a cache or written to one"),
  cache_read_tokens: integer(),
  cache_write_5m_tokens: integer("to a cache that lasts for five minutes, or as long as is usual"),
  cache_write_1h_tokens: integer("to a cache that lasts for an hour"),
  output_tokens: integer("with what the model thought"),
  reasoning_tokens: integer("the part of the output that is thought, where the agent tells it"),
  total_tokens: integer("the sum of input, cache and output tokens"),
  cost_usd: number("as far as the prices are known"),
  cost_is_complete: boolean("`false` if the cost is at least `cost_usd`"),
  models_without_price: list(string()),
  cost_told_usd: orNull(number("what the agents themselves say, as far as they say it")),
  cost_of_told_usd: orNull(
    number("what mm counts for the calls in `cost_told_usd`; `null` if a price is missing"),
  ),
};

/** Tokens and their cost. */
const usage = object(USAGE_KEYS);

/** Those of a session. */
export const sessionUsage = orNull({
  ...usage,
  description: "tokens and their cost; null if no transcript has told any",
});

function ofTranscripts(command: string): JsonDocument {
  return {
    command,
    example: {
      dry_run: false,
      agents: [
        {
          agent: "claude",
          transcripts: 3,
          read: 3,
          bytes: 55703,
          sessions: 3,
          events: 25,
          usage: USAGE,
          passed_over: 0,
          problems: [],
        },
      ],
    },
    schema: object({
      dry_run: boolean("whether nothing was stored"),
      agents: list(
        object({
          agent: string(),
          transcripts: integer("that were found"),
          read: integer("of them had something new; with `dry_run`, would be read"),
          bytes: integer("that these have"),
          sessions: integer("that were added"),
          events: integer("that were added"),
          usage: orNull({ ...usage, description: "what was added; `null` if nothing was read" }),
          passed_over: integer("lines that mm doesn't understand"),
          problems: list(string(), "transcripts that could not be read, and why"),
        }),
      ),
    }),
  };
}

const PRICE_KEYS: Readonly<Record<string, Schema>> = {
  input: orNull(number()),
  output: orNull(number()),
  cache_read: orNull(number("`null` costs like input")),
  cache_write_5m: orNull(number("`null` costs like input")),
  cache_write_1h: orNull(number("`null` costs like `cache_write_5m`")),
  fast_factor: orNull(number("of the fast mode")),
  web_search: orNull(number("for a single search of the web")),
  long_above_tokens: orNull(
    integer("from how many tokens of a prompt on the whole call costs more"),
  ),
  long_input: orNull(number()),
  long_output: orNull(number()),
};

const DIMENSIONS = ["day", "week", "agent", "model", "project", "session"];

function ofStats(command: string): JsonDocument {
  return {
    command,
    example: {
      since: null,
      until: null,
      ...USAGE,
      by: "model",
      groups: [{ key: "claude-sonnet-5-5", title: null, ...USAGE }],
      prices: { source: "LiteLLM 1.110.2", day: "2026-11-26" },
      model_prices: [
        {
          model: "claude-sonnet-5-5",
          from: "embedded",
          input: 2,
          output: 10,
          cache_read: 0.1,
          cache_write_5m: 2.5,
          cache_write_1h: 4,
          fast_factor: null,
          web_search: 0.01,
          long_above_tokens: null,
          long_input: null,
          long_output: null,
        },
      ],
    },
    schema: object({
      since: orNull(string("a timestamp")),
      until: orNull(string("a timestamp")),
      ...USAGE_KEYS,
      by: oneOf(DIMENSIONS),
      groups: list(
        object({
          key: orNull(string("`null` for calls without one")),
          title: orNull(string("of a session; `null` for other groups")),
          ...USAGE_KEYS,
        }),
        "days and weeks in order, others by what they cost",
      ),
      prices: object({ source: string(), day: string() }, "where the prices are from"),
      model_prices: list(
        object({
          model: string(),
          from: orNull(oneOf(["embedded", "settings"], "`null` where no price is known")),
          ...PRICE_KEYS,
        }),
        "of the models that were called, in US dollars for a million tokens",
      ),
      ...MACHINES,
    }),
  };
}

export const HISTORY_DOCUMENTS: readonly JsonDocument[] = [
  ofTranscripts("backfill"),
  ofTranscripts("import"),
  ofStats("stats tokens"),
  ofStats("stats cost"),
];
