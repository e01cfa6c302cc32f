import { expect, test } from "bun:test";
import { fit } from "../../src/cli/fit.ts";

test.each([
  ["short", 5, "short"],
  ["longer", 5, "long…"],
  ["two words", 5, "two…"],
  ["日本語", 6, "日本語"],
  ["日本語", 5, "日本…"],
  ["日本語", 4, "日…"],
  ["", 0, ""],
  ["a", 0, ""],
  ["👨‍👩‍👧‍👦👨‍👩‍👧‍👦", 3, "👨‍👩‍👧‍👦…"],
  ["x".repeat(1_000_000), 3, "xx…"],
])("%p in %p cells", (text, cells, fitted) => {
  expect(fit(text, cells)).toBe(fitted);
  expect(Bun.stringWidth(fit(text, cells))).toBeLessThanOrEqual(cells);
});
