import type { Variable } from "../settings/environment.ts";
import { AGENT_NAMES, type AgentName } from "./agents.ts";

/** How an agent shows itself to the server that it asks. */
interface Asking {
  /** The beginning of the name by which it introduces itself. */
  readonly name: string;
  /** The variable that names its session, or did when the server was started; null for none. */
  readonly sessionVariable: Variable | null;
}

/** Those whose real program was driven. */
const ASKING: Partial<Readonly<Record<AgentName, Asking>>> = {
  claude: { name: "claude-code", sessionVariable: "CLAUDE_CODE_SESSION_ID" },
  codex: { name: "codex-", sessionVariable: null },
  gemini: { name: "gemini-cli-", sessionVariable: null },
  qwen: { name: "qwen-", sessionVariable: "QWEN_CODE_SESSION_ID" },
  copilot: { name: "copilot-", sessionVariable: "COPILOT_AGENT_SESSION_ID" },
  opencode: { name: "opencode", sessionVariable: null },
};

/** Which agent introduces itself by this name; null for one that isn't known. */
export function askingAgent(name: string): AgentName | null {
  return AGENT_NAMES.find((agent) => name.startsWith(ASKING[agent]?.name ?? "\0")) ?? null;
}

/** The variable by which an agent tells the servers that it starts which session is its own; null for none. */
export function sessionVariableOf(agent: AgentName): Variable | null {
  return ASKING[agent]?.sessionVariable ?? null;
}
