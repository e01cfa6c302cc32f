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

/** Whether a payload that `decodeHook` takes for nothing would be an event, had it a usable id of its session. */
export function lacksSession(agent: string, event: string, payload: Payload, env: Env): boolean {
  if (!Object.hasOwn(HOOKS, agent)) return false;
  const caller = detectCaller(agent as AnyAgent, payload, env);
  return HOOKS[caller].decode(event, withAnySession(payload)) !== null;
}
