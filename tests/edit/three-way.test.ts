import { expect, test } from "bun:test";
import { mergeTexts } from "../../src/edit/merge.ts";
import { cpuClock } from "../support/time.ts";

test.each([
  [
    "beside each other",
    '{"a": 1, "b": 2}',
    '{"a": 1}',
    '{"z": 0, "a": 1, "b": 2}',
    '{"z": 0, "a": 1}',
  ],
  ["inside what goes", '{"a": [1, 2]}', "{}", '{"a": [1,\n  2]}', "{}"],
  ["nothing was edited", "[1]\n", "[]\n", "[1]\n", "[]\n"],
  ["nothing to undo", "[1]\n", "[1]\n", "[1, 2]\n\n", "[1, 2]\n\n"],
  ["something comes back", "[1]", "[ ]\n", "[1]// x", "[ ]\n// x"],
  ["the edit reaches over the edge", "[1, 2, 3]", "[1, 2]", "[1]", null],
])("%s", (_, base, undone, edited, merged) => {
  expect(mergeTexts(base, undone, edited)).toBe(merged);
});

test("texts that have nothing in common are given up soon", () => {
  const other = (word: string) => Array.from({ length: 50_000 }, (_, n) => `${word}${n}`).join(" ");
  const took = cpuClock();
  expect(mergeTexts(other("a"), other("a"), other("b"))).toBeNull();
  expect(took()).toBeLessThan(5000);
});
