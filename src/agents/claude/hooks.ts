import type { Decode } from "../wire/build.ts";
import { decodeClaudeShape } from "../wire/claude-shape.ts";
import { CLAUDE_EVENTS } from "../wire/event-name.ts";

export const decode: Decode = (event, payload) =>
  decodeClaudeShape(
    { client: "claude", events: CLAUDE_EVENTS, promptId: ["prompt_id"] },
    event,
    payload,
  );
