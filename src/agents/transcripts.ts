import type { AgentName } from "./agents.ts";
import { claudeTranscript } from "./claude/transcript.ts";
import { codexTranscript } from "./codex/transcript.ts";
import { copilotTranscript } from "./copilot/transcript.ts";
import { geminiTranscript } from "./gemini/transcript.ts";
import type { AgentTranscript } from "./wire/agent-transcript.ts";

/** What is read of transcripts, of agents whose hooks leave something out. */
export const TRANSCRIPTS: Readonly<Partial<Record<AgentName, AgentTranscript>>> = {
  claude: claudeTranscript,
  codex: codexTranscript,
  copilot: copilotTranscript,
  gemini: geminiTranscript,
};
