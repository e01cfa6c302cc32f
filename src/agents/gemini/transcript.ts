import type { AgentTranscript } from "../wire/agent-transcript.ts";
import { isPayload, type Payload } from "../wire/payload.ts";

/** Whether all the tools that the model wanted were denied. */
function isDenied({ toolCalls }: Payload): boolean {
  const calls = Array.isArray(toolCalls) ? toolCalls : [];
  return (
    calls.length > 0 && calls.every((call) => isPayload(call) && call["status"] === "cancelled")
  );
}

export const geminiTranscript: AgentTranscript = {
  told(line) {
    const { type, content } = line;
    if (type === "info") return content === "Request cancelled." ? "end" : null;
    // After that it writes what was said before once more, in parts.
    if (type !== "gemini" || typeof content !== "string") return null;
    return isDenied(line) ? "end" : "work";
  },
  file: null,
  status: null,
};
