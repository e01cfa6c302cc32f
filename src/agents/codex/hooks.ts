import type { Decode } from "../wire/build.ts";
import { decodeClaudeShape } from "../wire/claude-shape.ts";
import { CLAUDE_EVENTS, type EventTable } from "../wire/event-name.ts";

/** Both compact events come for one compaction. An interrupted turn sends no Stop. */
const EVENTS: EventTable = {
  ...CLAUDE_EVENTS,
  PreCompact: null,
  PostCompact: "compact",
  Interrupt: "turn-end",
};

export const decode: Decode = (event, payload) =>
  decodeClaudeShape({ client: "codex", events: EVENTS }, event, payload);
