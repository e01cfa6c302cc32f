import { UserError } from "../errors.ts";
import { parseWhen } from "../text/when.ts";
import { localDay, secondsOfLocal } from "./sql.ts";

/** Parses the value of an option that takes a whole number of 0 or more. @throws UserError `usage` */
export function count(option: string, text: string): number {
  const value = /^\d{1,15}$/u.test(text) ? Number(text) : Number.NaN;
  if (Number.isNaN(value)) {
    throw new UserError("usage", `invalid value '${text}' for ${option}; expected a whole number`);
  }
  return value;
}

/** The same for an option that makes no sense with 0. @throws UserError `usage` */
export function countFromOne(option: string, text: string): number {
  const value = count(option, text);
  if (value > 0) return value;
  throw new UserError("usage", `invalid value '${text}' for ${option}; expected 1 or more`);
}

/** A period from `since` up to, but not including, `until`. An undefined bound leaves it open. */
export interface Period {
  readonly since: Date | undefined;
  readonly until: Date | undefined;
}

/**
 * Parses `--since` and `--until` with `parseWhen`.
 * @throws UserError `invalid_time` (exit 2), also if the period would end before it starts
 */
export function parsePeriod(
  args: { readonly since?: string | undefined; readonly until?: string | undefined },
  now: Date,
): Period {
  const calendar = { secondsOfLocal, localDay };
  const since = args.since === undefined ? undefined : parseWhen(args.since, now, calendar);
  const until = args.until === undefined ? undefined : parseWhen(args.until, now, calendar);
  if (since !== undefined && until !== undefined && since > until) {
    throw new UserError(
      "invalid_time",
      `--since ${args.since} is later than --until ${args.until}`,
      "swap the two, or leave one out",
    );
  }
  return { since, until };
}

const FACTORS: Readonly<Record<string, number>> = {
  b: 1,
  k: 1e3,
  m: 1e6,
  g: 1e9,
  t: 1e12,
  ki: 2 ** 10,
  mi: 2 ** 20,
  gi: 2 ** 30,
  ti: 2 ** 40,
};
const SIZE = /^\s*(\d{1,15}(?:\.\d{1,6})?)\s*(?:([kmgt]i?)b?|(b))\s*$/iu;

/**
 * Parses a size such as `500MB`, `1.5G`, `64KiB` or `1000B` into bytes: k, M, G and T are powers of 1000,
 * with an `i` powers of 1024. A bare number is refused: someone who types 5 doesn't mean bytes.
 * @throws UserError `usage` (exit 2)
 */
export function parseByteSize(text: string): number {
  const [, amount, unit = "b"] = SIZE.exec(text) ?? [];
  const bytes = Math.floor(Number(amount ?? Number.NaN) * (FACTORS[unit.toLowerCase()] ?? 1));
  if (Number.isSafeInteger(bytes)) return bytes;
  throw new UserError("usage", `invalid size '${text}'; expected like '500MB', '1.5G', '64KiB'`);
}

const UNITS = ["kB", "MB", "GB", "TB"] as const;

/** Formats bytes in powers of 1000: `17 bytes`, `4.1 kB`, `512.0 MB`. */
export function formatBytes(bytes: number): string {
  let value = bytes;
  let unit: string = "bytes";
  for (const next of UNITS) {
    if (value < 1000) break;
    value /= 1000;
    unit = next;
  }
  return unit === "bytes" ? `${value} bytes` : `${value.toFixed(1)} ${unit}`;
}
