import { bareEnd } from "./bare-value.ts";
import { isOpenKey, isQualifier, NAME, NAME_HINTS, PASS_HINTS } from "./names.ts";
import { hasAny, type Rule } from "./rule.ts";
import { type Assignment, readSeparator } from "./separator.ts";
import { isPlaceholder, isRandom, isSentence, quotedEnd } from "./values.ts";

export function assignment(): Rule {
  return {
    hints: `${PASS_HINTS}|${NAME_HINTS}`.split("|"),
    apply: redactAssignments,
    sample: 'STRIPE_KEY=«{24}» --token «{16}» {"password": "«hunter»"}',
    decoy: "cache_key={32h} password = getPassword() token: string",
  };
}

function redactAssignments(text: string, mark: string): string {
  const names = new RegExp(NAME, "gi");
  let result = "";
  let done = 0;
  for (let match = names.exec(text); match !== null; match = names.exec(text)) {
    const found = assignmentOf(text, match, names.lastIndex);
    // What is no qualifier may be or hold another name: `_pass` before `word`, `token_secret`.
    names.lastIndex = match.index + 1;
    if (found === null) continue;
    const end = secretEnd(text, found);
    names.lastIndex = end;
    if (end <= found.start) continue;
    result += text.slice(done, found.start) + mark;
    done = end;
  }
  return result + text.slice(done);
}

/** What was matched, or null where the name is none of a secret, or nothing is assigned to it. */
function assignmentOf(text: string, match: RegExpExecArray, end: number): Assignment | null {
  const [, named = "", likely, qualifier = ""] = match;
  if (!isQualifier(qualifier)) return null;
  const separator = readSeparator(text, end);
  if (separator === null) return null;
  const before = qualifiersBefore(text, match.index);
  if (likely !== undefined && isOpenKey(before)) return null;
  const name = before + (likely ?? named) + qualifier;
  const nameStart = match.index - before.length;
  const line = text.slice(Math.max(0, nameStart - 100), nameStart);
  const lead = line.slice(line.lastIndexOf("\n") + 1);
  const least = likely === undefined ? 0 : leastLength(likely, name, separator.isAttached);
  return { ...separator, name, lead, least };
}

/** `KEY=value` is of an environment; what is written farther apart may be code. */
function leastLength(likely: string, name: string, isAttached: boolean): number {
  if (/^pass$/i.test(likely)) return 6;
  return isAttached && /^[A-Z][A-Z\d_]*$/.test(name) ? 12 : 16;
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
function isAssigned(text: string, { kind, name, lead, close, gap, start }: Assignment): boolean {
  if (/pwd$/i.test(name) && isFolder(text.slice(start, start + 3))) return false;
  switch (kind) {
    case "comma":
      // The first argument of a call, or the first of a pair.
      return close !== "" && /\(\s*\\{0,7}["'`]$/.test(lead);
    case "pair":
      return /(?:name|key|id|variable)\W{1,12}$/i.test(lead);
    case "blank":
      if (close !== "") return false;
      if (gap === 1 && /^--?(?!-|no-)[\w-]+$/.test(name)) return true;
      return isSetter(lead) || (lead.trim() === "" && /^[\w.]*password/i.test(name));
    default:
      return true;
  }
}

function isFolder(value: string): boolean {
  return /^(?:[~/.]|[A-Za-z]:[/\\])/.test(value);
}

/** Commands and instructions that take a name and then its value: `set -x`, `ENV`, `config set`. */
function isSetter(lead: string): boolean {
  const lower = lead.toLowerCase();
  if (!hasAny(lower, SETTERS)) return false;
  return /(?:^|[\s;&|('"`:])(?:set(?:x|env)?|env|arg|#define|(?:git|bundle|composer|poetry|yarn) config|nmcli|(?:config|configure|env|secrets?|variables?|vars?)[ :](?:set|add|put|create))(?:[ \t]+[\w./:@=-]+){0,6}[ \t]+[\w./:@-]*$/.test(
    lower,
  );
}

const SETTERS = ["set", "env", "arg", "#define", "config", "add", "put", "create", "nmcli"];

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
  const { kind, name, start, least, quote, depth } = found;
  const end = quotedEnd(text, start, quote, depth);
  const content = text.slice(start, end);
  if (kind === "tag" || isPlaceholder(content) || closesString(found, content)) return start;
  if (least > 0) return isRandom(content, least) ? end : start;
  if (isDoubtful(found)) return isRandom(content, 8) ? end : start;
  if (isSentence(content) && !/phrase|mnemonic/i.test(name)) return start;
  return end;
}

/** Where a quoted value follows that may be anything: an arrow function's text, a default, a second argument. */
function isDoubtful({ kind, lead, close }: Assignment): boolean {
  if (kind === "arrow") return close === "" && !lead.endsWith(":");
  const sets = /(?:set|put|define|env|header|property|append)\w*\(\s*\\{0,7}["'`]$/i;
  return kind === "otherwise" || (kind === "comma" && !sets.test(lead));
}
