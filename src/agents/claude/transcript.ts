import type { AgentTranscript } from "../wire/agent-transcript.ts";
import { flatText, number, object, type Payload } from "../wire/payload.ts";

/** What a person typed that is none of the model's business, and what came of it. */
const ASIDE = /^<(?:command|local-command|bash)-/u;
const INTERRUPTED = "[Request interrupted by user";

/** An answer after which it calls no tool. */
function isLast(message: Payload | null): boolean {
  return message?.["stop_reason"] === "end_turn";
}

export const claudeTranscript: AgentTranscript = {
  told(line) {
    const { type, isMeta, isSidechain } = line;
    if (isMeta === true || isSidechain === true) return null;
    if (type === "assistant") return isLast(object(line, "message")) ? "done" : "work";
    if (type !== "user") return null;
    const said = flatText(object(line, "message")?.["content"]) ?? "";
    if (ASIDE.test(said)) return null;
    return said.startsWith(INTERRUPTED) ? "end" : "work";
  },
  file: null,
  // A prompt that is taken back before anything came of it leaves no other trace.
  status: {
    file(transcript, pid) {
      const folder = /^(.*)\/projects\/[^/]+\/[^/]+$/u.exec(transcript)?.[1];
      return folder === undefined ? null : `${folder}/sessions/${pid}.json`;
    },
    restsSince(status, externalId) {
      const isOwn = status["sessionId"] === externalId && status["status"] === "idle";
      return isOwn ? number(status, "statusUpdatedAt") : null;
    },
  },
};
