import type { Rule } from "../rule.ts";
import { isPlaceholder, isProse, isRandom, quotedEnd } from "../values.ts";
import { bareEnd } from "./bare-value.ts";
import { hasLooks } from "./looks.ts";
import { isOpenKey, isQualifier, LOOKS, NAMES } from "./names.ts";
import { nearNames } from "./nearby.ts";
import { isSentence, isSetter, isTold, isWordForPassword } from "./sentence.ts";
import { type Assignment, readSeparator } from "./separator.ts";

export function assignment(): Rule {
  return {
    hints: NAMES.flatMap(([, words]) => words.split("|")),
    apply: redactAssignments,
    sample: 'STRIPE_KEY=«{24}» --token «{16}» {"password": "«hunter»"}',
    decoy: "cache_key={32h} password = getPassword() token: string",
  };
}

function redactAssignments(text: string, mark: string): string {
  const { spans, names } = nearNames(text);
  let result = "";
  let done = 0;
  for (const { start, end } of spans) {
    const part = text.slice(start, end);
    names.lastIndex = Math.max(0, done - start);
    for (let match = names.exec(part); match !== null; match = names.exec(part)) {
      const found = assignmentOf(text, match, start);
      // What is no qualifier may be or hold another name: `_pass` before `word`, `token_secret`.
      names.lastIndex = match.index + 1;
      if (found === null) continue;
      const valueEnd = secretEnd(text, found);
      names.lastIndex = valueEnd - start;
      if (valueEnd <= found.start) continue;
      result += text.slice(done, found.start) + mark;
      done = valueEnd;
    }
  }
  return result + text.slice(done);
}

/**
 * What was matched in the part of the text that begins at `from`, or null where the name is none of a secret, or
 * nothing is assigned to it.
 */
function assignmentOf(text: string, match: RegExpExecArray, from: number): Assignment | null {
  const [whole] = match;
  const looks = LOOKS.find((_, index) => match[index + 1] !== undefined) ?? "any";
  if (!isQualifier(match[LOOKS.length + 1] ?? "")) return null;
  const at = from + match.index;
  const separator = readSeparator(text, at + whole.length);
  if (separator === null) return null;
  const before = qualifiersBefore(text, at);
  if (looks === "random" && isOpenKey(before)) return null;
  const name = before + whole;
  const line = text.slice(Math.max(0, at - before.length - 100), at - before.length);
  const lead = line.slice(line.lastIndexOf("\n") + 1);
  return { ...separator, name, lead, looks };
}

/** The `--db-` of `--db-password`, the `self.` of `self.token`; not the escape of `\nTOKEN`. */
function qualifiersBefore(text: string, end: number): string {
  let start = end;
  while (end - start < 64 && /[\w.-]/.test(text.charAt(start - 1))) start--;
  return text.slice(/^\\[nrt]/.test(text.slice(start - 1, end)) ? start + 1 : start, end);
}

/** Where the value ends, or where it begins if it is no secret. */
function secretEnd(text: string, found: Assignment): number {
  if (!isAssigned(text, found)) return found.start;
  return found.quote === "" ? bareEnd(text, found) : quotedSecretEnd(text, found);
}

/** Whether what stands between name and value assigns it. */
function isAssigned(text: string, found: Assignment): boolean {
  const { kind, name, lead, looks, close, gap, start } = found;
  if (/pwd$/i.test(name) && isFolder(text.slice(start, start + 3))) return false;
  switch (kind) {
    case "said":
      return looks !== "random";
    case "comma":
      // The first argument of a call, or the first of a pair.
      return close !== "" && /\(\s*\\{0,7}["'`]$/.test(lead);
    case "pair":
      return /(?:name|key|id|variable)\W{1,12}$/i.test(lead);
    case "blank":
      if (close !== "") return false;
      if (gap === 1 && /^--?(?!-|no-)[\w-]+$/.test(name)) return true;
      return isSetter(lead) || (isWordForPassword(name) && /(?:^|[\s"'`(*]|\\[nrt])$/.test(lead));
    default:
      return true;
  }
}

function isFolder(value: string): boolean {
  return /^(?:[~/.]|[A-Za-z]:[/\\])/.test(value);
}

/** In `"?token=" + token` and `grep "password:" a | head` the quote closes a string. */
function closesString(found: Assignment, content: string): boolean {
  const { lead, close, quote, depth, gap } = found;
  // Only a quote of the same string may be closed.
  const others = new RegExp(`(?<!\\\\)\\\\{${depth}}${quote}`, "g");
  const isOpen = (lead.match(others)?.length ?? 0) % 2 === 1;
  if (close !== "" || !isOpen) return false;
  return /^\s*[+,.;:&?|)\]}]+(?:\s|$)/.test(content) || (gap === 0 && /^\s/.test(content));
}

function quotedSecretEnd(text: string, found: Assignment): number {
  const { kind, name, start, quote, depth } = found;
  const end = quotedEnd(text, start, quote, depth);
  const content = text.slice(start, end);
  if (kind === "tag" || isPlaceholder(content) || closesString(found, content)) return start;
  if (found.looks !== "any") return hasLooks(content, found) ? end : start;
  if (isSentence(found)) return isTold(content, found) ? end : start;
  if (isDoubtful(found)) return isRandom(content, 8) ? end : start;
  if (isProse(content) && !/phrase|mnemonic/i.test(name)) return start;
  return end;
}

/** Where a quoted value follows that may be anything: an arrow function's text, a default, a second argument. */
function isDoubtful({ kind, lead, close }: Assignment): boolean {
  if (kind === "arrow") return close === "" && !lead.endsWith(":");
  const sets = /(?:set|put|define|env|header|property|append)\w*\(\s*\\{0,7}["'`]$/i;
  return kind === "otherwise" || (kind === "comma" && !sets.test(lead));
}
