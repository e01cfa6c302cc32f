import { UserError } from "../errors.ts";
import { durationMs } from "./duration.ts";
import { dateTime, type SecondsOfLocal } from "./time.ts";

/** Local time, as the system knows it. */
export interface Calendar {
  readonly secondsOfLocal: SecondsOfLocal;
  /** The local day of a time, as `2026-01-31`. */
  localDay(date: Date): string;
}

const WEEKDAYS = ["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"];

/** The day that lies so many days before `day`. */
function daysBefore(day: string, count: number): string {
  const date = new Date(`${day}T00:00:00Z`);
  date.setUTCDate(date.getUTCDate() - count);
  return date.toISOString().slice(0, 10);
}

/** 0 is Sunday. */
function weekdayOf(day: string): number {
  return new Date(`${day}T00:00:00Z`).getUTCDay();
}

/** The first day of the month that lies so many months before `day`. */
function monthStart(day: string, before: number): string {
  const date = new Date(`${day.slice(0, 7)}-01T00:00:00Z`);
  date.setUTCMonth(date.getUTCMonth() - before);
  return date.toISOString().slice(0, 10);
}

/** The day that a word means, seen from today: `yesterday`, `monday` (the latest), `last week` (its Monday). */
function namedDay(word: string, today: string): string | null {
  if (word === "today") return today;
  if (word === "yesterday") return daysBefore(today, 1);
  const sinceMonday = (weekdayOf(today) + 6) % 7;
  if (word === "this week") return daysBefore(today, sinceMonday);
  if (word === "last week") return daysBefore(today, sinceMonday + 7);
  if (word === "this month") return monthStart(today, 0);
  if (word === "last month") return monthStart(today, 1);
  const name = word.replace(/^last /u, "");
  const weekday = name.length < 3 ? -1 : WEEKDAYS.findIndex((each) => each.startsWith(name));
  if (weekday < 0) return null;
  const back = (weekdayOf(today) - weekday + 7) % 7;
  return daysBefore(today, back === 0 && name !== word ? 7 : back);
}

const CLOCK = /^(.*?)(?: at)? (\d{1,2})(?::(\d{2}))? ?(am|pm)?$/u;

/** `9:30`, `3pm`, `15:00` as `15:00`; null for anything else. */
function clockOf(hour = "", minute: string | undefined, half: string | undefined): string | null {
  if (minute === undefined && half === undefined) return null;
  const typed = Number(hour);
  const isValid = half === undefined ? typed <= 23 : typed >= 1 && typed <= 12;
  if (!isValid || Number(minute ?? 0) > 59) return null;
  const hours = half === undefined ? typed : (typed % 12) + (half === "pm" ? 12 : 0);
  return `${String(hours).padStart(2, "0")}:${minute ?? "00"}`;
}

/** A named day, with a time or without: its start. Milliseconds since 1970, or null. */
function dayAndClock(text: string, now: Date, calendar: Calendar): number | null {
  const [, before = text, hour, minute, half] = CLOCK.exec(text) ?? [];
  const clock = hour === undefined ? "00:00" : clockOf(hour, minute, half);
  const day = clock === null ? null : namedDay(before, calendar.localDay(now));
  const seconds = day === null ? null : calendar.secondsOfLocal(`${day} ${clock}:00`);
  return seconds === null ? null : seconds * 1000;
}

const AGO =
  /^(\d{1,9}|an?) ?(s|sec|second|m|min|minute|h|hour|d|day|w|week|mo|month|y|year)s?(?: ago)?$/u;

const SECONDS: Readonly<Record<string, number>> = {
  s: 1,
  m: 60,
  h: 3600,
  d: 86_400,
  w: 7 * 86_400,
  mo: 30 * 86_400,
  y: 365 * 86_400,
};

/** `2w`, `3 days ago`, `an hour ago` in milliseconds, or null. */
function agoMs(text: string): number | null {
  const [, count, unit = ""] = AGO.exec(text) ?? [];
  if (count === undefined) return null;
  const seconds = SECONDS[unit.startsWith("mo") ? "mo" : unit.charAt(0)] ?? 0;
  return (/^\d/u.test(count) ? Number(count) : 1) * seconds * 1000;
}

function inWords(text: string, now: Date, calendar: Calendar): number | null {
  const words = text.trim().toLowerCase().replace(/\s+/gu, " ");
  const ago = words === "now" ? 0 : agoMs(words);
  return ago === null ? dayAndClock(words, now, calendar) : now.getTime() - ago;
}

/**
 * Parses a time as people type it: a date (the start of that local day), a date-time (local unless it names a
 * zone), a duration before `now` (`7d`, `2w`, `3 days ago`) or a day (`yesterday`, `monday 9:30`, `last week`).
 * @throws UserError `invalid_time` (exit 2)
 */
export function parseWhen(text: string, now: Date, calendar: Calendar): Date {
  const ago = durationMs(text);
  const ms =
    ago === null
      ? (dateTime(text, calendar.secondsOfLocal) ?? inWords(text, now, calendar))
      : now.getTime() - ago;
  const when = new Date(ms ?? Number.NaN);
  if (Number.isNaN(when.getTime()) || when.getUTCFullYear() < 0) {
    throw new UserError(
      "invalid_time",
      `invalid time '${text}'; expected a date (2026-01-31), a date-time (2026-01-31T09:30), a day (yesterday, monday) or how long ago (7d, 2w)`,
    );
  }
  return when;
}
