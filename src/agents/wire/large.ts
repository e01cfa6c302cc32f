import { collectEvery } from "../../files/memory.ts";
import { setMember } from "../../text/json.ts";
import { parse } from "./json-scan.ts";
import { isPayload, type Payload } from "./payload.ts";

/** Longer strings are read in pieces of this size. */
const PIECE_BYTES = 64 * 1024;
/** What is left over of a piece is garbage, and nothing else makes the engine see that in time. */
const BYTES_A_COLLECTION = 10 * PIECE_BYTES;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const LETTER_U = 0x75;
/** The longest escape, without its first byte. */
const ESCAPE_REST = 5;
/** What has more strings has no large ones. To look at many costs more memory than it spares: the engine compiles it. */
const MAX_STRINGS = 500;

/** A long string: where what stands between its quotes starts and ends. */
interface Long {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/**
 * The object that a large payload is, or null where it has to be read as any other. The engine makes text of all bytes,
 * and while it reads a string with escapes, copies that are several times as large. So long strings are left out first,
 * and then put together from pieces.
 */
export function parseLarge(bytes: Uint8Array): Payload | null {
  const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  const found = longStrings(bytes, decoder);
  if (found === null || found.length === 0) return null;
  const texts = new Map<string, string>();
  let rest = "";
  let at = 0;
  for (const { start, end, text } of found) {
    const mark = `long string ${texts.size} of ${bytes.length} bytes`;
    rest += decoder.decode(bytes.subarray(at, start)) + mark;
    texts.set(mark, text);
    at = end;
  }
  const value = parse(rest + decoder.decode(bytes.subarray(at)));
  return isPayload(value) && putBack(value, texts) ? value : null;
}

/** The long strings; null where that can't be told. */
function longStrings(bytes: Uint8Array, decoder: TextDecoder): Long[] | null {
  const found: Long[] = [];
  let open = bytes.indexOf(QUOTE);
  for (let count = 0; open !== -1; count++) {
    const start = open + 1;
    let end = closingQuote(bytes, start, start + PIECE_BYTES);
    if (end === -1) {
      const long = longString(bytes, start, decoder);
      if (long === null) return null;
      found.push(long);
      end = long.end;
    }
    if (count > MAX_STRINGS) return null;
    open = bytes.indexOf(QUOTE, end + 1);
  }
  return found;
}

/** The first quote in a part of a string that isn't escaped, or -1. */
function closingQuote(bytes: Uint8Array, from: number, to: number): number {
  const part = bytes.subarray(0, to);
  let at = part.indexOf(QUOTE, from);
  while (at !== -1 && backslashesBefore(bytes, at) % 2 === 1) at = part.indexOf(QUOTE, at + 1);
  return at;
}

function backslashesBefore(bytes: Uint8Array, end: number): number {
  let at = end;
  while (bytes[at - 1] === BACKSLASH) at--;
  return end - at;
}

function longString(bytes: Uint8Array, start: number, decoder: TextDecoder): Long | null {
  const collect = collectEvery(BYTES_A_COLLECTION);
  const read = (from: number, to: number) => {
    const value = parse(`"${decoder.decode(bytes.subarray(from, to))}"`);
    return typeof value === "string" ? value : null;
  };
  let text = "";
  for (let at = start; at < bytes.length; ) {
    const to = pieceEnd(bytes, at);
    const piece = read(at, to);
    if (piece === null) {
      // The string ends in it, or is none.
      const end = closingQuote(bytes, at, to);
      const last = end === -1 ? null : read(at, end);
      return last === null ? null : { start, end, text: text + last };
    }
    text += piece;
    collect(to - at);
    if (to === at) return null;
    at = to;
  }
  return null;
}

/** Where a piece ends: within no character, and within no escape. */
function pieceEnd(bytes: Uint8Array, start: number): number {
  let to = start + PIECE_BYTES;
  if (to >= bytes.length) return bytes.length;
  while (to > start && ((bytes[to] ?? 0) & 0xc0) === 0x80) to--;
  for (let at = to - 1; at >= to - ESCAPE_REST; at--) {
    if (bytes[at] !== BACKSLASH) continue;
    const size = bytes[at + 1] === LETTER_U ? ESCAPE_REST + 1 : 2;
    return backslashesBefore(bytes, at + 1) % 2 === 1 && at + size > to ? at : to;
  }
  return to;
}

type Place = readonly [into: Record<string | number, unknown>, key: string | number, text: string];

/** Where strings are in a value, but not its keys. Keeps its own stack: no depth of nesting overflows it. */
function* stringsIn(value: object): Generator<Place> {
  for (const pending = [value]; pending.length > 0; ) {
    const into = pending.pop() as Place[0];
    for (const key of Array.isArray(into) ? into.keys() : Object.keys(into)) {
      const member = into[key];
      if (typeof member === "string") yield [into, key, member];
      else if (typeof member === "object" && member !== null) pending.push(member);
    }
  }
}

/** Puts texts where their marks are. @returns whether each had one place: no key has, nor what is there twice */
function putBack(value: object, texts: ReadonlyMap<string, string>): boolean {
  const used: string[] = [];
  for (const [into, key, mark] of stringsIn(value)) {
    const text = texts.get(mark);
    if (text === undefined) continue;
    used.push(mark);
    setMember(into, key, text);
  }
  return used.length === texts.size && new Set(used).size === texts.size;
}
