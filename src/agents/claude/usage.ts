import { asCount, asDollars, dollars, modelCall, tokenCount } from "../history/draft.ts";
import { type ModelCall, type Tokens, WEB_SEARCHES } from "../history/model.ts";
import { asId, asObject, asText } from "../history/values.ts";
import { isPayload, object, type Payload, text } from "../wire/payload.ts";

type Totals = ReadonlyMap<string, Tokens & { readonly cost: number }>;

/** The tokens that an answer tells. Without a split, what was written to the cache stays there for five minutes. */
function tokens(usage: Payload): Tokens {
  const split = asObject(usage["cache_creation"]);
  const written = asCount(usage["cache_creation_input_tokens"]);
  return {
    input: asCount(usage["input_tokens"]),
    cacheRead: asCount(usage["cache_read_input_tokens"]),
    cacheWrite5m: split === null ? written : asCount(split["ephemeral_5m_input_tokens"]),
    cacheWrite1h: asCount(split?.["ephemeral_1h_input_tokens"]),
    output: asCount(usage["output_tokens"]),
  };
}

/**
 * The call that an answer's line tells of, and the searches of the web that were made for it, which cost by their number.
 * Each line of an answer repeats them, and only message and request together name the call.
 */
export function claudeCalls(line: Payload, message: Payload, at: number): ModelCall[] {
  const usage = asObject(message["usage"]);
  const name = asId(message["id"]);
  if (usage === null || name === null) return [];
  const request = asId(line["requestId"]);
  const key = request === null ? name : `${name}:${request}`;
  const model = asText(message["model"]);
  const { input, cacheRead, cacheWrite5m, cacheWrite1h, output } = tokens(usage);
  const call = {
    key,
    at,
    model,
    input,
    cacheRead,
    cacheWrite5m,
    cacheWrite1h,
    output,
    reasoning: asCount(asObject(usage["output_tokens_details"])?.["thinking_tokens"]),
    costTold: asDollars(line["costUSD"]),
    isFast: usage["speed"] === "fast",
    count: 1,
  };
  const searches = asCount(asObject(usage["server_tool_use"])?.["web_search_requests"]);
  if (searches === 0) return [call];
  return [call, modelCall({ key: `${key}${WEB_SEARCHES}`, at, model, count: searches })];
}

function toldTokens(usage: Payload): Tokens & { readonly cost: number } {
  const hour = tokenCount(usage, "cacheCreationEphemeral1hInputTokens");
  const five = usage["cacheCreationEphemeral5mInputTokens"];
  return {
    input: tokenCount(usage, "inputTokens"),
    cacheRead: tokenCount(usage, "cacheReadInputTokens"),
    cacheWrite5m:
      five === undefined
        ? Math.max(0, tokenCount(usage, "cacheCreationInputTokens") - hour)
        : tokenCount(usage, "cacheCreationEphemeral5mInputTokens"),
    cacheWrite1h: hour,
    output: tokenCount(usage, "outputTokens"),
    cost: dollars(usage, "costUSD") ?? 0,
  };
}

function combined(a: Tokens & { cost: number }, b: Tokens & { cost: number }, sign: 1 | -1) {
  const of = (name: keyof typeof a) => Math.max(0, a[name] + sign * b[name]);
  return {
    input: of("input"),
    cacheRead: of("cacheRead"),
    cacheWrite5m: of("cacheWrite5m"),
    cacheWrite1h: of("cacheWrite1h"),
    output: of("output"),
    cost: of("cost"),
  };
}

const NONE = { input: 0, cacheRead: 0, cacheWrite5m: 0, cacheWrite1h: 0, output: 0, cost: 0 };

/** What a running total, or some answers, add up to for each model. */
export function claudeTotals(told: Payload | readonly Payload[]): Totals {
  const sums = new Map<string, Tokens & { readonly cost: number }>();
  if (Array.isArray(told)) {
    const calls = new Map<unknown, Payload>();
    for (const message of told as Payload[]) calls.set(message["id"], message);
    for (const message of calls.values()) {
      const model = text(message, "model") ?? "";
      const own = { ...tokens(object(message, "usage") ?? {}), cost: 0 };
      sums.set(model, combined(sums.get(model) ?? NONE, own, 1));
    }
    return sums;
  }
  for (const [model, usage] of Object.entries(object(told as Payload, "modelUsage") ?? {})) {
    if (isPayload(usage)) sums.set(model, toldTokens(usage));
  }
  return sums;
}

/** What is left of the first totals without the second. Of the cost nothing is known. */
export function minus(totals: Totals, base: Totals): Totals {
  return new Map(
    [...totals].map(([model, each]) => {
      const left = combined(each, base.get(model) ?? NONE, -1);
      return [model, { ...left, cost: 0 }];
    }),
  );
}
