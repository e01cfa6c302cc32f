import type { Env } from "../../settings/environment.ts";
import { AGENT_NAMES, type AgentName, type AnyAgent, GENERIC } from "../agents.ts";
import { HOOKS } from "../hooks.ts";
import { id, isCamelCase, type Payload, text } from "./payload.ts";

const MAX_PATH = 4096;

const DROID_MODES: readonly unknown[] = ["off", "spec", "auto-low", "auto-medium", "auto-high"];

/**
 * Who called, which need not be whom the command line names: agents run each other's configuration. The
 * payload counts before the command line, and the environment only where neither can tell, since agents
 * inherit it from the agent whose shell they were started in.
 */
export function detectCaller(named: AnyAgent, payload: Payload, env: Env): AnyAgent {
  return byOwnFields(payload) ?? byTranscript(payload) ?? byHabits(named, payload, env) ?? named;
}

function byOwnFields(payload: Payload): AgentName | null {
  const signs = (agent: AgentName) => HOOKS[agent].isSigned?.(payload);
  const shapes = (agent: AgentName) => HOOKS[agent].isShaped?.(payload);
  return AGENT_NAMES.find(signs) ?? AGENT_NAMES.find(shapes) ?? null;
}

function byTranscript(payload: Payload): AgentName | null {
  const path = text(payload, "transcript_path", "transcriptPath");
  if (path === null || path.length > MAX_PATH) return null;
  const parts = path.split("\\").join("/").split("/");
  const home = parts.findLast((part) => ownerOf(part) !== null);
  // With CLAUDE_CONFIG_DIR or CODEX_HOME a transcript may lie anywhere, and keeps its name.
  const own = `${id(payload, "session_id")}.jsonl`;
  if (parts.at(-1) === own && parts.at(-3) === "projects" && parts.at(-4) !== home) return "claude";
  if (home !== undefined) return ownerOf(home);
  return /^rollout-.+\.jsonl$/u.test(parts.at(-1) ?? "") ? "codex" : null;
}

function ownerOf(home: string): AgentName | null {
  return AGENT_NAMES.find((agent) => HOOKS[agent].homes.includes(home)) ?? null;
}

function byHabits(named: AnyAgent, payload: Payload, env: Env): AgentName | null {
  if (named !== "claude" && named !== "copilot" && named !== GENERIC) return null;
  if (DROID_MODES.includes(payload["permission_mode"])) return "droid";
  const owner = bySession(id(payload, "session_id"), env);
  if (owner !== null) return owner;
  if (named === "claude") return notClaude(payload, env);
  return named === GENERIC && isCopilots(payload, env) ? "copilot" : null;
}

/** The agent that tells its hooks of the same session in a variable. */
function bySession(session: string | null, env: Env): AgentName | null {
  if (session === null) return null;
  const told = (agent: AgentName) => {
    const variable = HOOKS[agent].variables?.session ?? null;
    return variable !== null && env[variable] === session;
  };
  return AGENT_NAMES.find(told) ?? null;
}

/** Claude sends no camel case, no turn's id and no time. */
function notClaude(payload: Payload, env: Env): AgentName | null {
  if (isCamelCase(payload)) return "copilot";
  if (text(payload, "turn_id") !== null) return "codex";
  if (text(payload, "timestamp") === null || id(payload, "session_id") === null) return null;
  if (text(payload, "transcript_path") === null) return "copilot";
  if (text(payload, "permission_mode") !== null) return "qwen";
  return env["COPILOT_CLI"] === undefined ? "gemini" : "copilot";
}

function isCopilots(payload: Payload, env: Env): boolean {
  if (text(payload, "timestamp") === null || text(payload, "transcript_path") !== null)
    return false;
  return text(payload, "initial_prompt") !== null || env["COPILOT_CLI"] !== undefined;
}
