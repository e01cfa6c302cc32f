import type { Unwanted } from "../agents/history/model.ts";
import type { LineBytes } from "./lines.ts";

/** A shorter line is read as fast as it is cut. */
const LONG_BYTES = 2048;
/** What follows the value is shorter. */
const REST_BYTES = 2048;

const needles = new Map<string, Buffer>();

function needleOf(key: string): Buffer {
  let needle = needles.get(key);
  if (needle === undefined) {
    // In a string, the quotes would be escaped.
    needle = Buffer.from(`,"${key}":`);
    needles.set(key, needle);
  }
  return needle;
}

/**
 * A long line without the value of a key that nobody wants, as text; null where that can't be cut out. It is JSON only if
 * the key is one of the line's own and the rest begins right: else the line has to be read whole.
 */
export function textWithout(
  { buffer, start, end }: LineBytes,
  { key, followedBy }: Unwanted,
): string | null {
  if (end - start < LONG_BYTES) return null;
  const line = buffer.subarray(start, end);
  const from = line.indexOf(needleOf(key));
  if (from < 0) return null;
  const rest = line.subarray(Math.max(from, line.length - REST_BYTES));
  for (const next of followedBy) {
    const at = rest.lastIndexOf(needleOf(next));
    if (at >= 0) return joined(line, from, rest.subarray(at));
  }
  return null;
}

/** The beginning of a line with its end right behind it: to decode both at once takes less than to join two texts. */
function joined(line: Buffer, from: number, end: Buffer): string {
  const gap = line.subarray(from, from + end.length);
  const kept = Buffer.from(gap);
  gap.set(end);
  const text = line.toString("utf8", 0, from + end.length);
  // If the text turns out to be no JSON, the line is read whole.
  gap.set(kept);
  return text;
}
