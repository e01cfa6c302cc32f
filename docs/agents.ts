import { AGENTS, type AgentName } from "../src/agents/agents.ts";
import { table } from "./tables.ts";

/** What the documents say of an agent besides its entry in `AGENTS`. */
interface Guide {
  /** In docs/guides/integrations. */
  readonly file: string;
  /** The version of the real program that was driven, or null for a preview. */
  readonly driven: string | null;
  /** What a person should know before reading the guide; "" for nothing. */
  readonly note: string;
}

/** The types require a guide for every agent. */
export const GUIDES: Readonly<Record<AgentName, Guide>> = {
  claude: { file: "claude-code.md", driven: "2.1.330", note: "also as a plugin" },
  codex: { file: "codex.md", driven: "0.169.0", note: 'choose "Trust all" when it asks' },
  gemini: { file: "gemini.md", driven: "0.61.0", note: "" },
  copilot: { file: "copilot.md", driven: "1.0.102", note: "" },
  qwen: { file: "qwen.md", driven: "0.24.4", note: "" },
  opencode: { file: "opencode.md", driven: "1.18.33", note: "with a plugin file" },
  cursor: { file: "cursor.md", driven: null, note: "" },
  droid: { file: "droid.md", driven: null, note: "" },
  kimi: { file: "kimi.md", driven: null, note: "" },
  windsurf: { file: "windsurf.md", driven: null, note: "" },
  vscode: { file: "vscode.md", driven: null, note: "runs the hooks of Claude Code" },
  cline: { file: "cline.md", driven: null, note: "understood, not installed" },
  amp: { file: "amp.md", driven: null, note: "understood, not installed" },
};

const NAMES = Object.keys(GUIDES) as AgentName[];

function guideLink(folder: string, agent: AgentName): string {
  const { file, note } = GUIDES[agent];
  return `[${AGENTS[agent].name}](${folder}/${file})${note === "" ? "" : `; ${note}`}`;
}

/** The README's table of agents. */
export function renderAgents(): string {
  const rows = NAMES.map((agent) => [
    guideLink("docs/guides/integrations", agent),
    AGENTS[agent].support,
  ]);
  return table(["agent and its guide", "hooks"], rows);
}

/** The same for docs/hooks.md, with the names that commands take. */
export function renderAgentNames(): string {
  const rows = NAMES.map((agent) => {
    const { agentId, support } = AGENTS[agent];
    const driven = GUIDES[agent].driven ?? "";
    const link = guideLink("guides/integrations", agent);
    return [`\`${agent}\``, `\`${agentId}\``, support, driven, link];
  });
  return table(["name", "agent id", "", "version that was driven", "guide"], rows);
}
