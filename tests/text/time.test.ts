import { describe, expect, test } from "bun:test";
import { parseDuration } from "../../src/text/duration.ts";
import { inTimeOrder, toTimestamp } from "../../src/text/time.ts";

const NOW = new Date("2026-03-10T12:00:00Z");

describe("duration", () => {
  const good: [string, number][] = [
    ["30m", 1_800_000],
    ["24h", 86_400_000],
    ["7d", 604_800_000],
    ["45s", 45_000],
    ["0s", 0],
    ["24H", 86_400_000],
    [" 24 h ", 86_400_000],
    ["007d", 604_800_000],
  ];
  test.each(good)("%p", (text, ms) => {
    expect(parseDuration(text, NOW)).toEqual({ ms, typed: text });
  });

  const bad = [
    "",
    " ",
    "24",
    "h",
    "1w",
    "1.5h",
    "-1h",
    "+1h",
    "1h30m",
    "forever",
    "٣h",
    "1ſ",
    "99999999999d",
    `${"9".repeat(400)}s`,
    "1000000d",
  ];
  test.each(bad)("%p is refused", (text) => {
    expect(() => parseDuration(text, NOW)).toThrow(
      `invalid duration '${text}'; expected like '30m', '24h', '7d'`,
    );
  });
});

test("timestamps are UTC to the second, in memtomem's format", () => {
  expect(toTimestamp(new Date("2026-04-29T06:39:35.999+02:00"))).toBe("2026-04-29T04:39:35+00:00");
});

describe("what was stored, in the order in which it happened", () => {
  const ordered = (...times: (number | null)[]) => [...inTimeOrder(times, (at) => at)];

  test.each([
    [
      [1000, 1200, 1100],
      [1000, 1100, 1200],
    ],
    [
      [3000, 2000, 1000],
      [1000, 2000, 3000],
    ],
    // Those of one time stay as they were stored.
    [
      [1000, null, 900],
      [1000, null, 900],
    ],
    // From the spool or a transcript.
    [
      [10_000, 12_500, 100, 12_400],
      [10_000, 12_500, 100, 12_400],
    ],
    [
      [10_000, 13_000, 12_000, 16_000, 15_000],
      [10_000, 12_000, 13_000, 15_000, 16_000],
    ],
    [[], []],
  ])("%j", (stored, happened) => {
    expect(ordered(...stored)).toEqual(happened);
  });

  test("however many there are", () => {
    const times = Array.from({ length: 5000 }, (_, index) => index * 10 + (index % 7) * 100);
    expect(ordered(...times)).toEqual(times.toSorted((a, b) => a - b));
  });
});
