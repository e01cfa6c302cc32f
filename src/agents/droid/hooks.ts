import type { AgentHooks } from "../wire/agent-hooks.ts";
import { asFailure } from "../wire/build.ts";
import { claudeBriefed, decodeClaudeShape } from "../wire/claude-shape.ts";
import type { HookEvent } from "../wire/event.ts";
import { CLAUDE_EVENTS } from "../wire/event-name.ts";
import { object, type Payload, text } from "../wire/payload.ts";

function decode(typed: string, payload: Payload): HookEvent | null {
  const event = decodeClaudeShape({ agent: "droid", events: CLAUDE_EVENTS }, typed, payload);
  if (event?.kind !== "tool-call") return event;
  const response = object(payload, "tool_response");
  const failed = response?.["success"] === false || response?.["is_error"] === true;
  return failed ? asFailure(event, text(response, "error", "message")) : event;
}

export const droidHooks: AgentHooks = {
  decode,
  events: CLAUDE_EVENTS,
  isSigned: null,
  isShaped: null,
  homes: [".factory"],
  variables: { session: null, folder: ["FACTORY_PROJECT_DIR"], version: null },
  briefed: claudeBriefed,
  unusedWithout: null,
  process: null,
  envFileVariable: null,
};
