import type { Decode } from "../wire/build.ts";
import { decodeClaudeShape } from "../wire/claude-shape.ts";
import type { EventTable } from "../wire/event-name.ts";
import { id } from "../wire/payload.ts";

/** Shell, MCP and file events come beside postToolUse for the same tool. */
const EVENTS: EventTable = {
  sessionStart: "session-start",
  sessionEnd: "session-end",
  beforeSubmitPrompt: "prompt",
  preToolUse: "tool-start",
  postToolUse: "tool-call",
  postToolUseFailure: "tool-error",
  subagentStart: "subagent-start",
  subagentStop: "subagent-stop",
  stop: "turn-end",
  preCompact: "compact",
  afterAgentResponse: null,
  afterAgentThought: null,
  afterFileEdit: null,
  afterMCPExecution: null,
  afterShellExecution: null,
  afterTabFileEdit: null,
  beforeMCPExecution: null,
  beforeReadFile: null,
  beforeShellExecution: null,
  beforeTabFileRead: null,
  workspaceOpen: null,
};

export const decode: Decode = (typed, payload) => {
  const event = decodeClaudeShape(
    {
      client: "cursor",
      events: EVENTS,
      session: ["conversation_id", "session_id"],
      promptId: ["generation_id"],
      version: "cursor_version",
    },
    typed,
    payload,
  );
  if (event === null || !event.kind.startsWith("subagent-")) return event;
  return { ...event, externalId: id(payload, "parent_conversation_id") ?? event.externalId };
};
