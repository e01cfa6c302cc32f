import type { Decode } from "../wire/build.ts";
import { decodeClaudeShape } from "../wire/claude-shape.ts";
import { CLAUDE_EVENTS } from "../wire/event-name.ts";

export const decode: Decode = (event, payload) =>
  decodeClaudeShape({ client: "vscode", events: CLAUDE_EVENTS }, event, payload);
