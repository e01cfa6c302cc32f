import type { AgentTranscript } from "../wire/agent-transcript.ts";
import { flatText, object } from "../wire/payload.ts";

/** What a person typed that is none of the model's business, and what came of it. */
const ASIDE = /^<(?:command|local-command|bash)-/u;
const INTERRUPTED = "[Request interrupted by user";

export const claudeTranscript: AgentTranscript = {
  told(line) {
    const { type, isMeta, isSidechain } = line;
    if (isMeta === true || isSidechain === true) return null;
    if (type === "assistant") return "work";
    if (type !== "user") return null;
    const said = flatText(object(line, "message")?.["content"]) ?? "";
    if (ASIDE.test(said)) return null;
    return said.startsWith(INTERRUPTED) ? "end" : "work";
  },
  file: null,
};
