/** SQLite's limit for its JSON functions. Bun's own overflow the stack at some 30,000 levels. */
export const MAX_JSON_DEPTH = 1000;

/** Returns only nested values, since a list may have a million numbers. */
function nestedIn(value: unknown): unknown[] {
  const members: unknown[] = Array.isArray(value) ? value : Object.values(value as object);
  return members.filter((member) => typeof member === "object" && member !== null);
}

/** How deeply lists and objects are nested; 0 for a plain value. Stops counting at one more than `most`. */
export function depthOf(value: unknown, most = Number.POSITIVE_INFINITY): number {
  let level: unknown[] = typeof value === "object" && value !== null ? [value] : [];
  let depth = 0;
  for (; level.length > 0 && depth <= most; depth++) {
    level = level.length === 1 ? nestedIn(level[0]) : level.flatMap(nestedIn);
  }
  return depth;
}

/**
 * Parses JSON.
 * @throws SyntaxError; RangeError if it is nested deeper than `MAX_JSON_DEPTH`
 */
export function parseJsonText(text: string): unknown {
  const value: unknown = JSON.parse(text);
  // Each level takes two brackets.
  const mayBeDeep = text.length > 2 * MAX_JSON_DEPTH;
  if (mayBeDeep && depthOf(value, MAX_JSON_DEPTH) > MAX_JSON_DEPTH) {
    throw new RangeError("it is nested too deeply");
  }
  return value;
}

/** Sets a member of a value that may have any key: an assignment to `__proto__` would set the prototype. */
export function setMember(into: object, key: string | number, value: unknown): void {
  Object.defineProperty(into, key, { value, configurable: true, enumerable: true, writable: true });
}
