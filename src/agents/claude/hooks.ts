import type { AgentHooks } from "../wire/agent-hooks.ts";
import { claudeBriefed, decodeClaudeShape } from "../wire/claude-shape.ts";
import { CLAUDE_EVENTS } from "../wire/event-name.ts";

export const claudeHooks: AgentHooks = {
  decode: (event, payload) =>
    decodeClaudeShape(
      { client: "claude", events: CLAUDE_EVENTS, promptId: ["prompt_id"] },
      event,
      payload,
    ),
  isSigned: null,
  isShaped: null,
  homes: [".claude"],
  variables: { session: "CLAUDE_CODE_SESSION_ID", folder: ["CLAUDE_PROJECT_DIR"], version: null },
  briefed: claudeBriefed,
  isUnusedWithoutTranscript: true,
  process: { variable: "CLAUDE_PID" },
  envFileVariable: "CLAUDE_ENV_FILE",
};
