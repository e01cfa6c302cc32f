import type { AgentHooks } from "../wire/agent-hooks.ts";
import { claudeBriefed, decodeClaudeShape } from "../wire/claude-shape.ts";
import { CLAUDE_EVENTS } from "../wire/event-name.ts";
import { isCamelCase, text } from "../wire/payload.ts";

export const vscodeHooks: AgentHooks = {
  decode: (event, payload) =>
    decodeClaudeShape({ agent: "vscode", events: CLAUDE_EVENTS }, event, payload),
  events: CLAUDE_EVENTS,
  isSigned: null,
  isShaped: (payload) => isCamelCase(payload) && text(payload, "hookEventName") !== null,
  homes: [],
  variables: null,
  briefed: claudeBriefed,
  unusedWithout: null,
  process: null,
  envFileVariable: null,
};
