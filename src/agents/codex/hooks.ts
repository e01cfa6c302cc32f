import type { AgentHooks } from "../wire/agent-hooks.ts";
import { claudeBriefed, decodeClaudeShape } from "../wire/claude-shape.ts";
import { CLAUDE_EVENTS, type EventTable } from "../wire/event-name.ts";

/** Both compact events come for one compaction. An interrupted turn sends no Stop. */
const EVENTS: EventTable = {
  ...CLAUDE_EVENTS,
  PreCompact: null,
  PostCompact: "compact",
  Interrupt: "turn-end",
};

export const codexHooks: AgentHooks = {
  decode: (event, payload) =>
    decodeClaudeShape({ agent: "codex", events: EVENTS, promptId: ["turn_id"] }, event, payload),
  isSigned: null,
  isShaped: null,
  homes: [".codex"],
  variables: null,
  briefed: claudeBriefed,
  unusedWithout: null,
  process: { variable: null },
  envFileVariable: null,
};
