import type { AgentHooks } from "../wire/agent-hooks.ts";
import { asFailure, folder, hookEvent, modelName } from "../wire/build.ts";
import type { HookEvent, HookKind } from "../wire/event.ts";
import { type EventTable, nameEvent } from "../wire/event-name.ts";
import { flatText, id, number, object, type Payload, text, time } from "../wire/payload.ts";
import { toolUse } from "../wire/tool.ts";

const EVENTS: EventTable = {
  TaskStart: "session-start",
  TaskResume: "session-start",
  TaskComplete: "session-end",
  TaskCancel: "session-end",
  SessionShutdown: "session-end",
  UserPromptSubmit: "prompt",
  PreToolUse: "tool-start",
  PostToolUse: "tool-call",
  TaskError: "turn-end",
  PreCompact: "compact",
  Notification: "notification",
};

/** What the command-line edition calls the same events in its payloads. */
const CLI_NAMES = new Map([
  ["agent_start", "TaskStart"],
  ["agent_resume", "TaskResume"],
  ["agent_end", "TaskComplete"],
  ["agent_abort", "TaskCancel"],
  ["agent_error", "TaskError"],
  ["prompt_submit", "UserPromptSubmit"],
  ["tool_call", "PreToolUse"],
  ["tool_result", "PostToolUse"],
]);

/** What an event of a subagent is to the session; what is missing is the subagent's own affair. */
const OF_SUBAGENT: Partial<Record<HookKind, HookKind>> = {
  "session-start": "subagent-start",
  "session-end": "subagent-stop",
  "tool-start": "tool-start",
  "tool-call": "tool-call",
};

function decode(typed: string, payload: Payload): HookEvent | null {
  const said = text(payload, "hookName");
  const event = nameEvent(EVENTS, typed, said === null ? null : (CLI_NAMES.get(said) ?? said));
  const externalId =
    id(object(payload, "sessionContext"), "rootSessionId") ?? id(payload, "taskId");
  if (event === null || externalId === null) return null;
  const kind = id(payload, "parent_agent_id") === null ? event.kind : OF_SUBAGENT[event.kind];
  if (kind === undefined) return null;
  const details = detailsOf(kind, event.name, payload);
  if (details === null) return null;
  const decoded = hookEvent("cline", { kind, name: event.name }, externalId, {
    at: time(payload, "timestamp"),
    cwd: folder(payload),
    model: modelName(payload["model"]),
    agentVersion: text(payload, "clineVersion"),
    ...details,
  });
  const use = kind === "tool-call" ? object(payload, "postToolUse") : null;
  return use?.["success"] === false ? asFailure(decoded, flatText(use["result"])) : decoded;
}

function detailsOf(kind: HookKind, name: string, payload: Payload): Partial<HookEvent> | null {
  switch (kind) {
    case "session-start":
      return { source: name === "TaskResume" ? "resume" : "startup" };
    case "session-end":
      return { reason: text(payload, "reason") ?? name };
    case "prompt":
      return { prompt: flatText(object(payload, "userPromptSubmit")?.["prompt"]) };
    case "tool-start":
    case "tool-call":
      return toolDetails(kind, payload);
    case "subagent-start":
    case "subagent-stop":
      return { useId: id(payload, "agent_id") };
    case "turn-end":
      return { message: text(payload, "error") ?? text(object(payload, "error"), "message") };
    case "compact":
      return { message: text(object(payload, "preCompact"), "compactionStrategy") };
    case "notification":
      return { message: text(object(payload, "notification"), "message", "event") };
    default:
      return {};
  }
}

function toolDetails(
  kind: "tool-start" | "tool-call",
  payload: Payload,
): Partial<HookEvent> | null {
  const use =
    kind === "tool-start" ? object(payload, "preToolUse") : object(payload, "postToolUse");
  const call = object(payload, "tool_call", "tool_result");
  const tool = toolUse({
    name: text(use, "toolName") ?? text(call, "name"),
    input: use?.["parameters"] ?? call?.["input"],
    durationMs: number(use, "executionTimeMs"),
    output: use?.["result"] ?? call?.["output"],
  });
  return tool === null ? null : { tool, useId: id(call, "id") };
}

export const clineHooks: AgentHooks = {
  decode,
  events: EVENTS,
  isSigned: (payload) => text(payload, "hookName") !== null && id(payload, "taskId") !== null,
  isShaped: null,
  homes: [],
  variables: null,
  briefed: null,
  unusedWithout: null,
  process: null,
  envFileVariable: null,
};
