import type { LiveState } from "../live/state.ts";
import type { Session } from "../sessions/plan.ts";
import type { TypeCount } from "../store/summary.ts";
import type { SessionDetails } from "./session-details.ts";
import type { TouchedFile } from "./touched-file.ts";

/** A session with all that is known of it but its events one by one. */
export interface ShownSession {
  readonly session: Session;
  readonly details: SessionDetails;
  readonly state: LiveState | "ended";
  /** The client's name, or null for a session that no client reported. */
  readonly clientName: string | null;
  readonly eventCount: number;
  /** Most frequent first. */
  readonly counts: readonly TypeCount[];
  readonly files: readonly TouchedFile[];
  /** From the start to the end or the last sign of life, in milliseconds; null where a time is missing. */
  readonly spanMs: number | null;
  /** The part of it in which events followed one another soon, as `active-time.ts` says. */
  readonly activeMs: number;
  readonly resumeCommand: string | null;
}
