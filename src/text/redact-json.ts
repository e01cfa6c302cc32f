import { parseJsonText, setMember } from "./json.ts";
import { markOf, mayHoldSecret, redact } from "./redact.ts";
import type { Cut } from "./redact-beginning.ts";
import { hasLooks } from "./secrets/assignment/looks.ts";
import { looksOf } from "./secrets/assignment/names.ts";
import { isObject } from "./text.ts";

/**
 * A copy of a JSON value with every string redacted, and every string under a key such as `password`
 * replaced. Keys stay. It keeps its own stack, so that no depth of nesting overflows the engine's:
 * members are pushed last first, to leave it in their order.
 * @param cut where only the beginning is wanted: what is left of it bounds all text, in its order
 */
export function redactJson(value: unknown, cut: Cut | null = null): unknown {
  const root: Record<string, unknown> = {};
  const pending: Member[] = [[root, "root", value, "root"]];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const [into, key, from, name] = next;
    if (cut !== null && into !== root && !cut.takes(key, Array.isArray(into))) break;
    let copy = from;
    if (typeof from === "string") copy = redactText(name, from, cut);
    else if (typeof from === "object" && from !== null) copy = pushMembers(from, cut, pending);
    setMember(into, key, copy);
  }
  return root["root"];
}

/** The value of a JSON text, where writing it again gives the same text; null for any other. */
export function exactObject(text: string): Record<string, unknown> | null {
  try {
    const value = parseJsonText(text);
    return isObject(value) && JSON.stringify(value) === text ? value : null;
  } catch {
    return null;
  }
}

/** Metadata as it is stored, redacted: as an object where it is one that `mm` wrote, else as the text that it is. */
export function redactJsonText(text: string): string {
  const object = mayHoldSecret(text) || namesField(text) ? exactObject(text) : null;
  return object === null ? redact(text) : JSON.stringify(redactJson(object));
}

/** `name` is what the value is judged by: its key, or the name beside it in `{"name": …, "value": …}`. */
type Member = readonly [into: object, key: string, from: unknown, name: string];

/** @returns the copy that the members are put into */
function pushMembers(from: object, cut: Cut | null, pending: Member[]): object {
  const copy = Array.isArray(from) ? [] : {};
  const entries = Object.entries(cut?.membersOf(from) ?? from).reverse();
  for (const [key, member] of entries) pending.push([copy, key, member, nameOf(key, from)]);
  return copy;
}

/** The key, or what another member says that the value is for. */
function nameOf(key: string, from: object): string {
  const others = Object.hasOwn(NAMED_BY, key) ? (NAMED_BY[key] ?? []) : [];
  const names = others.map((other) => Reflect.get(from, other));
  // "Password field", as an element of a page is told of.
  return (
    names.find((text) => typeof text === "string")?.replace(/ (?:field|input|box|textbox)$/i, "") ??
    key
  );
}

/** Whether a JSON text may hold such a name, of which the text itself shows no sign. */
export function namesField(text: string): boolean {
  return / (?:field|input|box|textbox)"/i.test(text);
}

const NAMED_BY: Readonly<Record<string, readonly string[]>> = {
  value: ["name", "key"],
  Value: ["Name", "Key"],
  text: ["element"],
};

function redactText(name: string, text: string, cut: Cut | null): string {
  return cut === null
    ? redactMember(name, text)
    : cut.apply(text, (part) => redactMember(name, part));
}

function redactMember(name: string, value: string): string {
  const looks = value === "" ? null : looksOf(name);
  if (looks === null || !hasLooks(value, { looks, name, isAttached: false })) return redact(value);
  const isMarked = /^\[redacted:[\w-]+\]$/.test(value);
  const isFolder = /pwd$/i.test(name) && /^(?:[~/.]|[A-Za-z]:[/\\])/.test(value);
  return isMarked || isFolder ? redact(value) : markOf("assignment");
}
