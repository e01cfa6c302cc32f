import {
  parseBashLine,
  parseFishWord,
  quoteForBash,
  quoteForPowershell,
  type TypedLine,
} from "../text/shell-words.ts";
import { escapeControls, firstChars } from "../text/text.ts";
import type { Candidate } from "./values.ts";

export const SHELLS = ["bash", "zsh", "fish", "powershell"] as const;
export type CompletionShell = (typeof SHELLS)[number];

/** A shell's request for completions. */
export interface Question {
  readonly before: readonly string[];
  readonly current: string;
  /** Whether the word is a file name, which the shell completes itself. */
  readonly wantsFile: boolean;
  /** One line per candidate that matches the typed word, in the format of the shell's script. */
  lines(candidates: readonly Candidate[], prefix: string): string[];
}

const MAX_DESCRIPTION = 60;
/** The values of COMP_TYPE with which bash lists candidates: `?`, `!` and `@`. */
const LISTING = ["63", "33", "64"];

function described(description: string): string {
  const safe = escapeControls(description);
  const short = firstChars(safe, MAX_DESCRIPTION);
  return short === safe ? safe : `${short}…`;
}

function bashLines(line: TypedLine, comptype: string | undefined) {
  return (candidates: readonly Candidate[], prefix: string) => {
    const fitting = candidates
      .map(({ value, description }) => ({ word: prefix + value, description }))
      .filter(({ word }) => word.startsWith(line.current));
    const lists = fitting.length > 1 && LISTING.includes(comptype ?? "");
    return fitting.map(({ word, description }) => {
      const text = quoteForBash(word.slice(line.kept), line.quote);
      return lists && description !== "" ? `${text}  (${described(description)})` : text;
    });
  };
}

/** `_describe` treats a backslash as an escape before the first colon and in the description. */
function zshLine(word: string, description: string): string {
  const escaped = word.replace(/[\\:]/gu, "\\$&");
  return description === "" ? escaped : `${escaped}:${description.replaceAll("\\", "\\\\")}`;
}

function powershellLine(word: string, description: string): string {
  const text = /^[\w./:\\=-]+$/u.test(word) ? word : quoteForPowershell(word);
  return [text, word, description === "" ? word : description].join("\t");
}

/**
 * Reads the words after `mm __complete`: the shell, its settings, `--`, and what has been typed. For bash
 * that is the line up to the cursor, for other shells the words of it, starting with the program's name.
 */
export function parseQuestion(words: readonly string[]): Question | null {
  const end = words.indexOf("--");
  const [shell, ...about] = words.slice(0, Math.max(end, 0));
  const typed = words.slice(end + 1);
  if (shell === "bash") {
    const line = parseBashLine(typed[0] ?? "", about[1] ?? "");
    const { words: before, current, redirects } = line;
    const lines = bashLines(line, about[0]);
    return { before: before.slice(1), current, wantsFile: redirects, lines };
  }
  const before = typed.slice(1, -1);
  const last = typed.at(-1) ?? "";
  const asks = (
    current: string,
    line: (word: string, description: string) => string,
    fits = (_: string) => true,
  ): Question => ({
    before,
    current,
    wantsFile: false,
    lines: (candidates, prefix) =>
      candidates
        .filter(({ value }) => fits(prefix + value))
        .map(({ value, description }) => line(prefix + value, described(description))),
  });
  // zsh and fish filter candidates themselves.
  if (shell === "zsh") return asks(last, zshLine);
  if (shell === "fish") return asks(parseFishWord(last), (word, about) => `${word}\t${about}`);
  if (shell !== "powershell") return null;
  // Windows PowerShell drops empty arguments, so the script puts a dot before the last one.
  const current = last.slice(1);
  return asks(current, powershellLine, (word) => word.startsWith(current));
}
