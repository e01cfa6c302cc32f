import { expect, test } from "bun:test";
import type { Style } from "../../src/cli/style.ts";
import { calendar } from "../../src/stats/calendar.ts";

const plain = { dim: (text: string) => text, green: (text: string) => text } as Style;

function monthsOver(...months: string[]): string {
  return calendar({ months, weekdays: [] }, plain)[0] ?? "";
}

test("months stand over the week that they begin in", () => {
  expect(monthsOver("Oct", "", "Nov", "", "")).toBe("      Oct Nov");
});

test("a month of one week leaves its place to the next", () => {
  expect(monthsOver("Oct", "Nov", "", "", "")).toBe("        Nov");
});
