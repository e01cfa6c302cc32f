import { hasControls } from "../../text/text.ts";
import { parse, stringEnd } from "./json-scan.ts";

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

export function isId(word: string): boolean {
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

const NOT_JSON = /-?\b(?:NaN|Infinity)\b/gu;

/** The text of a payload; Windows' pipes may make UTF-16 of it, with a mark before it. */
export function decodePayload(bytes: Uint8Array): string {
  const isWide =
    (bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff);
  if (!isWide) return new TextDecoder().decode(bytes);
  return new TextDecoder(bytes[0] === 0xff ? "utf-16le" : "utf-16be").decode(bytes);
}

/** The object that a hook sent; an empty one for empty input, null for what is no JSON object. */
export function parsePayload(bytes: Uint8Array): Payload | null {
  const text = decodePayload(bytes);
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
