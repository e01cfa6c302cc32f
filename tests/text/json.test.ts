import { expect, test } from "bun:test";
import { depthOf, MAX_JSON_DEPTH, parseJsonText } from "../../src/text/json.ts";

const lists = (depth: number) => `${"[".repeat(depth)}${"]".repeat(depth)}`;
const objects = (depth: number) => `${'{"a":'.repeat(depth)}1${"}".repeat(depth)}`;

test.each([
  [0, "1"],
  [0, "null"],
  [0, '"[[["'],
  [1, "[]"],
  [1, '{"a":1,"b":2}'],
  [2, '{"a":[],"b":1}'],
  [3, '[1,[2],[[3],4],{"a":5}]'],
  [100_000, lists(100_000)],
  [100_000, objects(100_000)],
])("%i levels", (depth, text) => {
  expect(depthOf(JSON.parse(text))).toBe(depth);
});

test("no more of them are counted than matter", () => {
  expect(depthOf(JSON.parse(lists(100_000)), 200)).toBe(201);
  expect(depthOf(JSON.parse(lists(200)), 200)).toBe(200);
});

test.each([lists, objects])("a text is read as deep as SQLite reads one", (nested) => {
  const fits = nested(MAX_JSON_DEPTH);
  expect(JSON.stringify(parseJsonText(fits))).toBe(fits);
  expect(() => parseJsonText(nested(MAX_JSON_DEPTH + 1))).toThrow(RangeError);
  expect(() => parseJsonText(nested(100_000))).toThrow(RangeError);
  expect(() => parseJsonText("{")).toThrow(SyntaxError);
});
