import { type AnyAgent, GENERIC } from "./agents.ts";
import { ampHooks } from "./amp/hooks.ts";
import { claudeHooks } from "./claude/hooks.ts";
import { clineHooks } from "./cline/hooks.ts";
import { codexHooks } from "./codex/hooks.ts";
import { copilotHooks } from "./copilot/hooks.ts";
import { cursorHooks } from "./cursor/hooks.ts";
import { droidHooks } from "./droid/hooks.ts";
import { geminiHooks } from "./gemini/hooks.ts";
import { kimiHooks } from "./kimi/hooks.ts";
import { opencodeHooks } from "./opencode/hooks.ts";
import { qwenHooks } from "./qwen/hooks.ts";
import { vscodeHooks } from "./vscode/hooks.ts";
import { windsurfHooks } from "./windsurf/hooks.ts";
import type { AgentHooks } from "./wire/agent-hooks.ts";
import { claudeBriefed, decodeClaudeShape } from "./wire/claude-shape.ts";
import { CLAUDE_EVENTS } from "./wire/event-name.ts";

const generic: AgentHooks = {
  decode: (event, payload) =>
    decodeClaudeShape(
      {
        agent: GENERIC,
        events: CLAUDE_EVENTS,
        session: ["session_id", "sessionId", "conversation_id"],
        promptId: ["prompt_id"],
      },
      event,
      payload,
    ),
  events: CLAUDE_EVENTS,
  isSigned: null,
  isShaped: null,
  homes: [],
  variables: null,
  briefed: claudeBriefed,
  unusedWithout: null,
  process: null,
  envFileVariable: null,
};

/**
 * The hooks of every agent whose hooks `mm` understands. All are loaded at once: together they are smaller
 * than what a lazy import of one costs.
 */
export const HOOKS: Readonly<Record<AnyAgent, AgentHooks>> = {
  claude: claudeHooks,
  codex: codexHooks,
  gemini: geminiHooks,
  copilot: copilotHooks,
  qwen: qwenHooks,
  opencode: opencodeHooks,
  cursor: cursorHooks,
  vscode: vscodeHooks,
  droid: droidHooks,
  kimi: kimiHooks,
  windsurf: windsurfHooks,
  cline: clineHooks,
  amp: ampHooks,
  generic,
};
