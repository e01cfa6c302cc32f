import type { Env } from "../../settings/environment.ts";
import type { AnyAgent } from "../agents.ts";
import { HOOKS } from "../hooks.ts";
import { detectCaller } from "./caller.ts";
import { isEventName } from "./event-name.ts";
import { object, type Payload, text } from "./payload.ts";

/** Every agent's field of a session's id. */
function withAnySession(payload: Payload): Payload {
  return {
    ...payload,
    session_id: "?",
    sessionId: "?",
    conversation_id: "?",
    trajectory_id: "?",
    taskId: "?",
    thread: { ...object(payload, "thread"), id: "?" },
    properties: { ...object(payload, "properties"), sessionID: "?" },
  };
}

/** The fields by which payloads name their events. */
const NAMES = [
  "hook_event_name",
  "hookEventName",
  "hookName",
  "agent_action_name",
  "type",
  "event",
] as const;

/** What of a call `mm` doesn't know, in words; null where it knows the agent and its event. */
export function unknownIn(agent: string, event: string, payload: Payload, env: Env): string | null {
  if (!Object.hasOwn(HOOKS, agent))
    return agent === "" ? "no agent is named" : "there is no such agent";
  const { events } = HOOKS[detectCaller(agent as AnyAgent, payload, env)];
  const names = [event, ...NAMES.map((name) => text(payload, name) ?? "")];
  return names.some((name) => isEventName(events, name)) ? null : "the agent has no such event";
}

/** With a tool where none is named. */
function withAnyTool(payload: Payload): Payload {
  const properties = { tool: "?", ...object(payload, "properties") };
  return { ...payload, tool_name: text(payload, "tool_name", "toolName") ?? "?", properties };
}

/**
 * What a payload that `decodeHook` takes for nothing lacks: a usable id of its session, or the tool that was used.
 * Null where the event tells nothing anyway.
 */
export function missingIn(
  agent: string,
  event: string,
  payload: Payload,
  env: Env,
): "session" | "tool" | null {
  if (!Object.hasOwn(HOOKS, agent)) return null;
  const { decode } = HOOKS[detectCaller(agent as AnyAgent, payload, env)];
  if (decode(event, withAnySession(payload)) !== null) return "session";
  const tooled = withAnyTool(payload);
  if (decode(event, tooled) !== null) return "tool";
  return decode(event, withAnySession(tooled)) === null ? null : "session";
}
