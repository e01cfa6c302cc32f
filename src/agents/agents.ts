/** Whether an agent's real program was driven, or only its documents read. */
type Support = "supported" | "preview";

interface Agent {
  /** The agent id of its sessions. */
  readonly agentId: string;
  /** How people call it. */
  readonly name: string;
  readonly support: Support;
}

/** Every agent whose hooks `mm` understands, by the word that stands in `mm hook CLIENT EVENT`. */
export const AGENTS = {
  claude: { agentId: "claude-code", name: "Claude Code", support: "supported" },
  codex: { agentId: "codex", name: "Codex CLI", support: "supported" },
  gemini: { agentId: "gemini-cli", name: "Gemini CLI", support: "supported" },
  copilot: { agentId: "copilot-cli", name: "GitHub Copilot CLI", support: "supported" },
  qwen: { agentId: "qwen-code", name: "Qwen Code", support: "supported" },
  opencode: { agentId: "opencode", name: "OpenCode", support: "supported" },
  cursor: { agentId: "cursor", name: "Cursor", support: "preview" },
  vscode: { agentId: "vscode", name: "VS Code", support: "preview" },
  droid: { agentId: "droid", name: "Factory Droid", support: "preview" },
  kimi: { agentId: "kimi-code", name: "Kimi Code", support: "preview" },
  windsurf: { agentId: "windsurf", name: "Windsurf", support: "preview" },
  cline: { agentId: "cline", name: "Cline", support: "preview" },
  amp: { agentId: "amp", name: "Amp", support: "preview" },
} as const satisfies Readonly<Record<string, Agent>>;

export type Client = keyof typeof AGENTS;

export const CLIENTS = Object.keys(AGENTS) as readonly Client[];

/** The word for any other program that sends Claude's field names. */
export const GENERIC = "generic";
