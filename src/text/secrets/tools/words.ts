import { quotedEnd } from "../values.ts";
import type { Span } from "./lines.ts";

/** A word of a command without its quotes, and where the next may begin. */
export interface Word extends Span {
  readonly next: number;
  readonly isQuoted: boolean;
}

/** More words than any command has that takes a secret without a flag. */
const MOST_WORDS = 12;

/** The next word. */
export function readWord(text: string, at: number): Word {
  const quoted = /[ \t]*(\\{0,7})(["'`])/y;
  quoted.lastIndex = at;
  const opening = quoted.exec(text);
  if (opening !== null) {
    const start = quoted.lastIndex;
    const slashes = opening[1] ?? "";
    const end = quotedEnd(text, start, opening[2] ?? "", slashes.length);
    const next = text.startsWith(slashes, end) ? end + slashes.length + 1 : end;
    return { start, end, next, isQuoted: true };
  }
  const bare = /[ \t]*((?:[^\s\\"'`;|&<>]|\\(?![nrt"'`]))*)/y;
  bare.lastIndex = at;
  const word = bare.exec(text)?.[1] ?? "";
  const next = bare.lastIndex;
  // The rest of `$(tool -pS)`.
  const closed = word.endsWith(")") && !word.includes("(") ? 1 : 0;
  return { start: next - word.length, end: next - closed, next, isQuoted: false };
}

/** The words from `at` to the end of the command, each after a blank; what is quoted behind a `=` is a word, too. */
export function readWords(text: string, at: number): Word[] {
  const words: Word[] = [];
  const blank = /(?:[ \t]|\\\r?\n)+/y;
  for (let next = at; words.length < MOST_WORDS; ) {
    blank.lastIndex = next;
    const isJoined = text.charAt(next - 1) === "=" && /["'`]/.test(text.charAt(next));
    if (!(isJoined || blank.test(text))) return words;
    const word = readWord(text, isJoined ? next : blank.lastIndex);
    if (word.end <= word.start && !word.isQuoted) return words;
    words.push(word);
    next = word.next;
    // The end of `$(…)` or `<(…)`.
    if (!word.isQuoted && word.end < next) return words;
  }
  return words;
}

/** More of a line, and of a document, than is looked at for the end. */
const MOST_CHARS = 4096;

/** What a document in place of standard input holds, `<<EOF` up to the line `EOF`, where it is short. */
export function documentAfter(text: string, at: number): Span | null {
  const opening = /^-?[ \t]*\\{0,8}["']?([A-Za-z_]\w{0,40})(?:(?!\\n)[^\n]){0,400}(?:\n|\\n)/;
  const match = opening.exec(text.slice(at, at + MOST_CHARS));
  if (match === null) return null;
  const start = at + match[0].length;
  const body = text.slice(start, start + MOST_CHARS);
  const closing = body.indexOf(match[1] ?? "");
  const blank = /(?:\r?\n|\\n)(?:[ \t]|\\t)*$/.exec(body.slice(0, Math.max(0, closing)));
  return blank === null ? null : { start, end: start + blank.index };
}
