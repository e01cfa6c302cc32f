import type { Connection } from "../store/connection.ts";
import { PROGRESS } from "./statements.ts";

/** An id as another program may have stored it. */
export type Id = string | number | Uint8Array;

/** How far the index is. */
export interface Progress {
  /** The highest event that was indexed. */
  readonly event_id: number;
  /** The highest of the indexed events that was still there, and what it is known by; null where there is none. */
  readonly mark_id: number | null;
  readonly mark: string | null;
  /** The highest rowid of the sessions that were looked at. */
  readonly session_rowid: number;
  /** When everything was looked at last. */
  readonly checked_ms: number;
  /** Whether the file may hold words of what was deleted. */
  readonly has_remains: number;
}

const NOTHING: Progress = {
  event_id: 0,
  mark_id: null,
  mark: null,
  session_rowid: 0,
  checked_ms: 0,
  has_remains: 0,
};

export function progressOf(db: Connection): Progress {
  const row = db.query<Progress, []>(PROGRESS).get();
  return row ?? NOTHING;
}
