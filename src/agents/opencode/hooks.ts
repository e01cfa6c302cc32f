import type { AgentHooks } from "../wire/agent-hooks.ts";
import { asFailure, exitError, hookEvent, modelName } from "../wire/build.ts";
import type { HookEvent, HookKind } from "../wire/event.ts";
import { type EventTable, nameEvent } from "../wire/event-name.ts";
import {
  flatText,
  hasNoSessionId,
  id,
  number,
  object,
  type Payload,
  text,
} from "../wire/payload.ts";
import { toolUse } from "../wire/tool.ts";

const EVENTS: EventTable = {
  "session.created": "session-start",
  dispose: "session-end",
  "session.deleted": "session-end",
  "chat.message": "prompt",
  "tool.execute.before": "tool-start",
  "tool.execute.after": "tool-call",
  "session.idle": "turn-end",
  "session.compacted": "compact",
  "permission.asked": "notification",
  "permission.replied": "notification",
  "question.asked": "notification",
  "question.replied": "notification",
  "question.rejected": "notification",
  "session.error": null,
  "session.status": null,
  "session.updated": null,
};

/** What an event of a child session is to its parent; what is missing is the child's own affair. */
const OF_CHILD: Partial<Record<HookKind, HookKind>> = {
  "session-start": "subagent-start",
  "turn-end": "subagent-stop",
  "tool-start": "tool-start",
  "tool-call": "tool-call",
  notification: "notification",
};

/** The title of a session that has none yet. */
const NO_TITLE = /^(?:New|Child) session - \d{4}-/u;

function decode(typed: string, payload: Payload): HookEvent | null {
  const event = nameEvent(EVENTS, typed, text(payload, "type"));
  const properties = object(payload, "properties") ?? {};
  const info = object(properties, "info");
  const session = id(properties, "sessionID") ?? id(info, "id");
  if (event === null || session === null) return null;
  const parent = id(properties, "parentID") ?? id(info, "parentID");
  const kind = parent === null ? event.kind : OF_CHILD[event.kind];
  if (kind === undefined) return null;
  const details = detailsOf({ kind, name: event.name }, session, properties, info);
  if (details === null) return null;
  const decoded = hookEvent("opencode", { kind, name: event.name }, parent ?? session, {
    cwd: text(properties, "directory") ?? text(info, "directory"),
    model: modelName(properties["model"]),
    agentVersion: text(info, "version") ?? text(properties, "version"),
    ...details,
  });
  const error = kind === "tool-call" ? exitCode(properties) : null;
  return error === null ? decoded : asFailure(decoded, error);
}

function detailsOf(
  event: { readonly kind: HookKind; readonly name: string },
  session: string,
  properties: Payload,
  info: Payload | null,
): Partial<HookEvent> | null {
  const title = text(info, "title") ?? text(properties, "title");
  switch (event.kind) {
    case "session-start":
      return { source: "startup", title: titleOfSession(title) };
    case "session-end":
      return { reason: event.name.slice(event.name.indexOf(".") + 1) };
    case "prompt":
      return { prompt: promptText(properties), useId: id(properties, "messageID") };
    case "tool-start":
    case "tool-call":
      return toolDetails(properties);
    case "subagent-start":
    case "subagent-stop":
      return { subagent: subagentName(properties, title), useId: session };
    case "notification":
      return noticeDetails(event.name, properties);
    default:
      return {};
  }
}

/** With its answer, whatever that is, the agent goes on. */
function noticeDetails(name: string, properties: Payload): Partial<HookEvent> {
  if (!name.endsWith(".asked")) {
    return { message: text(properties, "reply") ?? name, startsTurn: true };
  }
  const { questions } = properties;
  const question = Array.isArray(questions) ? object({ first: questions[0] }, "first") : null;
  const message = text(properties, "message", "title", "permission") ?? text(question, "question");
  return { message, asks: true };
}

function toolDetails(properties: Payload): Partial<HookEvent> | null {
  const tool = toolUse({
    name: text(properties, "tool"),
    input: properties["args"],
    output: properties["output"],
  });
  return tool === null ? null : { tool, useId: id(properties, "callID") };
}

function exitCode(properties: Payload): string | null {
  return exitError(number(object(properties, "metadata"), "exit"));
}

/** A session's title, or null where OpenCode has not found one yet. */
export function titleOfSession(title: string | null): string | null {
  return title === null || title === "" || NO_TITLE.test(title) ? null : title;
}

/** A child session is called `what it does (@who subagent)`. */
export function subagentName(properties: Payload, title: string | null): string | null {
  return text(properties, "agent") ?? /\(@(\S+) subagent\)$/u.exec(title ?? "")?.[1] ?? null;
}

/** `opencode run` puts what it was called with between quotes, and a backslash before the prompt's own. */
export function promptText(properties: Payload): string | null {
  const prompt = flatText(properties["text"]);
  const quoted = /^"((?:[^"\\]|\\[\s\S])*)"$/u.exec(prompt ?? "")?.[1];
  return quoted === undefined || quoted === "" ? prompt : quoted.replaceAll('\\"', '"');
}

export const opencodeHooks: AgentHooks = {
  decode,
  events: EVENTS,
  isSigned: null,
  isShaped: (payload) =>
    hasNoSessionId(payload) &&
    text(payload, "type") !== null &&
    object(payload, "properties") !== null,
  homes: [],
  variables: null,
  briefed: null,
  unusedWithout: null,
  process: { variable: "OPENCODE_PID", name: "opencode", script: /(?:^|\/)opencode$/u },
  envFileVariable: null,
};
