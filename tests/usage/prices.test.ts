import { describe, expect, test } from "bun:test";
import { Prices } from "../../src/usage/prices.ts";

const prices = new Prices({});
const SONNET = prices.of("claude-sonnet-4-5");
const OPUS_41 = prices.of("claude-opus-4-1-20250805");

test("the table has Claude's and OpenAI's models", () => {
  expect(SONNET).toMatchObject({ input: 3, output: 15, cache_write_5m: 3.75, cache_write_1h: 6 });
  expect(OPUS_41).toMatchObject({ input: 15, output: 75 });
  expect(prices.of("gpt-5")).toMatchObject({ input: 1.25, output: 10 });
});

test.each([
  "claude-sonnet-4-5-20250929",
  "claude-sonnet-4-5[1m]",
  "claude-sonnet-4-5-20250929[1m]",
  "us.anthropic.claude-sonnet-4-5-20250929-v1:0",
  "us-gov.anthropic.claude-sonnet-4-5-20250929-v1:0",
  "global.anthropic.claude-sonnet-4-5-20250929-v1:0[1m]",
  "bedrock/us-east-1/anthropic.claude-sonnet-4-5-20250929-v1:0",
  "arn:aws:bedrock:us-east-1:1:inference-profile/us.anthropic.claude-sonnet-4-5-20250929-v1:0",
  "vertex_ai/claude-sonnet-4-5@20250929",
  "openrouter/anthropic/claude-sonnet-4.5",
  "github-copilot/claude-sonnet-4.5",
  "Claude-Sonnet-4-5",
])("%s is claude-sonnet-4-5", (name) => expect(prices.of(name)).toEqual(SONNET));

test.each(["claude-opus-4-1", "claude-opus-4.1", "vertex_ai/claude-opus-4-1@20250805"])(
  "%s is the one that is listed with its day",
  (name) => expect(prices.of(name)).toEqual(OPUS_41),
);

test.each([
  ["gpt-5-2025-08-07", "gpt-5"],
  ["azure/gpt-5.5-2026-04-01", "gpt-5.5"],
  ["models/gemini-2.5-pro", "gemini-2.5-pro"],
  ["claude-3.5-sonnet", "claude-3-5-sonnet-20241022"],
  ["claude-sonnet-4-0", "claude-sonnet-4-20250514"],
  ["minimax-m2", "MiniMax-M2"],
])("%s is %s", (name, listed) => {
  expect(prices.of(name)).not.toBeNull();
  expect(prices.of(name)).toBe(prices.of(listed));
});

// The nearest name would be another model.
test.each(["claude-sonnet-9", "claude-sonnet-4-5-turbo", "gpt-5x", "constructor", "__proto__", ""])(
  "%s has none",
  (name) => expect(prices.of(name)).toBeNull(),
);

describe("prices of the settings", () => {
  const own = { input: 1, output: 2 };

  test("go before the embedded ones, by a name that is as exact as it can be", () => {
    const some = new Prices({ "claude-sonnet-4-5": own, "House-Model": own });
    expect(some.find("us.anthropic.claude-sonnet-4-5-20250929-v1:0")).toEqual({
      price: own,
      isOwn: true,
    });
    expect(some.of("house-model")).toBe(own);
    expect(some.find("gpt-5")?.isOwn).toBe(false);
  });

  test.each([
    ["a negative price", { input: -1, output: 2 }],
    ["no price of the output", { input: 1 }],
    ["a text", { input: "1", output: 2 }],
    ["a long price that isn't whole", { ...own, long: { above: 5, input: 3 } }],
    ["a long price of a text", { ...own, long: { above: 5, input: 3, output: "4" } }],
  ])("not with %s", (_, price) => {
    expect(new Prices({ x: price }).of("x")).toBeNull();
  });
});
