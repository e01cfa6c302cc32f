import type { Decode } from "./build.ts";
import { decodeClaudeShape } from "./claude-shape.ts";
import { CLAUDE_EVENTS, type EventTable } from "./event-name.ts";

/** Both compact events come for one compaction. An interrupted turn sends no Stop. */
const EVENTS: EventTable = {
  ...CLAUDE_EVENTS,
  PreCompact: null,
  PostCompact: "compact",
  Interrupt: "turn-end",
};

export const decode: Decode = (event, payload) =>
  decodeClaudeShape({ client: "codex", events: EVENTS }, event, payload);
