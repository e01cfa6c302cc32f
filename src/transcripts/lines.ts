import { closeSync, openSync, readSync } from "node:fs";

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
  /** How many bytes of the file stand before it. */
  readonly before: number;
  /** Whether the line is too long, so that only its beginning is here. */
  readonly isCut: boolean;
  /** Whether nothing follows it, not even a line end: it may still be being written. */
  readonly isOpen: boolean;
}

/**
 * Where wanted lines begin and end in a buffer, in turn, and at last where the line begins that has no end yet.
 * @param after up to there nothing ends a line
 */
export type FindLines = (buffer: Buffer, length: number, after: number) => number[];

export const allLines: FindLines = (buffer, length, after) => {
  const places: number[] = [];
  let start = 0;
  let end = buffer.indexOf(NEWLINE, after);
  for (; end >= 0 && end < length; end = buffer.indexOf(NEWLINE, start)) {
    places.push(start, end);
    start = end + 1;
  }
  places.push(start);
  return places;
};

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
 * The lines of a file, which end at 0x0A and nowhere else, through one buffer that grows with the longest line: all at
 * once that it holds. Of a line that is longer than any that tells something only the beginning is kept.
 * @param find finds those that are wanted
 * @param from how many bytes stand before what is filled in first
 * @returns the number of bytes up to the last line's end
 */
export function* linesOf(
  fill: Fill,
  find: FindLines = allLines,
  from = 0,
): Generator<readonly LineBytes[], number, void> {
  const buffer = spare ?? Buffer.allocUnsafe(FIRST_BYTES);
  spare = null;
  try {
    return yield* linesThrough(buffer, fill, find, from);
  } finally {
    // A buffer that has grown is left to the collector.
    spare = buffer;
  }
}

/**
 * @param passed how many bytes stand before the buffer's
 * @param cut how many of them belong to the line with which it begins
 */
function linesAt(
  places: readonly number[],
  buffer: Buffer,
  passed: number,
  cut: number,
): LineBytes[] {
  const lines: LineBytes[] = [];
  for (let index = 0; index < places.length - 1; index += 2) {
    const [start = 0, end = 0] = [places[index], places[index + 1]];
    const missing = start > 0 ? 0 : cut;
    const bytes = missing + end + 1 - start;
    const before = passed + start - missing;
    lines.push({ buffer, start, end, bytes, before, isCut: missing > 0, isOpen: false });
  }
  return lines;
}

function* linesThrough(
  first: Buffer,
  fill: Fill,
  find: FindLines,
  from: number,
): Generator<readonly LineBytes[], number, void> {
  let buffer = first;
  let length = 0;
  /** Bytes before those that the buffer holds. */
  let passed = from;
  /** Bytes of the line with which it begins that were cut. */
  let cut = 0;
  for (;;) {
    const added = fill(buffer.subarray(length));
    if (added === 0) break;
    const after = length;
    length += added;
    const places = find(buffer, length, after);
    const lines = linesAt(places, buffer, passed, cut);
    if (lines.length > 0) yield lines;
    const start = places.at(-1) ?? 0;
    if (start > 0) cut = 0;
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
    yield [{ buffer, start: 0, end: length, bytes, before, isCut: cut > 0, isOpen: true }];
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
