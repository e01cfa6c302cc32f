import type { HookEvent, StartSource, ToolUse } from "./event.ts";
import type { NamedEvent } from "./event-name.ts";
import { object, type Payload, text } from "./payload.ts";

type Rest = Partial<Omit<HookEvent, "client" | "kind" | "clientEvent" | "externalId">>;

/** An event in which all is null that is not given. */
export function hookEvent(
  agent: HookEvent["agent"],
  event: NamedEvent,
  externalId: string,
  rest: Rest,
): HookEvent {
  return {
    kind: event.kind,
    agent,
    externalId,
    agentEvent: event.name,
    at: null,
    cwd: null,
    model: null,
    agentVersion: null,
    transcriptPath: null,
    title: null,
    source: null,
    reason: null,
    prompt: null,
    tool: null,
    subagent: null,
    message: null,
    startsTurn: false,
    asks: false,
    repeats: false,
    useId: null,
    ...rest,
  };
}

/** The folder that a payload names, or the first of those that are open. */
export function folder(payload: Payload): string | null {
  return (
    text(payload, "cwd") ??
    firstOf(payload["workspace_roots"]) ??
    firstOf(payload["workspaceRoots"]) ??
    text(object(payload, "tool_info"), "cwd")
  );
}

function firstOf(value: unknown): string | null {
  const first: unknown = Array.isArray(value) ? value[0] : null;
  return typeof first === "string" && first !== "" ? first : null;
}

/** The model as a name, or as an object that holds one. */
export function modelName(value: unknown): string | null {
  if (typeof value === "string") return value === "" ? null : value;
  const model = object({ value }, "value");
  const name = text(model, "modelID", "slug", "id", "name");
  const provider = text(model, "providerID");
  return name !== null && provider !== null ? `${provider}/${name}` : name;
}

const SOURCES: readonly string[] = [
  "startup",
  "resume",
  "clear",
  "compact",
  "fork",
] satisfies StartSource[];

export function startSource(value: unknown): StartSource | null {
  if (value === "new") return "startup";
  return typeof value === "string" && SOURCES.includes(value) ? (value as StartSource) : null;
}

/** The same tool call, known to have failed. */
export function asFailure(event: HookEvent, error: string | null): HookEvent {
  if (event.tool === null) return event;
  const tool: ToolUse = { ...event.tool, ok: false, error: error ?? event.tool.error };
  return { ...event, kind: "tool-error", tool };
}

/** What Claude says of a command that failed, for agents that only give its code. */
export function exitError(code: number | null): string | null {
  return code === null || code === 0 ? null : `Exit code ${code}`;
}
