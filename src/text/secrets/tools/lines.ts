import { hasAny } from "../rule.ts";
import { TOOL_SIGNS } from "./tool-table.ts";

/** From where to where something stands in a text. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** A backslash joins a line to the next. */
export function lineStart(text: string, at: number): number {
  let start = text.lastIndexOf("\n", at);
  while (start > 0 && text.charAt(start - 1) === "\\") start = text.lastIndexOf("\n", start - 1);
  return start + 1;
}

export function lineEnd(text: string, at: number): number {
  let end = text.indexOf("\n", at);
  while (end > 0 && text.charAt(end - 1) === "\\") end = text.indexOf("\n", end + 1);
  return end < 0 ? text.length : end;
}

/** The next line that has a flag with which some tool takes a secret, and a sign of such a tool. */
export function nextFlagged(text: string, from: number): Span | null {
  signs ??= TOOL_SIGNS.split("|");
  for (let at = nextSecretFlag(text, from); at >= 0; ) {
    const line = { start: lineStart(text, at), end: lineEnd(text, at) };
    if (hasAny(text.slice(line.start, line.end), signs)) return line;
    at = nextSecretFlag(text, line.end);
  }
  return null;
}

let signs: readonly string[] | null = null;

export function callsWithFlag(text: string): boolean {
  return nextFlagged(text, 0) !== null;
}

/** The first letters of the flags with one hyphen, and how those with two begin. */
const SHORT_FLAGS = "UuabpPwkNtv";
const LONG_FLAGS =
  /^--(?:user|proxy-user|cookie|auth|http-passwd|ftp-passwd|pass|body|value|with-token|stdin)/;

/** Where from `from` on the next flag is with which some tool takes a secret, or less than 0. */
function nextSecretFlag(text: string, from: number): number {
  const flags = /(?<=^|\s)--?[A-Za-z]/g;
  flags.lastIndex = from;
  let flag = flags.exec(text);
  while (flag !== null && !isSecretFlag(text, flag.index)) flag = flags.exec(text);
  return flag?.index ?? -1;
}

function isSecretFlag(text: string, at: number): boolean {
  const next = text.charAt(at + 1);
  if (next === "-") return LONG_FLAGS.test(text.slice(at, at + 16));
  // A list of options: `-p, --password`.
  if (text.startsWith(", ", at + 2)) return false;
  return SHORT_FLAGS.includes(next) || /^-[A-Za-z]{1,8}u\b/.test(text.slice(at, at + 11));
}
