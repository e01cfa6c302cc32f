import type { Env } from "../../settings/environment.ts";
import type { Payload } from "./payload.ts";

/** That the turn was ended, of which its hooks tell nothing; that the agent is done, which they may tell; or that it goes on. */
export type TurnSign = "end" | "done" | "work";

/** A file of one line in which an agent says whether it works. */
interface AgentStatus {
  /** Where it is, by the path of a transcript and the agent's pid; null where that lies elsewhere than usual. */
  file(transcript: string, pid: number): string | null;
  /** Since when this session rests, in milliseconds since 1970; null where it works, or is another one. */
  restsSince(status: Payload, externalId: string): number | null;
}

/** The transcript of an agent whose hooks don't tell of every turn's end: not of one that was interrupted or failed. */
export interface AgentTranscript {
  /** What a line tells; null where that is nothing. */
  told(line: Payload): TurnSign | null;
  /** Where it is by the agent's own id of the session, until a hook has named it; null where the first one does. */
  readonly file: ((externalId: string, env: Env) => string | null) | null;
  /** What the agent itself writes of its process, beside its transcripts; null where it writes nothing. */
  readonly status: AgentStatus | null;
}
