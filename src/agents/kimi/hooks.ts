import type { Decode } from "../wire/build.ts";
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

export const decode: Decode = (event, payload) =>
  decodeClaudeShape({ client: "kimi", events: EVENTS }, event, payload);
