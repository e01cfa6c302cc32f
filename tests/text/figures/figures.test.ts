import { expect, test } from "bun:test";
import { formatCost, formatCount, formatDollars } from "../../../src/text/figures/figures.ts";

test.each([
  [0, "0"],
  [950, "950"],
  [999, "999"],
  [1000, "1.0k"],
  [6_143, "6.1k"],
  [999_949, "999.9k"],
  [999_950, "1.0M"],
  [4.2e9, "4.2G"],
  [1e16, "10000.0T"],
])("%d is told as %s", (count, told) => {
  expect(formatCount(count)).toBe(told);
});

test.each([
  [0, "$0.00"],
  [0.004, "<$0.01"],
  [0.005, "$0.01"],
  [0.03, "$0.03"],
  [1234.5, "$1234.50"],
])("%d dollars are told as %s", (dollars, told) => {
  expect(formatDollars(dollars)).toBe(told);
});

test("a cost tells whether all of it is known", () => {
  const withoutPrice = ["house-model"];
  expect(formatCost({ cost: 0.03, withoutPrice: [] })).toBe("$0.03");
  expect(formatCost({ cost: 0.03, withoutPrice })).toBe("≥ $0.03");
  expect(formatCost({ cost: 0, withoutPrice })).toBe("?");
});
