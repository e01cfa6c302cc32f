import { type Rows, used } from "./samples.ts";

const AT = Date.parse("2026-11-22T11:10:03.756Z");
const BASH = { object: "make test", input: { command: "make test" } };
const COPILOTS = "4f124c7c-51f0-4d0e-9c6b-0d1c8f6a7b21";
const COPILOTS_TRANSCRIPT =
  "/home/u/.copilot/session-state/11111111-0000-4000-8000-000000000001/events.jsonl";

export const COPILOT: Rows = {
  "agent-stop": [
    "agentStop",
    { kind: "turn-end", at: 1_795_693_346_229, transcriptPath: COPILOTS_TRANSCRIPT },
  ],
  "agent-stop-subagent": ["agentStop", null],
  notification: [
    "notification",
    {
      kind: "notification",
      agentEvent: "notification",
      message: "Copilot needs your permission to run: echo hi",
      at: 1_795_345_804_137,
    },
  ],
  "notification-shell": ["notification", null],
  "subagent-start": [
    "subagentStart",
    {
      kind: "subagent-start",
      subagent: "general-purpose",
      at: 1_795_345_804_137,
      transcriptPath: `/home/u/.copilot/session-state/${COPILOTS}/events.jsonl`,
    },
  ],
  "subagent-stop": [
    "subagentStop",
    {
      kind: "subagent-stop",
      subagent: "general-purpose",
      at: 1_795_345_804_137,
      transcriptPath: `/home/u/.copilot/session-state/${COPILOTS}/events.jsonl`,
    },
  ],
  "user-prompt-submitted-subagent": ["userPromptSubmitted", null],
  "post-tool-use": [
    "postToolUse",
    {
      kind: "tool-error",
      at: 1_795_345_804_016,
      tool: used({
        ...BASH,
        name: "bash",
        ok: false,
        error: "Exit code 3",
        outputSize: 42,
        output: {
          resultType: "success",
          textResultForLlm: "hi\n<shellId: 0 completed with exit code 3>",
        },
      }),
    },
  ],
  "session-end": ["sessionEnd", { kind: "session-end", reason: "complete", at: 1_795_345_804_137 }],
  "session-start-new": [
    "session-start",
    {
      kind: "session-start",
      agentEvent: "sessionStart",
      source: "startup",
      at: 1_795_345_803_756,
    },
  ],
  "session-start-new-2": [
    "session-start",
    { kind: "session-start", agentEvent: "SessionStart", source: "startup", at: AT },
  ],
};
