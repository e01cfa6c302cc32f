import type { Env, Variable } from "../../settings/environment.ts";
import type { AnyAgent } from "../agents.ts";
import { HOOKS } from "../hooks.ts";
import type { AgentHooks, Decode } from "./agent-hooks.ts";
import { detectCaller } from "./caller.ts";
import type { HookEvent } from "./event.ts";
import { object, type Payload } from "./payload.ts";

/**
 * What a hook call tells, or null where it is nothing for us.
 * @param agent the word of the command line; one that is no agent's has no events
 * @param event the agent's own name or ours, in any case
 * @param isPart whether more of the payload was to come: then a tool call counts without its tool, too
 */
export function decodeHook(
  agent: string,
  event: string,
  payload: Payload,
  env: Env,
  isPart = false,
): HookEvent | null {
  if (!isAgent(agent)) return null;
  const { decode, variables } = HOOKS[detectCaller(agent, payload, env)];
  const known = withSession(payload, variables, env);
  const decoded = decode(event, known) ?? (isPart ? withoutTool(decode, event, known) : null);
  if (decoded === null || variables === null) return decoded;
  const { folder, version } = variables;
  return {
    ...decoded,
    cwd: decoded.cwd ?? firstOf(env, folder),
    agentVersion: decoded.agentVersion ?? firstOf(env, version === null ? [] : [version]),
  };
}

function firstOf(env: Env, variables: readonly Variable[]): string | null {
  for (const name of variables) {
    const value = env[name];
    if (value) return value;
  }
  return null;
}

function isAgent(word: string): word is AnyAgent {
  return Object.hasOwn(HOOKS, word);
}

/** What can be told of a tool call while the tool's name is not known. */
function withoutTool(decode: Decode, event: string, payload: Payload): HookEvent | null {
  const properties = { ...object(payload, "properties"), tool: "?" };
  const decoded = decode(event, { ...payload, tool_name: "?", properties });
  return decoded === null ? null : { ...decoded, tool: null };
}

function withSession(payload: Payload, variables: AgentHooks["variables"], env: Env): Payload {
  const session = payload["session_id"] ?? payload["sessionId"] ?? null;
  if (session !== null || variables === null || variables.session === null) return payload;
  return { ...payload, session_id: env[variables.session] };
}
