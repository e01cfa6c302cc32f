import type { Decode } from "./build.ts";
import { decodeClaudeShape } from "./claude-shape.ts";
import { CLAUDE_EVENTS } from "./event-name.ts";

export const decode: Decode = (event, payload) =>
  decodeClaudeShape(
    { client: "claude", events: CLAUDE_EVENTS, promptId: ["prompt_id"] },
    event,
    payload,
  );
