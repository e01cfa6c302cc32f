import type { AgentHooks } from "../wire/agent-hooks.ts";
import { folder, hookEvent, modelName } from "../wire/build.ts";
import type { HookEvent, HookKind } from "../wire/event.ts";
import { type EventTable, nameEvent } from "../wire/event-name.ts";
import { id, object, type Payload, text, time } from "../wire/payload.ts";
import { toolUse } from "../wire/tool.ts";

const EVENTS: EventTable = {
  pre_user_prompt: "prompt",
  pre_read_code: "tool-start",
  pre_write_code: "tool-start",
  pre_run_command: "tool-start",
  pre_mcp_tool_use: "tool-start",
  post_read_code: "tool-call",
  post_write_code: "tool-call",
  post_run_command: "tool-call",
  post_mcp_tool_use: "tool-call",
  post_cascade_response: "turn-end",
  post_cascade_response_with_transcript: "turn-end",
  post_setup_worktree: null,
};

function decode(typed: string, payload: Payload): HookEvent | null {
  const event = nameEvent(EVENTS, typed, text(payload, "agent_action_name"));
  const externalId = id(payload, "trajectory_id");
  if (event === null || externalId === null) return null;
  const info = object(payload, "tool_info");
  return hookEvent("windsurf", event, externalId, {
    at: time(payload, "timestamp"),
    cwd: folder(payload),
    model: modelName(payload["model_name"]),
    transcriptPath: text(info, "transcript_path"),
    ...detailsOf(event.kind, event.name, info),
  });
}

function detailsOf(kind: HookKind, name: string, info: Payload | null): Partial<HookEvent> {
  if (kind === "prompt") return { prompt: text(info, "user_prompt") };
  if (kind === "turn-end") return {};
  const mcp = text(info, "mcp_tool_name");
  return {
    tool: toolUse({
      name: mcp ?? name.replace(/^(?:pre|post)_/u, ""),
      input: mcp === null ? info : info?.["mcp_tool_arguments"],
      output: info?.["mcp_result"],
    }),
  };
}

export const windsurfHooks: AgentHooks = {
  decode,
  events: EVENTS,
  isSigned: (payload) =>
    text(payload, "agent_action_name") !== null && id(payload, "trajectory_id") !== null,
  isShaped: null,
  homes: [],
  variables: null,
  briefed: null,
  unusedWithout: null,
  process: null,
  envFileVariable: null,
};
