import type { Decode } from "../wire/build.ts";
import { decodeClaudeShape } from "../wire/claude-shape.ts";
import { CLAUDE_EVENTS, type EventTable } from "../wire/event-name.ts";
import { text } from "../wire/payload.ts";

const EVENTS: EventTable = {
  ...CLAUDE_EVENTS,
  SessionDelete: null,
  TodoCompleted: null,
  TodoCreated: null,
};

export const decode: Decode = (typed, payload) => {
  const event = decodeClaudeShape(
    { client: "qwen", events: EVENTS, promptId: ["prompt_id"] },
    typed,
    payload,
  );
  if (event?.kind !== "prompt") return event;
  // After every round of tools the event comes again without a prompt.
  const prompt = text(payload, "submitted_prompt") ?? event.prompt;
  return prompt === null ? null : { ...event, prompt };
};
