import type { Variable } from "../settings/environment.ts";

/** Whether an agent's real program was driven, or only its documents read. */
type Support = "supported" | "preview";

/** What all of `mm` may know of an agent. The hot path loads this list: it holds words alone. */
interface Agent {
  /** The agent id of its sessions. */
  readonly agentId: string;
  /** How people call it. */
  readonly name: string;
  readonly support: Support;
  /** The variable in which its shells find the id of its session, or null. */
  readonly shellVariable: Variable | null;
  /** Its own command that resumes the session ID, or null where none is known. */
  readonly resume: string | null;
}

function listed<Word extends string>(agents: Readonly<Record<Word, Agent>>) {
  return agents;
}

/** Every agent whose hooks `mm` understands, by the AGENT of `mm hook AGENT EVENT`. */
export const AGENTS = listed({
  claude: {
    agentId: "claude-code",
    name: "Claude Code",
    support: "supported",
    shellVariable: "CLAUDE_CODE_SESSION_ID",
    resume: "claude --resume ID",
  },
  codex: {
    agentId: "codex",
    name: "Codex CLI",
    support: "supported",
    shellVariable: "CODEX_SESSION_ID",
    resume: "codex resume ID",
  },
  gemini: {
    agentId: "gemini-cli",
    name: "Gemini CLI",
    support: "supported",
    shellVariable: null,
    resume: "gemini --resume ID",
  },
  copilot: {
    agentId: "copilot-cli",
    name: "GitHub Copilot CLI",
    support: "supported",
    shellVariable: "COPILOT_AGENT_SESSION_ID",
    // Its value is optional, hence the form that Copilot prints itself.
    resume: "copilot --resume=ID",
  },
  qwen: {
    agentId: "qwen-code",
    name: "Qwen Code",
    support: "supported",
    shellVariable: null,
    resume: "qwen --resume ID",
  },
  opencode: {
    agentId: "opencode",
    name: "OpenCode",
    support: "supported",
    shellVariable: null,
    resume: "opencode --session ID",
  },
  cursor: {
    agentId: "cursor",
    name: "Cursor",
    support: "preview",
    shellVariable: "CURSOR_CONVERSATION_ID",
    resume: null,
  },
  vscode: {
    agentId: "vscode",
    name: "VS Code",
    support: "preview",
    shellVariable: null,
    resume: null,
  },
  droid: {
    agentId: "droid",
    name: "Factory Droid",
    support: "preview",
    shellVariable: null,
    resume: "droid --resume ID",
  },
  kimi: {
    agentId: "kimi-code",
    name: "Kimi Code",
    support: "preview",
    shellVariable: null,
    resume: "kimi --session ID",
  },
  windsurf: {
    agentId: "windsurf",
    name: "Windsurf",
    support: "preview",
    shellVariable: null,
    resume: null,
  },
  cline: {
    agentId: "cline",
    name: "Cline",
    support: "preview",
    shellVariable: null,
    resume: null,
  },
  amp: {
    agentId: "amp",
    name: "Amp",
    support: "preview",
    shellVariable: null,
    resume: null,
  },
});

export type AgentName = keyof typeof AGENTS;

export const AGENT_NAMES = Object.keys(AGENTS) as readonly AgentName[];

/** The word for any other program that sends Claude's field names. */
export const GENERIC = "generic";

/** All that may call a hook. */
export type AnyAgent = AgentName | typeof GENERIC;
