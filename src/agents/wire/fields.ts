import { hasControls } from "../../text/text.ts";
import type { Payload } from "./payload.ts";

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
