import { UserError } from "../errors.ts";

const FACTORS: Readonly<Record<string, number>> = {
  "": 1,
  k: 1e3,
  m: 1e6,
  g: 1e9,
  t: 1e12,
  ki: 2 ** 10,
  mi: 2 ** 20,
  gi: 2 ** 30,
  ti: 2 ** 40,
};
const SIZE = /^\s*(\d{1,15}(?:\.\d{1,6})?)\s*([kmgt]i?)?b?\s*$/iu;

/**
 * Bytes of `500MB`, `1.5G`, `64KiB`, `1000000`: k, M, G and T count in thousands, with an `i` in 1024s.
 * @throws UserError `usage` (exit 2)
 */
export function parseByteSize(option: string, text: string): number {
  const [, amount, unit = ""] = SIZE.exec(text) ?? [];
  const bytes = Math.floor(Number(amount ?? Number.NaN) * (FACTORS[unit.toLowerCase()] ?? 1));
  if (Number.isSafeInteger(bytes)) return bytes;
  throw new UserError(
    "usage",
    `invalid value '${text}' for ${option}; expected like '500MB', '1.5G', '64KiB'`,
  );
}

const UNITS = ["kB", "MB", "GB", "TB"] as const;

/** Bytes for people, in thousands: `17 bytes`, `4.1 kB`, `512.0 MB`. */
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
