import { expect, test } from "bun:test";
import { renderPrices, updatedPrices } from "../../packaging/prices.ts";
import table from "../../src/usage/prices.json";

const TABLE = {
  source: "old",
  fetched: "2026-01-01",
  unit: "USD per million tokens",
  note: "",
  models: { gone: { input: 15, output: 75 }, there: { input: 1, output: 2 } },
};

const LIST = {
  there: {
    litellm_provider: "somebody",
    input_cost_per_token: 0.000004,
    output_cost_per_token: 0.00002,
    cache_read_input_token_cost: 2e-7,
    cache_creation_input_token_cost: 5e-6,
    cache_creation_input_token_cost_above_1hr: 8e-6,
    provider_specific_entry: { fast: 2 },
    search_context_cost_per_query: {
      search_context_size_low: 0.01,
      search_context_size_medium: 0.02,
    },
  },
  new: {
    litellm_provider: "openai",
    mode: "chat",
    input_cost_per_token: 0.00000125,
    output_cost_per_token: 0.00001,
    input_cost_per_token_above_272k_tokens: 0.0000025,
    output_cost_per_token_above_272k_tokens: 0.000015,
  },
  "reseller/new": {
    litellm_provider: "openai",
    mode: "chat",
    input_cost_per_token: 1,
    output_cost_per_token: 1,
  },
  picture: {
    litellm_provider: "openai",
    mode: "image_generation",
    input_cost_per_token: 1,
    output_cost_per_token: 1,
  },
};

test("prices are those of the list; what has gone from it stays", () => {
  const updated = updatedPrices(TABLE, LIST, "new", "2026-11-26");
  expect(updated).toMatchObject({ source: "new", fetched: "2026-11-26" });
  expect(updated.models).toEqual({
    gone: { input: 15, output: 75, retired: true },
    new: { input: 1.25, output: 10, long: { above: 272_000, input: 2.5, output: 15 } },
    there: {
      input: 4,
      output: 20,
      cache_write_5m: 5,
      cache_write_1h: 8,
      cache_read: 0.2,
      fast: 2,
      web_search: 0.02,
    },
  });
});

test("the table in the program is as it is written", () => {
  expect(JSON.parse(renderPrices(table))).toEqual(table);
});
