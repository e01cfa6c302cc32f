import { hasControls } from "../../text/text.ts";
import { parse, skipSpace, skipSpaceBack, stringEnd, valueEnd, valueStart } from "./json-scan.ts";

/** Longer ids are no ids: cut, two of them could become one session. */
const MAX_ID = 512;
const ISO = /^\d{4}-\d\d-\d\dT\d\d:\d\d/u;
/** Thirteen digits, 2001 to 2286: what is outside counts something else than milliseconds. */
const FIRST_MS = 1e12;
const LAST_MS = 1e13;

export function isPayload(value: unknown): value is Payload {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The first of the fields that holds some text. */
export function text(payload: Payload | null, ...keys: readonly string[]): string | null {
  for (const key of keys) {
    const value = payload?.[key];
    if (typeof value === "string" && value !== "") return value;
  }
  return null;
}

/** The first of the fields that can be an id: text or a whole number, as it is, not over-long, without control characters. */
export function id(payload: Payload | null, ...keys: readonly string[]): string | null {
  for (const key of keys) {
    const value = payload?.[key];
    const word = Number.isSafeInteger(value) ? String(value) : value;
    if (typeof word === "string" && isId(word)) return word;
  }
  return null;
}

function isId(word: string): boolean {
  return word !== "" && word.length <= MAX_ID && word.isWellFormed() && !hasControls(word);
}

export function number(payload: Payload | null, ...keys: readonly string[]): number | null {
  for (const key of keys) {
    const value = payload?.[key];
    if (typeof value === "number" && Number.isFinite(value)) return value;
  }
  return null;
}

export function object(payload: Payload | null, ...keys: readonly string[]): Payload | null {
  for (const key of keys) {
    const value = payload?.[key];
    if (isPayload(value)) return value;
  }
  return null;
}

/** Whether it names no session in Claude Code's words. */
export function hasNoSessionId(payload: Payload): boolean {
  return payload["session_id"] === undefined && payload["sessionId"] === undefined;
}

/** Whether its fields are Claude Code's in camel case. */
export function isCamelCase(payload: Payload): boolean {
  return payload["session_id"] === undefined && id(payload, "sessionId") !== null;
}

/** Milliseconds since 1970 from a number of them, a numeric string or an ISO time. */
export function time(payload: Payload, key: string): number | null {
  const value = payload[key];
  if (typeof value !== "number" && typeof value !== "string") return null;
  const isIso = typeof value === "string" && value.length < 64 && ISO.test(value);
  const ms = Math.trunc(isIso ? Date.parse(value) : Number(value));
  return ms >= FIRST_MS && ms < LAST_MS ? ms : null;
}

/** The text of a message: a string, a part `{text}` or `{content}`, or a list of them. */
export function flatText(value: unknown): string | null {
  const parts = Array.isArray(value) ? value : [value];
  const texts = parts.map((part) =>
    typeof part === "string" ? part : isPayload(part) ? text(part, "text", "content") : null,
  );
  return texts.filter((part) => part !== null && part !== "").join("\n") || null;
}

/** A JSON object as it came over the wire: nothing about it is known. */
export type Payload = Readonly<Record<string, unknown>>;

type Fields = Map<string, unknown>;

/** What tells one tool call from another, sent behind its result. */
const AT_THE_END: readonly string[] = [
  "tool_use_id",
  "tool_call_id",
  "toolCallId",
  "toolUseID",
  "duration_ms",
];

/** Objects of which even a part is worth having: those that hold what was asked for, not what came out. */
const WORTH_A_PART: readonly string[] = [
  "tool_input",
  "toolArgs",
  "tool_info",
  "properties",
  "args",
  "input",
  "preToolUse",
  "postToolUse",
  "parameters",
];
const MAX_DEPTH = 3;

const NOT_JSON = /-?\b(?:NaN|Infinity)\b/gu;

/** The object that a hook sent; an empty one for empty input, null for what is no JSON object. */
export function parsePayload(bytes: Uint8Array): Payload | null {
  const text = new TextDecoder().decode(bytes);
  if (text.trim() === "") return {};
  const value = parseLeniently(text);
  return isPayload(value) ? value : null;
}

function parseLeniently(text: string): unknown {
  const value = parse(text);
  const repaired = value === undefined ? withoutNonFinite(text) : text;
  return repaired === text ? value : parse(repaired);
}

/** NaN and Infinity, which some JSON writers leave outside strings, as null. */
function withoutNonFinite(text: string): string {
  let result = "";
  let at = 0;
  for (let open = text.indexOf('"'); open !== -1; open = text.indexOf('"', at)) {
    const end = stringEnd(text, open);
    if (end === -1) return text;
    result += text.slice(at, open).replace(NOT_JSON, "null") + text.slice(open, end);
    at = end;
  }
  return result + text.slice(at).replace(NOT_JSON, "null");
}

/** What can be known of a payload that is too long to be read whole, from its first and its last bytes. */
export function salvagePayload(head: Uint8Array, tail: Uint8Array): Payload {
  const decoder = new TextDecoder();
  const first = fieldsFrom(decoder.decode(head).trimStart(), 0, MAX_DEPTH);
  const last = lastFields(decoder.decode(tail));
  return Object.fromEntries([...first, ...last]);
}

/** The complete fields of the object that opens at `open`, up to the first that is cut off. */
function fieldsFrom(text: string, open: number, depth: number): Fields {
  const fields: Fields = new Map();
  let at = text[open] === "{" ? skipSpace(text, open + 1) : -1;
  while (text[at] === '"') {
    const field = fieldAt(text, at);
    if (field === null) break;
    const { key, start } = field;
    const end = valueEnd(text, start);
    if (end === -1) {
      const part = WORTH_A_PART.includes(key) && depth > 1;
      if (part) fields.set(key, Object.fromEntries(fieldsFrom(text, start, depth - 1)));
      break;
    }
    const value = parse(text.slice(start, end));
    if (value !== undefined) fields.set(key, value);
    const comma = skipSpace(text, end);
    at = text[comma] === "," ? skipSpace(text, comma + 1) : -1;
  }
  return fields;
}

/** The key that stands at `at`, and where its value begins. */
function fieldAt(text: string, at: number): { key: string; start: number } | null {
  const end = valueEnd(text, at);
  const key = end === -1 ? undefined : parse(text.slice(at, end));
  const colon = skipSpace(text, end);
  if (typeof key !== "string" || text[colon] !== ":") return null;
  return { key, start: skipSpace(text, colon + 1) };
}

/**
 * The last fields of the outermost object, read backwards from its closing brace: so a value that only
 * looks like a field, inside a string, is passed over as the string that it is.
 */
function lastFields(text: string): Fields {
  const fields: Fields = new Map();
  let end = skipSpaceBack(text, text.length) - 1;
  if (text[end] !== "}") return fields;
  do {
    const valueLast = skipSpaceBack(text, end);
    const start = valueStart(text, valueLast);
    const colon = skipSpaceBack(text, start) - 1;
    if (start === -1 || text[colon] !== ":") break;
    const keyLast = skipSpaceBack(text, colon);
    const keyStart = text[keyLast - 1] === '"' ? valueStart(text, keyLast) : -1;
    if (keyStart === -1) break;
    const key = parse(text.slice(keyStart, keyLast));
    const value = parse(text.slice(start, valueLast));
    const known = typeof key === "string" && AT_THE_END.includes(key) && !fields.has(key);
    if (known && value !== undefined) fields.set(key, value);
    end = skipSpaceBack(text, keyStart) - 1;
  } while (text[end] === ",");
  return fields;
}
