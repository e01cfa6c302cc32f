import type { AnyAgent } from "../agents.ts";
import { folder, hookEvent, modelName, startSource } from "./build.ts";
import type { HookEvent, HookKind } from "./event.ts";
import { type EventTable, nameEvent } from "./event-name.ts";
import { flatText, id, number, object, type Payload, text, time } from "./payload.ts";
import { toolUse } from "./tool.ts";

/** An agent that sends Claude Code's fields, with names of its own for some of them. */
interface ClaudeShape {
  readonly agent: AnyAgent;
  readonly events: EventTable;
  /** The fields that may hold the session's id. */
  readonly session?: readonly string[];
  /** The fields that may hold the id of a prompt. */
  readonly promptId?: readonly string[];
  readonly version?: string;
}

type Details = Partial<HookEvent> | null;

export function decodeClaudeShape(
  shape: ClaudeShape,
  typed: string,
  payload: Payload,
): HookEvent | null {
  const event = nameEvent(
    shape.events,
    typed,
    text(payload, "hook_event_name", "hookEventName", "hookName"),
  );
  const externalId = id(payload, ...(shape.session ?? ["session_id", "sessionId"]));
  if (event === null || externalId === null) return null;
  const details = detailsOf(event.kind, payload, shape);
  if (details === null) return null;
  return hookEvent(shape.agent, event, externalId, {
    at: time(payload, "timestamp"),
    cwd: folder(payload),
    model: modelName(payload["model"]),
    agentVersion: shape.version === undefined ? null : text(payload, shape.version),
    transcriptPath: text(payload, "transcript_path", "transcriptPath"),
    title: text(payload, "session_title"),
    ...details,
  });
}

function detailsOf(kind: HookKind, payload: Payload, shape: ClaudeShape): Details {
  switch (kind) {
    case "session-start":
      return { source: startSource(payload["source"]) };
    case "session-end":
      return { reason: text(payload, "reason") };
    case "prompt":
      return {
        prompt: flatText(payload["prompt"]),
        useId: id(payload, ...(shape.promptId ?? [])),
      };
    case "tool-start":
    case "tool-call":
    case "tool-error":
      return toolDetails(kind, payload);
    case "subagent-start":
    case "subagent-stop":
      return subagentDetails(payload);
    case "turn-end":
      return { message: errorText(payload) };
    case "compact":
      return { message: text(payload, "trigger") };
    case "notification":
      return {
        message: text(payload, "message", "title", "notification_type"),
        asks: asks(payload),
      };
  }
}

/** The notices that a person has to answer before the agent goes on. */
const ASKING: readonly string[] = [
  "permission_prompt",
  "elicitation_dialog",
  "agent_needs_input",
  // Gemini's word.
  "ToolPermission",
];

function asks(payload: Payload): boolean {
  const type = text(payload, "notification_type", "notificationType");
  if (type !== null) return ASKING.includes(type);
  // Older versions, and Droid, only have a sentence.
  return text(payload, "message")?.includes("permission") === true;
}

function toolDetails(kind: HookKind, payload: Payload): Details {
  const failed = kind === "tool-error";
  const tool = toolUse({
    name: text(payload, "tool_name", "toolName"),
    input: payload["tool_input"] ?? payload["toolArgs"],
    ok: !failed,
    error: failed ? errorText(payload) : null,
    durationMs: number(payload, "duration_ms", "duration"),
    output:
      payload["tool_response"] ??
      payload["tool_output"] ??
      payload["tool_result"] ??
      payload["toolResult"],
  });
  if (tool === null) return null;
  return { tool, useId: id(payload, "tool_use_id", "tool_call_id", "toolUseId", "toolCallId") };
}

/** A type that is empty marks a fork that Claude makes for itself. */
function subagentDetails(payload: Payload): Details {
  if (payload["agent_type"] === "") return null;
  return {
    subagent: text(payload, "agent_type", "subagent_type", "agentType", "agent_name", "agentName"),
    useId: id(payload, "agent_id", "subagent_id", "agentId"),
  };
}

function errorText(payload: Payload): string | null {
  return (
    text(payload, "error", "error_message") ??
    text(object(payload, "error"), "message") ??
    text(payload, "error_details")
  );
}

/** The object by which Claude Code takes text at a session's start. */
export function claudeBriefed(text: string): object {
  return { hookSpecificOutput: { hookEventName: "SessionStart", additionalContext: text } };
}
