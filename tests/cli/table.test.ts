import { expect, test } from "bun:test";
import { layOut, type Step } from "../../src/cli/table.ts";

const rows = [
  ["ID", "When", "Title"],
  ["abcdefgh", "2026-03-10", "a title of some length"],
  ["ijklmnop", "2026-03-11", "x"],
];
const ids: Step = { column: 0, shorter: ["ab", "ij"] };
const title = (least: number): Step => ({ column: 2, least });
const days: Step = { column: 1, shorter: ["10", "11"] };

test.each([
  ["nothing where it fits", 44, [ids], [8, 10, 22]],
  ["nothing where the output goes elsewhere", undefined, [ids, title(1)], [8, 10, 22]],
  ["no more than it must", 40, [title(5)], [8, 10, 18]],
  ["a cell in place of another", 43, [ids, title(5)], [2, 10, 22]],
  ["one after the other", 30, [ids, title(5)], [2, 10, 14]],
  ["no more than it may", 30, [title(20)], [8, 10, 20]],
  ["cells before a column that was cut already", 34, [title(20), days], [8, 4, 18 + 2]],
  ["to a column what a later step frees", 38, [title(20), days, title(5)], [8, 4, 22]],
  ["a column as a whole", 30, [{ column: 1, least: 0 }, title(5)], [8, 0, 20]],
  ["less of a column in two steps", 20, [title(15), days, title(3)], [8, 4, 4]],
] as const)("shrinks: %s", (_, columns, steps, widths) => {
  expect(layOut(rows, columns, steps).widths).toEqual([...widths]);
});

test("shorter cells replace those of rows, never the header's", () => {
  expect(layOut(rows, 1, [ids]).rows.map(([id]) => id)).toEqual(["ID", "ab", "ij"]);
});
