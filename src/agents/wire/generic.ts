import { GENERIC } from "../agents.ts";
import type { Decode } from "./build.ts";
import { decodeClaudeShape } from "./claude-shape.ts";
import { CLAUDE_EVENTS } from "./event-name.ts";

export const decode: Decode = (event, payload) =>
  decodeClaudeShape(
    {
      client: GENERIC,
      events: CLAUDE_EVENTS,
      session: ["session_id", "sessionId", "conversation_id"],
      promptId: ["prompt_id"],
    },
    event,
    payload,
  );
