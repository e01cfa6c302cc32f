/** What `gc` was asked to remove; null stands for what it wasn't. */
export interface Limits {
  /** Milliseconds since 1970; sessions without a sign of life since go. */
  readonly before: number | null;
  /** Bytes in use above which the oldest sessions go. */
  readonly maxBytes: number | null;
}

export type Reason = "age" | "size";

/** Why a session goes now that so many bytes are in use, or null. */
export function whyRemoved(
  lastSignAt: number | null,
  usedBytes: number,
  { before, maxBytes }: Limits,
): Reason | null {
  if (before !== null && lastSignAt !== null && lastSignAt < before) return "age";
  return maxBytes !== null && usedBytes > maxBytes ? "size" : null;
}

/** What tells how much space a session takes. */
export interface SessionSize {
  readonly events: number;
  /** Those of them that hooks have stored, for which there is a row of our own. */
  readonly fromHooks: number;
  /** Of the content and metadata of its events. */
  readonly textBytes: number;
  /** Of the keys by which hooks' events are known. */
  readonly keyBytes: number;
  /** Of its id. */
  readonly idBytes: number;
}

const BYTES_A_SESSION = 500;
/** What its row and its index entry take beside texts: of an event, and of our row about it. */
const BYTES_AN_EVENT = 53;
const BYTES_A_HOOK_EVENT = 36;

/** About how many bytes a session takes in the database. */
export function approximateBytes(size: SessionSize): number {
  const { events, fromHooks, textBytes, keyBytes, idBytes } = size;
  const fixed = BYTES_A_SESSION + events * BYTES_AN_EVENT + fromHooks * BYTES_A_HOOK_EVENT;
  // Ids and keys stand in the row and in the index.
  return fixed + textBytes + 2 * (keyBytes + (events + fromHooks) * idBytes);
}
