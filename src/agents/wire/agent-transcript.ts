import type { Env } from "../../settings/environment.ts";
import type { Payload } from "./payload.ts";

/** That the turn has ended of which its hooks tell no end, or that it goes on. */
export type TurnSign = "end" | "work";

/** The transcript of an agent whose hooks don't tell of every turn's end: not of one that was interrupted or failed. */
export interface AgentTranscript {
  /** What a line tells; null where that is nothing. */
  told(line: Payload): TurnSign | null;
  /** Where it is by the agent's own id of the session, until a hook has named it; null where the first one does. */
  readonly file: ((externalId: string, env: Env) => string | null) | null;
}
