import { expect, test } from "bun:test";
import type { Style } from "../../src/cli/style.ts";
import { calendar } from "../../src/stats/calendar.ts";

const plain = { dim: (text: string) => text, green: (text: string) => text } as Style;

function monthsOver(...months: string[]): string {
  return calendar({ months, weekdays: [], leftOut: null }, plain)[0] ?? "";
}

test("months are above the week that they start in", () => {
  expect(monthsOver("Oct", "", "Nov", "", "")).toBe("      Oct Nov");
});

test("a month of one week has no name, to make room for the next", () => {
  expect(monthsOver("Oct", "Nov", "", "", "")).toBe("        Nov");
});
