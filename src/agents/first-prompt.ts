import { AGENTS, type AgentName } from "./agents.ts";

/** The command that starts an agent with a first PROMPT and goes on with the person, of those whose program was asked. */
const FIRST_PROMPTS: Partial<Readonly<Record<AgentName, string>>> = {
  claude: "claude PROMPT",
  codex: "codex PROMPT",
  gemini: "gemini --prompt-interactive PROMPT",
  qwen: "qwen --prompt-interactive PROMPT",
  copilot: "copilot --interactive PROMPT",
  opencode: "opencode --prompt PROMPT",
};

/** The agents that can be started with a first prompt. */
export const AGENTS_WITH_FIRST_PROMPT = Object.keys(FIRST_PROMPTS) as readonly AgentName[];

/** The agent that was named; null for a word that names none. */
export function agentNamed(word: string): AgentName | null {
  return Object.hasOwn(AGENTS, word) ? (word as AgentName) : null;
}

/** The words that start an agent with a first prompt; null where none are known. */
export function firstPromptWords(agent: AgentName, prompt: string): string[] | null {
  const command = FIRST_PROMPTS[agent];
  return command?.split(" ").map((word) => (word === "PROMPT" ? prompt : word)) ?? null;
}
