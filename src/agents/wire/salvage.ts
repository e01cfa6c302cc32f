import { parse, skipSpace, skipSpaceBack, stringEnd, valueEnd, valueStart } from "./json-scan.ts";
import { decodePayload, isPayload, type Payload } from "./payload.ts";

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

/** What can be known of a payload that is too long to be read whole, from its first and its last bytes. */
export function salvagePayload(head: Uint8Array, tail: Uint8Array): Payload {
  const { fields: first } = fieldsFrom(decodePayload(head).trimStart(), 0, MAX_DEPTH);
  const last = lastFields(new TextDecoder().decode(tail), (key) => AT_THE_END.includes(key));
  return Object.fromEntries([...first, ...last]);
}

/** The beginning of an object that can be one. */
const OBJECT = /\{\s*"/gu;
/** Text before a payload may look like one, but not again and again. */
const MAX_OBJECTS = 32;
/** Of more only the beginning and the end are looked at: there is little time. */
const MAX_LOOKED_AT = 512 * 1024;
const END_BYTES = 4096;

/**
 * What a payload may mean that is no JSON: with raw line breaks or wrong escapes in its strings, quoted once
 * more, in single quotes, with text before or behind it, or without its end. Most likely first.
 */
export function* malformedPayloads(bytes: Uint8Array): Generator<Payload> {
  const text = decodePayload(bytes.subarray(0, MAX_LOOKED_AT));
  const whole = parseLoosely(text.trim());
  const unquoted = typeof whole === "string" ? parseLoosely(whole) : whole;
  if (isPayload(unquoted)) yield unquoted;
  const scripted = parseScript(text);
  if (isPayload(scripted)) yield scripted;
  const end = bytes.length > MAX_LOOKED_AT ? decodePayload(bytes.subarray(-END_BYTES)) : text;
  yield* objectsIn(
    text,
    lastFields(end, () => true),
  );
}

function* objectsIn(text: string, last: Fields): Generator<Payload> {
  OBJECT.lastIndex = 0;
  for (let n = 0; n < MAX_OBJECTS; n++) {
    const open = OBJECT.exec(text)?.index;
    if (open === undefined) return;
    const { fields, end } = fieldsFrom(text, open, MAX_DEPTH);
    if (fields.size > 0) yield Object.fromEntries(end === -1 ? [...last, ...fields] : fields);
    // What is inside a payload that is cut off is no payload of its own.
    if (fields.size > 0 && end === -1) return;
    OBJECT.lastIndex = Math.max(end, open + 1);
  }
}

/** An object as JavaScript would take it, or undefined. */
function parseScript(text: string): unknown {
  try {
    return Bun.JSON5.parse(text);
  } catch {
    return undefined;
  }
}

/** A JSON value whose strings may hold raw line breaks and wrong escapes, or undefined. */
function parseLoosely(text: string): unknown {
  const value = parse(text);
  return value === undefined ? parse(repaired(text)) : value;
}

const VALID_ESCAPE = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/u.source;
const WRONG_IN_STRING = new RegExp(`${VALID_ESCAPE}|[\\u0000-\\u001f\\\\]`, "gu");
const WRONG_OUTSIDE = /-?\b(?:NaN|Infinity)\b|,(?=\s*[}\]])/gu;

/** What is wrong as a single character becomes the escape that stands for it. */
function escaped(found: string): string {
  return found.length > 1 ? found : JSON.stringify(found).slice(1, -1);
}

function repaired(text: string): string {
  const outside = (part: string) =>
    part.replace(WRONG_OUTSIDE, (found) => (found === "," ? "" : "null"));
  const pieces: string[] = [];
  let at = 0;
  for (let open = text.indexOf('"'); open !== -1; open = text.indexOf('"', at)) {
    const end = stringEnd(text, open);
    if (end === -1) break;
    pieces.push(outside(text.slice(at, open)));
    pieces.push(text.slice(open, end).replace(WRONG_IN_STRING, escaped));
    at = end;
  }
  return pieces.join("") + outside(text.slice(at));
}

/** What is read of an object, and where it ends; -1 where it is cut off or goes on as no object does. */
interface ReadObject {
  readonly fields: Fields;
  readonly end: number;
}

/** The complete fields of the object that opens at `open`, up to the first that is cut off. */
function fieldsFrom(text: string, open: number, depth: number): ReadObject {
  const fields: Fields = new Map();
  let at = text[open] === "{" ? skipSpace(text, open + 1) : -1;
  while (text[at] === '"') {
    const field = fieldAt(text, at);
    if (field === null) return { fields, end: -1 };
    const { key, start } = field;
    const end = valueEnd(text, start);
    if (end === -1) {
      const part = WORTH_A_PART.includes(key) && depth > 1;
      if (part) fields.set(key, Object.fromEntries(fieldsFrom(text, start, depth - 1).fields));
      return { fields, end: -1 };
    }
    const value = parseLoosely(text.slice(start, end));
    if (value !== undefined) fields.set(key, value);
    const comma = skipSpace(text, end);
    at = text[comma] === "," ? skipSpace(text, comma + 1) : comma;
  }
  return { fields, end: text[at] === "}" ? at + 1 : -1 };
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
function lastFields(text: string, isWanted: (key: string) => boolean): Fields {
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
    const value = parseLoosely(text.slice(start, valueLast));
    const known = typeof key === "string" && isWanted(key) && !fields.has(key);
    if (known && value !== undefined) fields.set(key, value);
    end = skipSpaceBack(text, keyStart) - 1;
  } while (text[end] === ",");
  return fields;
}
