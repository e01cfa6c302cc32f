import { hasAny } from "../rule.ts";
import { FED_SIGNS, FLAG_SIGNS, TOOL_WORDS } from "./tool-table.ts";

/** From where to where something stands in a text. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** A backslash joins a line to the next. */
function lineStart(text: string, at: number): number {
  let start = text.lastIndexOf("\n", at);
  while (start > 0 && text.charAt(start - 1) === "\\") start = text.lastIndexOf("\n", start - 1);
  return start + 1;
}

export function lineEnd(text: string, at: number): number {
  let end = text.indexOf("\n", at);
  while (end > 0 && text.charAt(end - 1) === "\\") end = text.indexOf("\n", end + 1);
  return end < 0 ? text.length : end;
}

/** Whether a text has a line that may call a tool with a secret, other than one that a word tells. */
export function callsTool(text: string): boolean {
  return flaggedLines(text).length > 0 || fedLines(text).length > 0;
}

/**
 * Where the lines begin that have part of the name of a tool, a flag with which some tool takes a secret, or what is
 * fed to one.
 */
export function likelyLines(text: string): ReadonlySet<number> {
  const starts = new Set([...flaggedLines(text), ...fedLines(text)]);
  for (const [needs, words] of TOOL_WORDS) {
    if (!text.includes(needs)) continue;
    for (const word of words.split("|")) {
      for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, lineEnd(text, at))) {
        starts.add(lineStart(text, at));
      }
    }
  }
  return starts;
}

let flagSigns: readonly string[] | null = null;

/** Where the lines begin that have a flag with which some tool takes a secret, and a sign of such a tool. */
function flaggedLines(text: string): number[] {
  const starts: number[] = [];
  for (const before of [" -", "\n-", "\t-"]) {
    for (let at = text.indexOf(before); at >= 0; ) {
      let next = at + 1;
      if (isSecretFlag(text, next)) {
        flagSigns ??= FLAG_SIGNS.split("|");
        const start = lineStart(text, next);
        next = lineEnd(text, next);
        if (hasAny(text.slice(start, next), flagSigns)) starts.push(start);
      }
      at = text.indexOf(before, next);
    }
  }
  return starts;
}

/** The letters of the flags with one hyphen, and how those with two begin. */
const SHORT_FLAGS = "UuabpPwkNtv";
const LONG_FLAGS =
  " --user --prox --cook --cert --auth --http --ftp- --pass --ks-p --key- --body --valu --from ";

function isSecretFlag(text: string, at: number): boolean {
  const next = text.charAt(at + 1);
  if (next < "A") return next === "-" && LONG_FLAGS.includes(text.slice(at, at + 6));
  // A list of options: `-p, --password`.
  if (text.startsWith(", ", at + 2)) return false;
  if (SHORT_FLAGS.includes(next)) return true;
  const flag = text.slice(at, at + 11);
  return flag.includes("u") && /^-[A-Za-z]{1,8}u\b/.test(flag);
}

/** What feeds a tool, and what else its line has then. */
const FEEDERS = [
  ["echo ", "|"],
  ["printf", "|"],
  ["<<", "<<"],
  ["<(", "<("],
] as const;

let fedSigns: readonly string[] | null = null;

/** Where the lines begin in which something is fed to a tool that may take it as a secret. */
function fedLines(text: string): number[] {
  const starts: number[] = [];
  for (const [feeder, pipe] of FEEDERS) {
    for (let at = text.indexOf(feeder); at >= 0; ) {
      fedSigns ??= FED_SIGNS.split("|");
      const start = lineStart(text, at);
      const end = lineEnd(text, at);
      const words = text.slice(start, end);
      // A file that is made for a secret tells so by its flag, whatever the tool.
      const isFile = pipe === "<(" && /<\((?:echo|printf) /.test(words);
      if (isFile || (words.includes(pipe) && hasAny(words, fedSigns))) starts.push(start);
      at = text.indexOf(feeder, end);
    }
  }
  return starts;
}
