import { asFailure, type Decode } from "../wire/build.ts";
import { decodeClaudeShape } from "../wire/claude-shape.ts";
import { CLAUDE_EVENTS } from "../wire/event-name.ts";
import { object, text } from "../wire/payload.ts";

export const decode: Decode = (typed, payload) => {
  const event = decodeClaudeShape({ client: "droid", events: CLAUDE_EVENTS }, typed, payload);
  if (event?.kind !== "tool-call") return event;
  const response = object(payload, "tool_response");
  const failed = response?.["success"] === false || response?.["is_error"] === true;
  return failed ? asFailure(event, text(response, "error", "message")) : event;
};
