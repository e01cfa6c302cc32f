import { isId, isPayload, type Payload } from "../wire/payload.ts";

// What many lines tell is handed on as a value: the engine finds a field by a fixed name far faster than by a given one.

/** A value that is some text. */
export function asText(value: unknown): string | null {
  return typeof value === "string" && value !== "" ? value : null;
}

/** A value that can be an id. */
export function asId(value: unknown): string | null {
  const word = Number.isSafeInteger(value) ? String(value) : value;
  return typeof word === "string" && isId(word) ? word : null;
}

/** A value that is an object. */
export function asObject(value: unknown): Payload | null {
  return isPayload(value) ? value : null;
}
