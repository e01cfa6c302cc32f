import { AGENT_NAMES, AGENTS } from "./agents.ts";

/** The agent ids that a typed word stands for: itself and, for the name of an agent, the id of its sessions. */
export function agentIdsOf(typed: string): readonly string[] {
  const name = AGENT_NAMES.find((known) => known === typed);
  return [...new Set([typed, ...(name === undefined ? [] : [AGENTS[name].agentId])])];
}
