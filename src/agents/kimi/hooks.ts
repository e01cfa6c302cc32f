import type { AgentHooks } from "../wire/agent-hooks.ts";
import { decodeClaudeShape } from "../wire/claude-shape.ts";
import { CLAUDE_EVENTS, type EventTable } from "../wire/event-name.ts";

/**
 * TurnStarted and UserPromptQueued repeat what UserPromptSubmit tells. The Stop of a subagent's turn comes
 * under its parent's id and says nothing of the subagent: it is a turn's end like any other.
 */
const EVENTS: EventTable = {
  ...CLAUDE_EVENTS,
  Interrupt: "turn-end",
  PermissionResult: null,
  SessionHeartbeat: null,
  TaskStarted: null,
  TurnStarted: null,
  UserPromptQueued: null,
};

export const kimiHooks: AgentHooks = {
  decode: (event, payload) => decodeClaudeShape({ agent: "kimi", events: EVENTS }, event, payload),
  events: EVENTS,
  isSigned: (payload) => payload["client_type"] === "kimi_code_cli",
  isShaped: null,
  homes: [".kimi", ".kimi-code"],
  variables: null,
  briefed: null,
  unusedWithout: null,
  process: null,
  envFileVariable: null,
};
