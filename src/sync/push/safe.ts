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
 * What makes these texts safe. All of them are looked through at once, which takes a third of the time: if together they
 * hold no sign of a secret, none of them does, and `redact` would leave each as it is.
 */
export function safeFor(texts: readonly string[]): Safe {
  const all = texts.join("\n");
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

function cleanDeeply(value: unknown): unknown {
  if (typeof value === "string") return clean(value);
  if (Array.isArray(value)) return value.map(cleanDeeply);
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) => [safeKey(key), cleanDeeply(member)]),
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
  if (object === null) return { _unreadable: safeContent(text, redacted) };
  return cleanDeeply(redactJson(object)) as Metadata;
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
