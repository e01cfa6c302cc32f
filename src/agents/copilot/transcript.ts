import type { AgentTranscript } from "../wire/agent-transcript.ts";

const WORK: readonly unknown[] = [
  "user.message",
  "assistant.turn_start",
  "assistant.message",
  "tool.execution_start",
];

export const copilotTranscript: AgentTranscript = {
  told({ type, data }) {
    if (type === "abort" || type === "session.error") return "end";
    // A prompt that is taken back before anything came of it is taken out of the file, which keeps only this.
    const isCheckpoint = type === "session.usage_checkpoint";
    if (isCheckpoint && JSON.stringify(data ?? null).includes('"rewind"')) return "end";
    return WORK.includes(type) ? "work" : null;
  },
  file(externalId, env) {
    const home = env["HOME"] || env["USERPROFILE"];
    const folder = env["COPILOT_HOME"] || (home ? `${home}/.copilot` : null);
    if (folder === null || !/^[\w-]+$/u.test(externalId)) return null;
    return `${folder}/session-state/${externalId}/events.jsonl`;
  },
  status: null,
};
