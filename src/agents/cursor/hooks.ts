import type { AgentHooks } from "../wire/agent-hooks.ts";
import { decodeClaudeShape } from "../wire/claude-shape.ts";
import type { HookEvent } from "../wire/event.ts";
import type { EventTable } from "../wire/event-name.ts";
import { id, type Payload, text } from "../wire/payload.ts";

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

function decode(typed: string, payload: Payload): HookEvent | null {
  const event = decodeClaudeShape(
    {
      agent: "cursor",
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
}

function isConversation(payload: Payload): boolean {
  return text(payload, "conversation_id") !== null && text(payload, "generation_id") !== null;
}

export const cursorHooks: AgentHooks = {
  decode,
  events: EVENTS,
  isSigned: (payload) => text(payload, "cursor_version") !== null || isConversation(payload),
  isShaped: null,
  homes: [".cursor"],
  variables: {
    session: null,
    folder: ["CURSOR_PROJECT_DIR", "CLAUDE_PROJECT_DIR"],
    version: "CURSOR_VERSION",
  },
  briefed: (text) => ({ additional_context: text }),
  unusedWithout: null,
  process: null,
  envFileVariable: null,
};
