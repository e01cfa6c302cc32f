import { expect, test } from "bun:test";
import { whyRemoved } from "../../src/removal/limits.ts";

test.each([
  ["nothing asked", 10, 500, null, null, null],
  ["older than", 10, 500, 11, null, "age"],
  ["exactly as old", 11, 500, 11, null, null],
  ["younger", 12, 500, 11, null, null],
  ["an end that is no time has no age", null, 500, 11, null, null],
  ["too much in use", 12, 501, null, 500, "size"],
  ["exactly as much", 12, 500, null, 500, null],
  ["either will do: age", 10, 500, 11, 500, "age"],
  ["either will do: size", 12, 501, 11, 500, "size"],
  ["neither", 12, 500, 11, 500, null],
  ["an end that is no time has a size", null, 501, 11, 500, "size"],
] as const)("%s", (_, lastSignAt, used, before, maxBytes, reason) => {
  expect(whyRemoved(lastSignAt, used, { before, maxBytes })).toBe(reason);
});
