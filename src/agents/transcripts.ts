import type { Client } from "./agents.ts";
import { claudeTranscript } from "./claude/transcript.ts";
import { copilotTranscript } from "./copilot/transcript.ts";
import type { AgentTranscript } from "./wire/agent-transcript.ts";

/** What is read of transcripts, of agents whose hooks leave something out. */
export const TRANSCRIPTS: Readonly<Partial<Record<Client, AgentTranscript>>> = {
  claude: claudeTranscript,
  copilot: copilotTranscript,
};
