import type { AgentName } from "../agents/agents.ts";
import type { Usage } from "../usage/cost.ts";
import { bytesToRead, type PlannedSources } from "./changes/plan.ts";

/** What has become of an agent's transcripts. */
export interface AgentReport {
  readonly agent: AgentName;
  /** Transcripts, each of a session or of all of them. */
  readonly found: number;
  /** Those that had something new, with their bytes. */
  readonly changed: number;
  readonly bytes: number;
  /** Those that another process has read meanwhile. */
  readonly shared: number;
  /** What was added; 0 for a dry run. */
  readonly sessions: number;
  readonly events: number;
  readonly usage: Usage | null;
  /** Lines that told nothing. */
  readonly passedOver: number;
  /** What could not be read, and why. */
  readonly problems: readonly string[];
}

/** Whether something was read, or stored of what couldn't be read to its end. */
export function isTaken({ changed, sessions, events }: AgentReport): boolean {
  return changed > 0 || sessions > 0 || events > 0;
}

/** What is known before anything is read. */
export function foreseen(planned: PlannedSources): AgentReport {
  const { agent, sources, unchanged, refused: problems } = planned;
  const found = sources.length + unchanged;
  const none = { shared: 0, sessions: 0, events: 0, usage: null, passedOver: 0, problems };
  return { agent, found, changed: sources.length, bytes: bytesToRead([planned]), ...none };
}
