import { UserError } from "../errors.ts";

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

/** Milliseconds of `30m`, `24h`, `7d`…, or null for any other text and for what is too large for a date. */
export function durationMs(text: string): number | null {
  const trimmed = text.trim();
  const digits = trimmed.slice(0, -1).trimEnd();
  const unit = trimmed.slice(-1).toLowerCase();
  if (!Object.hasOwn(UNIT_MS, unit) || !isDigits(digits)) return null;
  const ms = Number(digits) * UNIT_MS[unit as keyof typeof UNIT_MS];
  return ms <= MAX_TIME_MS ? ms : null;
}

/** A length of time: in milliseconds, and as it was typed, which summaries repeat. */
export interface Duration {
  readonly ms: number;
  readonly typed: string;
}

/** @throws UserError `invalid_duration` (exit 2) where it isn't one or reaches before year 0 from `now`. */
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
