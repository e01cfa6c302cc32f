import { UserError } from "../errors.ts";
import { durationMs } from "./duration.ts";

/** Clocks that go right differ by no more than this; a time that lies further ahead was told by one that doesn't. */
export const MAX_AHEAD_MS = 5 * 60_000;

/** The format in which memtomem and `mm` store times, because both compare them as text: `2026-04-29T04:39:35+00:00`. */
export function toTimestamp(date: Date): string {
  return `${date.toISOString().slice(0, 19)}+00:00`;
}

const DATE = /^(\d{4})-(\d{2})-(\d{2})$/u;
const DATE_TIME =
  /^(\d{4}-\d{2}-\d{2})[T ](\d{2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?(Z|[+-]\d{2}:?\d{2})?$/iu;

function startOfLocalDay(text: string): Date | null {
  const [, year, month, day] = DATE.exec(text) ?? [];
  if (year === undefined) return null;
  const date = new Date(0);
  date.setFullYear(Number(year), Number(month) - 1, Number(day));
  date.setHours(0, 0, 0, 0);
  // A date that doesn't exist rolls over to another one.
  return date.getMonth() === Number(month) - 1 && date.getDate() === Number(day) ? date : null;
}

function dateTime(text: string): Date | null {
  const [, day, hours, minutes, seconds = "00", zone] = DATE_TIME.exec(text) ?? [];
  if (day === undefined || startOfLocalDay(day) === null) return null;
  const offset =
    zone === undefined ? "" : zone.toUpperCase().replace(/^([+-]\d{2})(\d{2})$/u, "$1:$2");
  const date = new Date(`${day}T${hours}:${minutes}:${seconds}${offset}`);
  return Number.isNaN(date.getTime()) ? null : date;
}

/**
 * Parses a time as people type it: a date (the start of that local day), a date-time (local unless it
 * names a zone) or a duration before `now`.
 * @throws UserError `invalid_time` (exit 2)
 */
export function parseWhen(text: string, now: Date): Date {
  const ago = durationMs(text);
  const when =
    ago === null ? (startOfLocalDay(text) ?? dateTime(text)) : new Date(now.getTime() - ago);
  if (when === null || Number.isNaN(when.getTime()) || when.getUTCFullYear() < 0) {
    throw new UserError(
      "invalid_time",
      `invalid time '${text}'; expected a date (2026-01-31), a date-time (2026-01-31T09:30) or how long ago (7d)`,
    );
  }
  return when;
}
