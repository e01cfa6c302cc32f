import { expect, test } from "bun:test";
import { formatAge, formatHours } from "../../src/text/duration.ts";

const SECOND = 1000;
const HOUR = 3600 * SECOND;
const DAY = 24 * HOUR;

test.each([
  [-5 * SECOND, "0s"],
  [0, "0s"],
  [59_999, "59s"],
  [60 * SECOND, "1m"],
  [HOUR - 1, "59m"],
  [HOUR, "1h"],
  [DAY - 1, "23h"],
  [DAY, "1d"],
  [13 * DAY, "13d"],
  [14 * DAY, "2w"],
  [400 * DAY, "57w"],
])("%d ms are %s", (ms, text) => {
  expect(formatAge(ms)).toBe(text);
});

test("days instead of weeks where weeks are too coarse", () => {
  expect(formatAge(400 * DAY, "d")).toBe("400d");
  expect(formatAge(HOUR, "d")).toBe("1h");
});

test.each([
  [29_999, "0m"],
  [30_000, "1m"],
  [HOUR - 1, "1h 00m"],
  [3 * HOUR + 5 * 60 * SECOND, "3h 05m"],
  [5 * DAY, "120h 00m"],
])("a sum of %d ms is %s", (ms, text) => {
  expect(formatHours(ms)).toBe(text);
});
