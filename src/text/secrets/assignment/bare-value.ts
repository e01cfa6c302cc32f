import { endsInKind, isCode, isDotted, isKind, isPlaceholder, REFERENCE_LIMIT } from "../values.ts";
import { hasLooks, isOdd } from "./looks.ts";
import { isSentence, isTold } from "./sentence.ts";
import type { Assignment } from "./separator.ts";

/** What follows a flag in prose and usage texts: `the --token flag`. */
const AFTER_FLAG = ` flag flags option options argument arguments is was are to or and for from in into with via the a an on of as at by not if when instead value parameter must can should will has requires `;

/** An unquoted value, and where it stands. */
interface Bare {
  /** All up to what ends it. */
  readonly raw: string;
  /** The same without the punctuation that follows it. */
  readonly value: string;
  /** Name and value are all of their line. */
  readonly isLine: boolean;
  /** `NAME=value` as a shell takes it, which ends at a space alone. */
  readonly isShell: boolean;
}

/** Where an unquoted value ends, or where it begins if it is no secret. */
export function bareEnd(text: string, found: Assignment): number {
  const { start, kind, close } = found;
  if (kind === "tag" || kind === "element") return elementEnd(text, start);
  // What follows a quoted name without quotes is a number or code.
  const isMember = kind !== "pair" && /["']/.test(close);
  if (isMember || text.startsWith("[redacted:", start)) return start;
  const bare = readBare(text, found);
  const end = start + bare.value.length;
  if (bare.value.length > REFERENCE_LIMIT) return end;
  return isBareSecret(bare, found) ? end : start;
}

/** The content of an element, up to its end tag: `<password>value</password>`. */
function elementEnd(text: string, start: number): number {
  const run = /[^\s<>"'\\]{4,}(?=(?:\s|\\[nrt]){0,40}<\/)/y;
  run.lastIndex = start;
  const value = run.exec(text)?.[0] ?? "";
  if (isPlaceholder(value) || isKind(value) || /^[A-Z_]*$/.test(value)) return start;
  return /[({]/.test(value) && isCode(value, 2) ? start : start + value.length;
}

function readBare(text: string, { start, kind, lead, name, isAttached }: Assignment): Bare {
  // Nothing is before the name but what a diff, a list or a numbered listing puts there.
  const first = /^(?:[\s>+|*#-]|\d{1,6}[→:|\t])*(?:(?:export|set|env|arg)\s+)?$/i;
  const isAlone = kind === "pair" || (kind !== "said" && first.test(lead));
  const isShell = isAttached && /^[A-Z][A-Z\d_]*$/.test(name) && /(?:^|[\s;&|("'`])$/.test(lead);
  const ends = isAlone ? "" : isShell ? lead.slice(-1).replace(/[^"'`]/, "") : endsAfter(lead);
  const run = new RegExp(`(?:[^\\s\\\\${ends}]|\\\\(?![nrt"'\`]))*`, "y");
  run.lastIndex = start;
  const raw = run.exec(text)?.[0] ?? "";
  const value = withoutPunctuation(raw);
  const rest = text.slice(start + raw.length, start + raw.length + 20);
  const isLine = isAlone && value === raw && /^[ \t]*(?:$|[\r\n#]|\\[nr])/.test(rest);
  return { raw, value, isLine, isShell };
}

/** What ends a value within a line: a quote or, by what precedes its name, the next member of a query or list. */
function endsAfter(lead: string): string {
  const ends: Readonly<Record<string, string>> = { "?": "&#", "&": "&#", ";": ";" };
  const others = ends[lead.slice(-1)] ?? (/[({[,]$/.test(lead) ? ",;)}\\]" : "");
  return `"'\`<>${others}`;
}

function withoutPunctuation(raw: string): string {
  let end = raw.length;
  while (end > 0 && /[\\,;.)}\]|&"'`]/.test(raw.charAt(end - 1))) end--;
  return raw.slice(0, end);
}

/** Whether an unquoted value is one: what is right after `=` nearly always, what is farther off by its looks. */
function isBareSecret(bare: Bare, found: Assignment): boolean {
  const { raw, value } = bare;
  const { name, kind, lead, looks, isAttached } = found;
  if (isPlaceholder(value) || isPlaceholder(raw) || isCode(raw, leastTurns(bare))) return false;
  if (looks !== "any") return hasLooks(value, found);
  if (isSentence(found)) return isWord(value) && isTold(value, found);
  if (/token/i.test(name) && isNumber(value)) return false;
  if (name[0] === "-") return isWord(value) && !/^[A-Z_]+$/.test(value) && !endsInKind(value);
  if (kind === "blank") return isWord(value) && isSet(value);
  if (/(?:^|\W)pw$/i.test(name) && !isLikePw(bare, found)) return false;
  return isAttached ? value !== name && !isArgument(bare, lead) : looksSecret(bare);
}

/** The surer it is that no code stands here, the less a value has to look drawn by lot. */
function leastTurns({ isLine, isShell }: Bare): number {
  if (isShell) return 1;
  return isLine ? 2 : 3;
}

/** `12`, `4,096`, `30s`, `1/2`. */
function isNumber(value: string): boolean {
  return /^[\d.,_]{1,20}[a-z%]{0,2}(?:\/[\d.,_]{1,12}[a-z%]{0,2})?$/i.test(value);
}

/** Neither another flag nor a word of prose. */
function isWord(value: string): boolean {
  return !value.startsWith("-") && !AFTER_FLAG.includes(` ${value} `);
}

/** What follows a command that sets a name. */
function isSet(value: string): boolean {
  return value.length >= 16 || (value.length >= 4 && /[\d!@#$%^]/.test(value));
}

/** `DB_PW=word`, but not the `pw=word` of a call: in code `pw` is much else, too. */
function isLikePw({ value, isShell }: Bare, { lead, isAttached }: Assignment): boolean {
  const isListed = /[({[,]\s*$/.test(lead);
  return isShell || isOdd(value) || (isAttached && !isListed && /^[^\s(){}[\].]{5,}$/.test(value));
}

/** `connect(password=opts.password)`: a variable that is named for what it holds. */
function isArgument({ raw, value }: Bare, lead: string): boolean {
  const isListed = /[({[,]\s*$/.test(lead) || /[,)]$/.test(raw);
  return endsInKind(value) && (isListed || isDotted(value));
}

function looksSecret({ value, isLine }: Bare): boolean {
  if (value.length < 4 || endsInKind(value)) return false;
  if (isDotted(value) && !/\d.*\d.*\d/.test(value)) return false;
  return isLine || /[\d!@#$%^]/.test(value);
}
