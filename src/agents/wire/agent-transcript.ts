import type { Env } from "../../settings/environment.ts";
import type { Payload } from "./payload.ts";

/** That a person interrupted the turn, or that it goes on. */
type TurnSign = "interruption" | "work";

/** The transcript of an agent whose hooks don't tell of an interrupted turn. */
export interface AgentTranscript {
  /** What a line tells; null where that is nothing. */
  told(line: Payload): TurnSign | null;
  /** Where it is by the agent's own id of the session, until a hook has named it; null where the first one does. */
  readonly file: ((externalId: string, env: Env) => string | null) | null;
}
