import type { AgentHooks } from "../wire/agent-hooks.ts";
import { asFailure, folder, hookEvent, modelName } from "../wire/build.ts";
import type { HookEvent, HookKind } from "../wire/event.ts";
import { type EventTable, nameEvent } from "../wire/event-name.ts";
import { flatText, hasNoSessionId, id, object, type Payload, text, time } from "../wire/payload.ts";
import { toolUse } from "../wire/tool.ts";

const EVENTS: EventTable = {
  "session.start": "session-start",
  dispose: "session-end",
  "agent.start": "prompt",
  "tool.call": "tool-start",
  "tool.result": "tool-call",
  "agent.end": "turn-end",
};

function decode(typed: string, payload: Payload): HookEvent | null {
  const event = nameEvent(EVENTS, typed, text(payload, "type", "event"));
  const externalId = id(object(payload, "thread"), "id");
  if (event === null || externalId === null) return null;
  const details = detailsOf(event.kind, event.name, payload);
  if (details === null) return null;
  const decoded = hookEvent("amp", event, externalId, {
    at: time(payload, "timestamp"),
    cwd: folder(payload) ?? text(payload, "directory"),
    model: modelName(payload["model"]),
    title: text(object(payload, "thread"), "title"),
    ...details,
  });
  if (event.kind !== "tool-call" || payload["status"] !== "error") return decoded;
  return asFailure(
    decoded,
    flatText(payload["error"]) ?? text(object(payload, "error"), "message"),
  );
}

function detailsOf(kind: HookKind, name: string, payload: Payload): Partial<HookEvent> | null {
  switch (kind) {
    case "session-end":
      return { reason: text(payload, "reason") ?? name };
    case "prompt":
      return { prompt: messageText(payload["message"]), useId: id(payload, "id") };
    case "tool-start":
    case "tool-call":
      return toolDetails(payload);
    default:
      return {};
  }
}

/** A message is its text, or an object that holds it, whole or in parts. */
function messageText(message: unknown): string | null {
  return flatText(object({ message }, "message")?.["content"] ?? message);
}

function toolDetails(payload: Payload): Partial<HookEvent> | null {
  const tool = toolUse({
    name: text(payload, "tool"),
    input: payload["input"],
    output: payload["output"],
  });
  return tool === null ? null : { tool, useId: id(payload, "toolUseID") };
}

export const ampHooks: AgentHooks = {
  decode,
  events: EVENTS,
  isSigned: null,
  isShaped: (payload) => hasNoSessionId(payload) && id(object(payload, "thread"), "id") !== null,
  homes: [],
  variables: null,
  briefed: null,
  unusedWithout: null,
  process: null,
  envFileVariable: null,
};
