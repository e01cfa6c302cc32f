import type { Env } from "../../context.ts";
import { type Client, GENERIC } from "../agents.ts";
import { id, number, object, type Payload, text } from "./payload.ts";

type Caller = Client | typeof GENERIC;

/** Fields that one client alone sends, in every event. */
const OWN_FIELDS: readonly (readonly [Client, (payload: Payload) => boolean])[] = [
  ["cursor", (p) => text(p, "cursor_version") !== null || isConversation(p)],
  ["kimi", (p) => p["client_type"] === "kimi_code_cli"],
  ["windsurf", (p) => text(p, "agent_action_name") !== null && id(p, "trajectory_id") !== null],
  ["cline", (p) => text(p, "hookName") !== null && id(p, "taskId") !== null],
  [
    "opencode",
    (p) => isNameless(p) && text(p, "type") !== null && object(p, "properties") !== null,
  ],
  ["amp", (p) => isNameless(p) && id(object(p, "thread"), "id") !== null],
  ["vscode", (p) => isCamel(p) && text(p, "hookEventName") !== null],
  ["copilot", (p) => isCamel(p) && number(p, "timestamp") !== null],
];

function isConversation(payload: Payload): boolean {
  return text(payload, "conversation_id") !== null && text(payload, "generation_id") !== null;
}

function isNameless(payload: Payload): boolean {
  return payload["session_id"] === undefined && payload["sessionId"] === undefined;
}

function isCamel(payload: Payload): boolean {
  return payload["session_id"] === undefined && id(payload, "sessionId") !== null;
}

/** The folders in a home that hold one client's transcripts. */
const HOMES: Readonly<Record<string, Client>> = {
  ".claude": "claude",
  ".codex": "codex",
  ".copilot": "copilot",
  ".cursor": "cursor",
  ".factory": "droid",
  ".gemini": "gemini",
  ".kimi": "kimi",
  ".kimi-code": "kimi",
  ".qwen": "qwen",
};

const MAX_PATH = 4096;

const DROID_MODES: readonly unknown[] = ["off", "spec", "auto-low", "auto-medium", "auto-high"];

/**
 * Who called, which need not be whom the command line names: clients run each other's configuration. The
 * payload counts before the command line, and the environment only where neither can tell, since agents
 * inherit it from the agent whose shell they were started in.
 */
export function detectCaller(named: Caller, payload: Payload, env: Env): Caller {
  return byOwnFields(payload) ?? byTranscript(payload) ?? byHabits(named, payload, env) ?? named;
}

function byOwnFields(payload: Payload): Client | null {
  return OWN_FIELDS.find(([, sends]) => sends(payload))?.[0] ?? null;
}

function byTranscript(payload: Payload): Client | null {
  const path = text(payload, "transcript_path", "transcriptPath");
  if (path === null || path.length > MAX_PATH) return null;
  const parts = path.split("\\").join("/").split("/");
  const home = parts.findLast((part) => Object.hasOwn(HOMES, part));
  const owner = home === undefined ? null : (HOMES[home] ?? null);
  // With CLAUDE_CONFIG_DIR or CODEX_HOME a transcript may lie anywhere, and keeps its name.
  const own = `${id(payload, "session_id")}.jsonl`;
  if (parts.at(-1) === own && parts.at(-3) === "projects" && parts.at(-4) !== home) return "claude";
  return owner ?? (/^rollout-.+\.jsonl$/u.test(parts.at(-1) ?? "") ? "codex" : null);
}

function byHabits(named: Caller, payload: Payload, env: Env): Client | null {
  if (named !== "claude" && named !== "copilot" && named !== GENERIC) return null;
  if (DROID_MODES.includes(payload["permission_mode"])) return "droid";
  const session = id(payload, "session_id");
  if (session !== null && session === env["CLAUDE_CODE_SESSION_ID"]) return "claude";
  if (session !== null && session === env["GEMINI_SESSION_ID"]) return "gemini";
  if (named === "claude") return notClaude(payload, env);
  return named === GENERIC && isCopilots(payload, env) ? "copilot" : null;
}

/** Claude sends no camel case, no turn's id and no time. */
function notClaude(payload: Payload, env: Env): Client | null {
  if (isCamel(payload)) return "copilot";
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
