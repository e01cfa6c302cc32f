import type { Context } from "../context.ts";
import { UserError } from "../errors.ts";
import { counted } from "../text/text.ts";

/** What `gc` deletes; null for a limit that wasn't given. */
export interface Limits {
  /** Milliseconds since 1970. Sessions without a sign of life since then are deleted. */
  readonly before: number | null;
  /** Bytes in use. Above this the oldest sessions are deleted. */
  readonly maxBytes: number | null;
}

export type Reason = "age" | "size";

/** Why a session is deleted when this many bytes are in use, or null if it isn't. */
export function whyRemoved(
  lastSignAt: number | null,
  usedBytes: number,
  { before, maxBytes }: Limits,
): Reason | null {
  if (before !== null && lastSignAt !== null && lastSignAt < before) return "age";
  return maxBytes !== null && usedBytes > maxBytes ? "size" : null;
}

/** What a session's size depends on. */
export interface SessionSize {
  readonly events: number;
  /** The events from hooks, which also have a row in `mm_events`. */
  readonly fromHooks: number;
  /** Bytes of the events' content and metadata. */
  readonly textBytes: number;
  /** Bytes of the keys that identify hooks' events. */
  readonly keyBytes: number;
  /** Bytes of the session's id. */
  readonly idBytes: number;
}

const BYTES_A_SESSION = 500;
/** What an event's row and index entry take besides its texts, and the same for its row in `mm_events`. */
const BYTES_AN_EVENT = 53;
const BYTES_A_HOOK_EVENT = 36;

/** About how many bytes a session takes in the database. */
export function approximateBytes(size: SessionSize): number {
  const { events, fromHooks, textBytes, keyBytes, idBytes } = size;
  const fixed = BYTES_A_SESSION + events * BYTES_AN_EVENT + fromHooks * BYTES_A_HOOK_EVENT;
  // Ids and keys are stored in the row and in an index.
  return fixed + textBytes + 2 * (keyBytes + (events + fromHooks) * idBytes);
}

/** What is about to be deleted. */
export interface Loss {
  readonly sessions: number;
  readonly events: number;
  /** The number of all sessions that have ended. */
  readonly ended: number;
  /** Whether the sessions were named one by one. */
  readonly isNamed: boolean;
  /** What a dry run prints. */
  readonly foreseen: string;
}

/** Whether most of the ended sessions would go. A single session that was named is meant. */
function looksLikeSlip({ sessions, ended, isNamed }: Loss): boolean {
  return sessions * 2 > ended && !(isNamed && sessions === 1);
}

/**
 * Asks a person at a terminal. Elsewhere it refuses only what looks like a slip.
 * @throws UserError `declined`, `confirmation_needed`
 */
export async function confirmLoss(
  { terminal, err }: Pick<Context, "terminal" | "err">,
  loss: Loss,
): Promise<void> {
  if (loss.sessions === 0) return;
  const what = `${counted(loss.sessions, "session")} (${counted(loss.events, "event")})`;
  if (terminal.stdinIsTty()) {
    err(loss.foreseen);
    if (await terminal.confirm(`Delete ${what}? This can't be undone. [y/N] `)) return;
    throw new UserError("declined", "nothing was deleted");
  }
  if (!looksLikeSlip(loss)) return;
  throw new UserError(
    "confirmation_needed",
    `this would delete ${what}, more than half of those that have ended`,
    "add --yes if you mean it, or --dry-run to see what would be deleted",
  );
}
