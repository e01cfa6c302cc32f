import { expect, test } from "bun:test";
import { localDay } from "../../src/cli/sql.ts";
import { heatMap } from "../../src/stats/calendar.ts";

/** The rows as text, from Monday to Sunday. */
function drawn(counts: Record<string, number>, last: string, weeks = 53): string[] {
  const { weekdays } = heatMap(new Map(Object.entries(counts)), last, weeks);
  return weekdays.map((row) => row.map((shade) => shade ?? " ").join(""));
}

test("has a column for each week from the first day that counts to the last day", () => {
  // 2026-03-02 is a Monday, 2026-03-11 a Wednesday.
  expect(drawn({ "2026-03-02": 4, "2026-03-08": 1, "2026-03-11": 2 }, "2026-03-11")).toEqual([
    "40",
    "00",
    "02",
    "0 ",
    "0 ",
    "0 ",
    "1 ",
  ]);
});

test.each([
  [1, 1],
  [25, 1],
  [26, 2],
  [50, 2],
  [75, 3],
  [76, 4],
  [100, 4],
])("%d of 100 is shade %d", (count, shade) => {
  const rows = drawn({ "2026-03-09": count, "2026-03-10": 100 }, "2026-03-10");
  expect(rows.slice(0, 2)).toEqual([String(shade), "4"]);
});

test("has at most this many weeks, and shades are relative to the busiest day in them", () => {
  expect(drawn({ "2020-01-01": 1000, "2026-03-10": 1 }, "2026-03-10", 2)).toEqual([
    "00",
    "04",
    "0 ",
    "0 ",
    "0 ",
    "0 ",
    "0 ",
  ]);
});

test("copes with no days, with days after the last one and with invalid days", () => {
  const week = ["0", "0", " ", " ", " ", " ", " "];
  expect(drawn({}, "2026-03-10")).toEqual(week);
  expect(drawn({ "2027-01-01": 5, nonsense: 3 }, "2026-03-10")).toEqual(week);
});

test("crosses the end of a year and a leap day, and names months where they start", () => {
  const { months, weekdays } = heatMap(new Map([["2023-12-28", 1]]), "2024-03-04", 53);
  expect(months).toEqual(
    ["Dec", "Jan", "", "", "", "", "Feb", "", "", "", "Mar"].slice(0, months.length),
  );
  expect(months).toHaveLength(11);
  expect(weekdays[3]?.[0]).toBe(4);
});

test("the day of a time is local", () => {
  expect(localDay(new Date(2026, 2, 9, 23, 59))).toBe("2026-03-09");
});
