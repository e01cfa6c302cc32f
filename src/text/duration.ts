import { UserError } from "../errors.ts";

/** Active time is the sum of the gaps between a session's events. A longer gap doesn't count. */
export const LONGEST_GAP_S = 300;

const UNITS = [
  ["w", 7 * 24 * 3600],
  ["d", 24 * 3600],
  ["h", 3600],
  ["m", 60],
] as const;

/** A duration or an age in its largest whole unit: `42s`, `5m`, `3h`, `2d`, `6w`. Negative values count as 0. */
export function formatAge(ms: number, largest: "w" | "d" = "w"): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const units = largest === "w" ? UNITS : UNITS.slice(1);
  // Weeks start at two: "8d" is more precise than "1w".
  const unit = units.find(([name, size]) => seconds >= (name === "w" ? 2 * size : size));
  return unit === undefined ? `${seconds}s` : `${Math.floor(seconds / unit[1])}${unit[0]}`;
}

/** A duration as a clock shows it: `0:07`, `12:30`, `1:02:03`. A negative one has a minus sign. */
export function formatElapsed(ms: number): string {
  const total = Math.floor(Math.abs(ms) / 1000);
  const two = (value: number) => String(value).padStart(2, "0");
  const hours = Math.floor(total / 3600);
  const minutes = Math.floor((total % 3600) / 60);
  const clock = hours > 0 ? `${hours}:${two(minutes)}` : String(minutes);
  return `${ms <= -1000 ? "-" : ""}${clock}:${two(total % 60)}`;
}

/** A duration in its two largest units: `42s`, `5m 10s`, `3h 2m`, `2d 4h`. Negative values count as 0. */
export function formatLength(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const parts = [
    [Math.floor(seconds / 86_400), "d"],
    [Math.floor((seconds % 86_400) / 3600), "h"],
    [Math.floor((seconds % 3600) / 60), "m"],
    [seconds % 60, "s"],
  ] as const;
  const first = parts.findIndex(([value]) => value > 0);
  if (first < 0) return "0s";
  const shown = parts.slice(first, first + 2).filter(([value]) => value > 0);
  return shown.map(([value, unit]) => `${value}${unit}`).join(" ");
}

/** A total duration in hours and minutes, without days: `3h 05m`, `120h 00m`, `12m`. */
export function formatHours(ms: number): string {
  const minutes = Math.round(ms / 60_000);
  if (minutes < 60) return `${minutes}m`;
  return `${Math.floor(minutes / 60)}h ${String(minutes % 60).padStart(2, "0")}m`;
}

const UNIT_MS = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;
/** ECMAScript's largest time value, 100,000,000 days. */
const MAX_TIME_MS = 8.64e15;

function isDigits(text: string): boolean {
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code < 0x30 || code > 0x39) return false;
  }
  return text !== "";
}

/** The milliseconds of `30m`, `24h`, `7d`…, or null for any other text and for a duration too large for a date. */
export function durationMs(text: string): number | null {
  const trimmed = text.trim();
  const digits = trimmed.slice(0, -1).trimEnd();
  const unit = trimmed.slice(-1).toLowerCase();
  if (!Object.hasOwn(UNIT_MS, unit) || !isDigits(digits)) return null;
  const ms = Number(digits) * UNIT_MS[unit as keyof typeof UNIT_MS];
  return ms <= MAX_TIME_MS ? ms : null;
}

/** A duration in milliseconds, and as the user typed it, since summaries repeat that. */
export interface Duration {
  readonly ms: number;
  readonly typed: string;
}

/** @throws UserError `invalid_duration` (exit 2) if it isn't a duration, or reaches back before year 0 */
export function parseDuration(typed: string, now: Date): Duration {
  const ms = durationMs(typed);
  if (ms === null || new Date(now.getTime() - ms).getUTCFullYear() < 0) {
    throw new UserError(
      "invalid_duration",
      `invalid duration '${typed}'; expected like '30m', '24h', '7d'`,
    );
  }
  return { ms, typed };
}
