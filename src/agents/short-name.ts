import { AGENTS } from "./agents.ts";

const WORDS: ReadonlyMap<string, string> = new Map(
  Object.entries(AGENTS).map(([word, { agentId }]) => [agentId, word]),
);

/** What tables call the agent of an agent id: `claude`, or the id itself if it is somebody's own. */
export function shortAgent(agentId: string): string {
  return WORDS.get(agentId) ?? agentId;
}
