import { describe, expect, test } from "bun:test";
import { secondsOfLocal } from "../../src/cli/sql.ts";
import { parseDuration } from "../../src/text/duration.ts";
import { parseWhen, toTimestamp } from "../../src/text/time.ts";

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

describe("when", () => {
  test("a date is the start of that local day", () => {
    const when = parseWhen("2026-02-28", NOW, secondsOfLocal);
    expect([
      when.getFullYear(),
      when.getMonth(),
      when.getDate(),
      when.getHours(),
      when.getMinutes(),
    ]).toEqual([2026, 1, 28, 0, 0]);
  });

  const good: [string, string][] = [
    ["2026-02-28T10:20Z", "2026-02-28T10:20:00.000Z"],
    ["2026-02-28T10:20:30+02:00", "2026-02-28T08:20:30.000Z"],
    ["2026-02-28 10:20:30.5+0200", "2026-02-28T08:20:30.000Z"],
    ["7d", "2026-03-03T12:00:00.000Z"],
    ["0s", "2026-03-10T12:00:00.000Z"],
  ];
  test.each(good)("%p", (text, iso) => {
    expect(parseWhen(text, NOW, secondsOfLocal).toISOString()).toBe(iso);
  });

  test("a date-time without a zone is local", () => {
    expect(parseWhen("2026-02-28T10:20", NOW, secondsOfLocal)).toEqual(
      new Date(2026, 1, 28, 10, 20),
    );
  });

  const bad = [
    "",
    "yesterday",
    "2026-02-30",
    "2026-13-01",
    "2026-00-10",
    "2026-2-3",
    "2026-02-28T25:00",
    "2026-02-30T10:00",
    "999999999d",
  ];
  test.each(bad)("%p is refused", (text) => {
    expect(() => parseWhen(text, NOW, secondsOfLocal)).toThrow(`invalid time '${text}'`);
  });
});

test("timestamps are UTC to the second, in memtomem's format", () => {
  expect(toTimestamp(new Date("2026-04-29T06:39:35.999+02:00"))).toBe("2026-04-29T04:39:35+00:00");
});
