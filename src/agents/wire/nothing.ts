import type { Env } from "../../settings/environment.ts";
import type { AnyAgent } from "../agents.ts";
import { HOOKS } from "../hooks.ts";
import { detectCaller } from "./caller.ts";
import { object, type Payload } from "./payload.ts";

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

/** Whether a payload that `decodeHook` takes for nothing would be an event, had it a usable id of its session. */
export function lacksSession(agent: string, event: string, payload: Payload, env: Env): boolean {
  if (!Object.hasOwn(HOOKS, agent)) return false;
  const caller = detectCaller(agent as AnyAgent, payload, env);
  return HOOKS[caller].decode(event, withAnySession(payload)) !== null;
}
