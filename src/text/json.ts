/** SQLite's functions read no JSON that is nested deeper, and the engine's own overflow their stack on much more. */
export const MAX_JSON_DEPTH = 1000;

/** Only what nests is gathered: a list may have a million numbers. */
function nestedIn(value: unknown): unknown[] {
  const members: unknown[] = Array.isArray(value) ? value : Object.values(value as object);
  return members.filter((member) => typeof member === "object" && member !== null);
}

/** How deep lists and objects lie in one another, 0 for none, counted no further than one more than `most`. */
export function depthOf(value: unknown, most = Number.POSITIVE_INFINITY): number {
  let level: unknown[] = typeof value === "object" && value !== null ? [value] : [];
  let depth = 0;
  for (; level.length > 0 && depth <= most; depth++) {
    level = level.length === 1 ? nestedIn(level[0]) : level.flatMap(nestedIn);
  }
  return depth;
}

/**
 * Reads a JSON text.
 * @throws SyntaxError, RangeError where it is nested deeper than `MAX_JSON_DEPTH`
 */
export function parseJsonText(text: string): unknown {
  const value: unknown = JSON.parse(text);
  // Each level takes a bracket at either end.
  const mayBeDeep = text.length > 2 * MAX_JSON_DEPTH;
  if (mayBeDeep && depthOf(value, MAX_JSON_DEPTH) > MAX_JSON_DEPTH) {
    throw new RangeError("it is nested too deeply");
  }
  return value;
}
