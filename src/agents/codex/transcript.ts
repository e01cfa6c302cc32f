import type { AgentTranscript } from "../wire/agent-transcript.ts";
import { object, text } from "../wire/payload.ts";

/** Its hooks tell of each turn's end but that of one in which the model's server failed. */
export const codexTranscript: AgentTranscript = {
  told(line) {
    if (line["type"] === "response_item") return "work";
    const told = line["type"] === "event_msg" ? text(object(line, "payload"), "type") : null;
    if (told === "task_complete" || told === "turn_aborted") return "end";
    return told === "task_started" ? "work" : null;
  },
  file: null,
  status: null,
};
