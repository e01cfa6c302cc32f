import { closeSync, openSync, readSync } from "node:fs";
import type { CallLines } from "./calls/call-lines.ts";

/** No line of any agent that tells something is longer. */
const MAX_LINE_BYTES = 64 * 1024 * 1024;
const FIRST_BYTES = 1024 * 1024;
const NEWLINE = 10;

/** A line's bytes within a buffer that the next line may overwrite. */
export interface LineBytes {
  readonly buffer: Buffer;
  readonly start: number;
  readonly end: number;
  /** All bytes of the line, with its end and what was cut. */
  readonly bytes: number;
  /** How many bytes stand before it, of those that were read. */
  readonly before: number;
  /** Whether the line is too long, so that only its beginning is here. */
  readonly isCut: boolean;
  /** Whether nothing follows it, not even a line end: it may still be being written. */
  readonly isOpen: boolean;
}

/** Fills a buffer and returns the number of bytes; 0 is the end. */
type Fill = (buffer: Buffer) => number;

/** The buffer of the last file, for the next one: to get one takes longer than to read a small file. */
let spare: Buffer | null = null;

function grown(buffer: Buffer): Buffer {
  const larger = Buffer.allocUnsafe(Math.min(buffer.length * 2, MAX_LINE_BYTES + FIRST_BYTES));
  buffer.copy(larger);
  return larger;
}

/**
 * The lines of a file, which end at 0x0A and nowhere else, through one buffer that grows with the longest line.
 * Of a line that is longer than any that tells something only the beginning is kept.
 * @param calls finds the lines that tell of calls, where only these are wanted
 * @returns the number of bytes up to the last line's end
 */
export function* linesOf(
  fill: Fill,
  calls: CallLines | null = null,
): Generator<LineBytes, number, void> {
  const buffer = spare ?? Buffer.allocUnsafe(FIRST_BYTES);
  spare = null;
  try {
    return yield* linesThrough(buffer, fill, calls);
  } finally {
    // A buffer that has grown is left to the collector.
    spare = buffer;
  }
}

function* linesThrough(
  first: Buffer,
  fill: Fill,
  calls: CallLines | null,
): Generator<LineBytes, number, void> {
  let buffer = first;
  let length = 0;
  /** Bytes before those that the buffer holds. */
  let passed = 0;
  /** Bytes of the line with which it begins that were cut. */
  let cut = 0;
  for (;;) {
    const added = fill(buffer.subarray(length));
    if (added === 0) break;
    const after = length;
    length += added;
    let start = calls?.next(buffer, 0, length) ?? 0;
    // What was cut is passed over.
    if (start > 0) cut = 0;
    let end = buffer.indexOf(NEWLINE, Math.max(start, after));
    for (; end >= 0 && end < length; end = buffer.indexOf(NEWLINE, start)) {
      const [bytes, before] = [cut + end + 1 - start, passed + start - cut];
      yield { buffer, start, end, bytes, before, isCut: cut > 0, isOpen: false };
      cut = 0;
      start = calls?.next(buffer, end + 1, length) ?? end + 1;
    }
    buffer.copyWithin(0, start, length);
    passed += start;
    length -= start;
    if (length > MAX_LINE_BYTES) {
      cut += length;
      passed += length;
      length = 0;
    } else if (length === buffer.length) buffer = grown(buffer);
  }
  const before = passed - cut;
  const bytes = cut + length;
  if (bytes > 0)
    yield { buffer, start: 0, end: length, bytes, before, isCut: cut > 0, isOpen: true };
  return before;
}

/** Opens a file to be read from an offset on. */
export function openLines(path: string, from: number): { readonly fill: Fill; close(): void } {
  const descriptor = openSync(path, "r");
  let at = from;
  return {
    fill: (buffer) => {
      const read = readSync(descriptor, buffer, 0, buffer.length, at);
      at += read;
      return read;
    },
    close: () => closeSync(descriptor),
  };
}
