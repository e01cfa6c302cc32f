import { describe, expect, test } from "bun:test";
import { localDay, secondsOfLocal } from "../../src/cli/sql.ts";
import { parseWhen } from "../../src/text/when.ts";

const CALENDAR = { secondsOfLocal, localDay };
const NOW = new Date("2026-03-10T12:00:00Z");

describe("when", () => {
  test("a date is the start of that local day", () => {
    const when = parseWhen("2026-02-28", NOW, CALENDAR);
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
    expect(parseWhen(text, NOW, CALENDAR).toISOString()).toBe(iso);
  });

  test("a date-time without a zone is local", () => {
    expect(parseWhen("2026-02-28T10:20", NOW, CALENDAR)).toEqual(new Date(2026, 1, 28, 10, 20));
  });

  const bad = [
    "",
    "2026-02-30",
    "2026-13-01",
    "2026-00-10",
    "2026-2-3",
    "2026-02-28T25:00",
    "2026-02-30T10:00",
    "999999999d",
    "someday",
    "mo",
    "tomorrow",
    "in 3 days",
    "yesterday 25:00",
    "yesterday 10:61",
    "yesterday 13pm",
    "yesterday 0am",
    "yesterday 5",
    "99999999999 weeks ago",
    "3 fortnights ago",
    "ago",
  ];
  test.each(bad)("%p is refused", (text) => {
    expect(() => parseWhen(text, NOW, CALENDAR)).toThrow(`invalid time '${text}'`);
  });
});

describe("in words", () => {
  // A Tuesday. These days have no change of the clock in any zone that the tests may run in.
  const now = new Date(2026, 2, 10, 12, 0);
  const local: [string, Date][] = [
    ["today", new Date(2026, 2, 10)],
    ["Yesterday", new Date(2026, 2, 9)],
    ["tuesday", new Date(2026, 2, 10)],
    ["monday", new Date(2026, 2, 9)],
    ["wed", new Date(2026, 2, 4)],
    ["last tuesday", new Date(2026, 2, 3)],
    ["last monday", new Date(2026, 2, 9)],
    ["this week", new Date(2026, 2, 9)],
    ["last week", new Date(2026, 2, 2)],
    ["this month", new Date(2026, 2, 1)],
    ["last month", new Date(2026, 1, 1)],
    ["yesterday 3pm", new Date(2026, 2, 9, 15)],
    ["yesterday at 12am", new Date(2026, 2, 9, 0)],
    ["today 12pm", new Date(2026, 2, 10, 12)],
    ["monday  9:30", new Date(2026, 2, 9, 9, 30)],
  ];
  test.each(local)("%p", (text, date) => {
    expect(parseWhen(text, now, CALENDAR)).toEqual(date);
  });

  const ago: [string, number][] = [
    ["now", 0],
    ["2w", 14 * 86_400],
    ["3 days ago", 3 * 86_400],
    ["3 days", 3 * 86_400],
    ["an hour ago", 3600],
    ["a week ago", 7 * 86_400],
    ["90 min ago", 5400],
    ["1 month ago", 30 * 86_400],
    ["2 years ago", 730 * 86_400],
  ];
  test.each(ago)("%p", (text, seconds) => {
    expect(now.getTime() - parseWhen(text, now, CALENDAR).getTime()).toBe(seconds * 1000);
  });

  test("on a Sunday, the week began on Monday", () => {
    expect(parseWhen("this week", new Date(2026, 2, 8, 12), CALENDAR)).toEqual(
      new Date(2026, 2, 2),
    );
  });
});
