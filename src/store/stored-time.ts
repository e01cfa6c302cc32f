/** What a Date can hold. */
const MAX_MS = 8.64e15;

function inRange(ms: unknown): number | null {
  return typeof ms === "number" && Math.abs(ms) <= MAX_MS ? ms : null;
}

/**
 * A time in milliseconds since 1970: our own, else from the seconds that SQLite made of a text. Null where
 * neither is a time.
 */
export function storedTime(ownMs: unknown, seconds: unknown): number | null {
  return inRange(ownMs) ?? inRange(typeof seconds === "number" ? seconds * 1000 : null);
}

/** When a session last gave a sign of life, by the last of which a hook told, its last event, else its start. */
export function lastSignOfLife(
  ownMs: unknown,
  eventSeconds: unknown,
  startSeconds: unknown,
): number | null {
  const event = storedTime(null, eventSeconds);
  const own = inRange(ownMs);
  if (own === null) return event ?? storedTime(null, startSeconds);
  return Math.max(own, event ?? own);
}
