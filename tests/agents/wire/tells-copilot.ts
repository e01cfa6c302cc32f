import { type Rows, used } from "./samples.ts";

const AT = Date.parse("2026-11-22T11:10:03.756Z");
const BASH = { object: "make test", input: { command: "make test" } };
const TRANSCRIPT =
  "/home/u/.copilot/session-state/5f980c5f-2339-4ada-a368-7cde28620a9c/events.jsonl";
const SUBAGENT = "516f0042-7aaa-4d83-a354-3ed70d56c815";

export const COPILOT: Rows = {
  "agent-stop": [
    "agentStop",
    { kind: "turn-end", at: 1_795_715_412_600, transcriptPath: TRANSCRIPT },
  ],
  "agent-stop-subagent": ["agentStop", null],
  notification: [
    "notification",
    {
      kind: "notification",
      agentEvent: "notification",
      message: "Run command: touch asked",
      asks: true,
      at: 1_795_715_416_214,
    },
  ],
  "notification-shell": ["notification", null],
  "subagent-start": [
    "subagentStart",
    {
      kind: "subagent-start",
      subagent: "general-purpose",
      useId: SUBAGENT,
      at: 1_795_715_446_688,
      transcriptPath: TRANSCRIPT,
    },
  ],
  "subagent-stop": [
    "subagentStop",
    {
      kind: "subagent-stop",
      subagent: "general-purpose",
      useId: SUBAGENT,
      at: 1_795_715_447_239,
      transcriptPath: TRANSCRIPT,
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
