import type { AgentHooks } from "../wire/agent-hooks.ts";
import { claudeBriefed, decodeClaudeShape } from "../wire/claude-shape.ts";
import type { HookEvent } from "../wire/event.ts";
import { CLAUDE_EVENTS, type EventTable } from "../wire/event-name.ts";
import { type Payload, text } from "../wire/payload.ts";

/** Both compact events come for one compaction. An interrupted turn sends no Stop. */
const EVENTS: EventTable = {
  ...CLAUDE_EVENTS,
  PreCompact: null,
  PostCompact: "compact",
  Interrupt: "turn-end",
  PermissionRequest: "notification",
};

function decode(typed: string, payload: Payload): HookEvent | null {
  const event = decodeClaudeShape(
    { agent: "codex", events: EVENTS, promptId: ["turn_id"] },
    typed,
    payload,
  );
  if (event?.kind !== "notification") return event;
  const tool = text(payload, "tool_name") ?? "a tool";
  return { ...event, asks: true, message: `Codex needs your permission to use ${tool}` };
}

export const codexHooks: AgentHooks = {
  decode,
  events: EVENTS,
  isSigned: null,
  isShaped: null,
  homes: [".codex"],
  variables: null,
  briefed: claudeBriefed,
  unusedWithout: null,
  process: { variable: null, name: "codex", script: /(?:^|\/)codex$/u },
  envFileVariable: null,
};
