import { isOdd } from "../assignment/looks.ts";
import { isKind, isPlaceholder, isRandom } from "../values.ts";
import type { Span } from "./lines.ts";
import type { Position } from "./tool-table.ts";
import type { Word } from "./words.ts";

/** What of a word is the secret: one or none. */
export function secretIn(text: string, { start, end }: Span, position: Position): Span[] {
  const word = text.slice(start, end);
  const whole = [{ start, end }];
  switch (position) {
    case "pair":
      return passwordIn(word, start);
    case "cookie":
      return /^[^=\s]+=[^\s=]/.test(word) && !isPlaceholder(word.replace(/^[^=]*=/, ""))
        ? whole
        : [];
    case "source":
      return word.startsWith("pass:") && isGiven(word.slice(5)) ? [{ start: start + 5, end }] : [];
    case "member":
      return valueIn(word, start);
    case "likely":
    case "argument":
      return isRandom(word, 8) ? whole : [];
    case "attached":
      return isGiven(word) ? whole : [];
    case "word":
    case "stdin":
      return isGiven(word) && !word.startsWith("-") ? whole : [];
  }
}

/** Of `user:password`, or the token that stands for a user without a password. */
function passwordIn(pair: string, start: number): Span[] {
  const at = pair.includes(":") ? pair.indexOf(":") : pair.search(/[,%]/);
  if (at < 0 || pair.includes("[redacted:")) return [];
  const end = start + pair.length;
  if (at === pair.length - 1)
    return isRandom(pair.slice(0, at), 10) ? [{ start, end: end - 1 }] : [];
  return isGiven(pair.slice(at + 1)) ? [{ start: start + at + 1, end }] : [];
}

/** Beside a secret, and none. */
const OPEN_MEMBER = /^(?:user(?:name)?|login|e?mail|url|website|host|port|name|title|type)=/i;

/** Of `name=value`; a file or `-` stands for what is in it. */
function valueIn(member: string, start: number): Span[] {
  const at = member.indexOf("=") + 1;
  const value = member.slice(at);
  if (at < 2 || value.startsWith("@") || OPEN_MEMBER.test(member)) return [];
  return isGiven(value) ? [{ start: start + at, end: start + member.length }] : [];
}

/** Of the words after a tool: the last, or else the first, that may be a password, or the first that looks drawn by lot. */
export function argumentIn(text: string, words: readonly Word[]): Span[] {
  const operands = words.filter(({ start, end }) => !NO_OPERAND.test(text.slice(start, end)));
  const last = operands.at(-1);
  // In a sentence there are more.
  if (last !== undefined && operands.length <= MOST_OPERANDS) {
    const password = [last, ...operands].find((operand) => mayBePassword(text, operand));
    if (password !== undefined) return [password];
  }
  const drawn = operands.find(({ start, end }) => isRandom(text.slice(start, end), 8));
  return drawn === undefined ? [] : [drawn];
}

const MOST_OPERANDS = 3;
/** `-a`, `--a=b`, `/add`, `method=b`. */
const NO_OPERAND = /^(?:-|\/[a-z]+\b|[\w.-]+=)/i;

function mayBePassword(text: string, { start, end, isQuoted }: Word): boolean {
  const word = text.slice(start, end);
  return isQuoted ? /^\S{4,}$/.test(word) && isGiven(word) : isOdd(word);
}

/** No variable, no `PASSWORD`, and not what SNMP calls what everybody may read. */
export function isGiven(word: string): boolean {
  return !(isPlaceholder(word) || isKind(word) || /^(?:[A-Z_]+|public)$/.test(word));
}
