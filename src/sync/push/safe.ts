import { storedText, textOrNull } from "../../store/rows.ts";
import { mayHoldSecret, redact } from "../../text/redact.ts";
import { exactObject, namesField, redactJson } from "../../text/redact-json.ts";
import { isObject } from "../../text/text.ts";

/** The server takes no text longer than this from us; a hook stores less. */
const MAX_CONTENT = 1_000_000;

/** Makes a text safe to be sent: without secrets, and as PostgreSQL takes it. */
export type Safe = (text: string) => string;

/** A text as PostgreSQL takes it: whole characters, without NUL. */
function clean(text: string): string {
  return text.toWellFormed().replaceAll("\0", "␀");
}

const redacted: Safe = (text) => clean(redact(text));
const asIs: Safe = (text) => text;

/**
 * What makes texts safe. All of them are looked through at once, each on lines of its own, which takes a third of the
 * time: if together they hold no sign of a secret, none of them does, and `redact` would leave each as it is.
 */
export function safeFor(all: string): Safe {
  if (mayHoldSecret(all)) return redacted;
  return clean(all) === all ? asIs : clean;
}

export function sentText(value: unknown, safe: Safe): string | null {
  const text = textOrNull(value);
  return text === null ? null : safe(text);
}

export function safeContent(value: unknown, safe: Safe): string {
  const text = safe(storedText(value));
  return text.length <= MAX_CONTENT ? text : clean(text.slice(0, MAX_CONTENT));
}

/** An id or a name, which holds no secret. */
export function fixedText(value: unknown): string | null {
  const text = textOrNull(value);
  return text === null ? null : clean(text);
}

/** A secret of a known pattern is longer than this. */
const SHORT = 12;

/** Programs may use anything as a key, as for a table of tokens. */
export function safeKey(key: string, safe: Safe = redacted): string {
  return key.length <= SHORT ? clean(key) : safe(key);
}

/** What lies deeper is read by no program, nor by the server. */
const MOST_DEPTH = 1000;

/** @throws RangeError for what is nested too deeply */
function cleanDeeply(value: unknown, depth = 0): unknown {
  if (typeof value === "string") return clean(value);
  if (!Array.isArray(value) && !isObject(value)) return value;
  if (depth > MOST_DEPTH) throw new RangeError("too deep");
  if (Array.isArray(value)) return value.map((member) => cleanDeeply(member, depth + 1));
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) => [safeKey(key), cleanDeeply(member, depth + 1)]),
  );
}

type Metadata = Readonly<Record<string, unknown>>;

/** What a JSON text means, if it may be sent as it stands. Without escapes, it shows each name and value. */
function plainObject(text: string, safe: Safe): Metadata | null {
  if (safe !== asIs || text.includes("\\") || namesField(text)) return null;
  return exactObject(text);
}

/** Metadata as an object, whatever another program stored. */
export function safeMetadata(value: unknown, safe: Safe): Metadata {
  const text = storedText(value);
  if (text === "" || text === "{}") return {};
  const plain = plainObject(text, safe);
  if (plain !== null) return plain;
  const object = exactObject(text) ?? parsed(text);
  try {
    if (object !== null) return cleanDeeply(redactJson(object)) as Metadata;
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
  }
  return { _unreadable: safeContent(text, redacted) };
}

/** The same as a JSON text. */
export function metadataJson(value: unknown, safe: Safe): string {
  const text = storedText(value);
  if (plainObject(text, safe) !== null) return text;
  return JSON.stringify(safeMetadata(value, safe));
}

/** JSON whose numbers or escapes are written in another way than ours. */
function parsed(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? { ...value } : null;
  } catch {
    return null;
  }
}
