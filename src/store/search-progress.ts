import type { Connection } from "./connection.ts";
import { PROGRESS } from "./search-statements.ts";

/** An id as another program may have stored it. */
export type Id = string | number | Uint8Array;

/** How far the index is. */
export interface Progress {
  /** The event that was indexed last. */
  readonly event_id: number;
  /** The session of that event; null where it isn't known. */
  readonly session_id: Id | null;
  /** When everything was looked at last. */
  readonly checked_ms: number;
}

export function progressOf(db: Connection): Progress {
  const row = db.query<Progress, []>(PROGRESS).get();
  return row ?? { event_id: 0, session_id: null, checked_ms: 0 };
}
