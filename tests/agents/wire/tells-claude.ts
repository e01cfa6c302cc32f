import { type Rows, used } from "./samples.ts";

const BASH = { name: "Bash", object: "make test", input: { command: "make test" } };
const RUN_TESTS = { command: "make test", description: "run tests" };
const ECHO = { name: "Bash", object: "echo hi", input: { command: "echo hi", description: "x" } };
const ECHOED = {
  stdout: "hi",
  stderr: "",
  interrupted: false,
  isImage: false,
  noOutputExpected: false,
};
const AGENT = { subagent: "general-purpose", useId: "aea7b76de4fec120b" };

export const CLAUDE: Rows = {
  notification: [
    "notification",
    { kind: "notification", message: "Claude needs your permission", asks: true },
  ],
  "notification-idle": [
    "notification",
    { kind: "notification", message: "Claude is waiting for your input" },
  ],
  "post-tool-use": [
    "post-tool-use",
    {
      kind: "tool-call",
      useId: "toolu_1",
      tool: used({ ...ECHO, durationMs: 25, outputSize: 2, output: ECHOED }),
    },
  ],
  "post-tool-use-failure": [
    "PostToolUseFailure",
    {
      kind: "tool-error",
      useId: "toolu_13",
      tool: used({
        ...BASH,
        input: RUN_TESTS,
        ok: false,
        error: "Exit code 3\nhi",
        durationMs: 23,
      }),
    },
  ],
  "pre-compact-manual": ["pre-compact", { kind: "compact", message: "manual" }],
  "pre-tool-use": [
    "pre-tool-use",
    { kind: "tool-start", agentEvent: "PreToolUse", useId: "toolu_1", tool: used(ECHO) },
  ],
  "session-end": ["session-end", { kind: "session-end", reason: "other" }],
  "session-end-clear": ["session-end", { kind: "session-end", reason: "clear" }],
  "session-start-clear": ["session-start", { kind: "session-start", source: "clear" }],
  "session-start-compact": [
    "session-start",
    { kind: "compact", source: "compact", repeats: true, model: "claude-opus-5-5" },
  ],
  "session-start-fork": ["session-start", { kind: "session-start", source: "fork" }],
  "session-start-resume": ["session-start", { kind: "session-start", source: "resume" }],
  "session-start-startup": ["session-start", { kind: "session-start", source: "startup" }],
  stop: ["stop", { kind: "turn-end" }],
  "subagent-start": ["subagent-start", { kind: "subagent-start", ...AGENT }],
  "subagent-stop": ["subagent-stop", { kind: "subagent-stop", ...AGENT }],
  "subagent-stop-empty-type": ["subagent-stop", null],
  "stop-failure": ["stop-failure", { kind: "turn-end", message: "unknown" }],
  "stop-failure-subagent": [
    "stop-failure",
    { kind: "subagent-stop", subagent: "general-purpose", useId: "a731db5c73adeb94b" },
  ],
  "user-prompt-submit-notice": [
    "user-prompt-submit",
    { kind: "notification", message: 'Agent "Help a little" finished', startsTurn: true },
  ],
  "user-prompt-submit": [
    "user-prompt-submit",
    {
      kind: "prompt",
      prompt: "fix the failing test",
      useId: "fe6daba0-51f0-4d0e-9c6b-0d1c8f6a7b21",
    },
  ],
};
