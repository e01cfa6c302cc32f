import type { Session } from "../../store/rows.ts";
import type { Duration } from "../../text/duration.ts";

export interface StartInput {
  readonly agentId: string;
  readonly title: string | null;
  readonly namespace: string;
  readonly idempotent: boolean;
  /** Active sessions that started longer ago than this are ended first. */
  readonly staleAfter: Duration | null;
}

export interface StartResult {
  readonly session: Session;
  readonly resumed: boolean;
  readonly staleIds: readonly string[];
  readonly crossAgentId: string | null;
  /** Active sessions that were current and stay active next to the new one. */
  readonly leftActive: readonly Session[];
}
