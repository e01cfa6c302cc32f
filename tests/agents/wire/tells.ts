import type { AgentName } from "../../../src/agents/agents.ts";
import { type Rows, used } from "./samples.ts";
import { CLAUDE } from "./tells-claude.ts";
import { COPILOT } from "./tells-copilot.ts";

const PROMPT = "fix the failing test";
const AT = Date.parse("2026-11-22T11:10:03.756Z");
const BASH = { name: "Bash", object: "make test", input: { command: "make test" } };

export const TELLS: Readonly<Record<AgentName, Rows>> = {
  claude: CLAUDE,
  codex: {
    interrupt: ["interrupt", { kind: "turn-end", model: "gpt-5.5" }],
    "permission-request": [
      "PermissionRequest",
      {
        kind: "notification",
        model: "gpt-5.5",
        message: "Codex needs your permission to use Bash",
        asks: true,
      },
    ],
    "post-tool-use": [
      "post-tool-use",
      {
        kind: "tool-call",
        model: "gpt-5.5",
        useId: "call_1",
        tool: used({ ...BASH, outputSize: 3, output: "hi\n" }),
      },
    ],
    "session-end": ["session-end", { kind: "session-end", reason: "other" }],
    "session-start-resume": [
      "session-start",
      { kind: "session-start", source: "resume", model: "gpt-5.5" },
    ],
    "session-start-startup": [
      "session-start",
      { kind: "session-start", source: "startup", model: "gpt-5.5" },
    ],
    stop: ["stop", { kind: "turn-end", model: "gpt-5.5" }],
    "user-prompt-submit": [
      "prompt",
      {
        kind: "prompt",
        prompt: PROMPT,
        model: "gpt-5.5",
        useId: "01a202dd-7f48-51f0-4d0e-9c6b-0d1c8f6a7b21",
      },
    ],
  },
  gemini: {
    "after-agent": [
      "after-agent",
      { kind: "turn-end", at: Date.parse("2026-11-26T17:54:18.744Z") },
    ],
    "after-tool": [
      "AfterTool",
      {
        kind: "tool-error",
        at: AT,
        tool: used({
          ...BASH,
          name: "run_shell_command",
          ok: false,
          error: "Exit code 3",
          outputSize: 23,
          output: { llmContent: "Output: hi\nExit Code: 3", returnDisplay: "hi" },
        }),
      },
    ],
    notification: [
      "notification",
      {
        kind: "notification",
        message: "Tool Confirm Shell Command requires execution",
        asks: true,
        at: Date.parse("2026-11-26T17:54:22.497Z"),
      },
    ],
    "before-agent": ["before-agent", { kind: "prompt", prompt: PROMPT, at: AT }],
    "pre-compress": ["pre-compress", null],
    "session-end": ["session-end", { kind: "session-end", reason: "exit", at: AT }],
    "session-start-resume": [
      "session-start",
      { kind: "session-start", source: "resume", at: Date.parse("2026-11-22T11:33:59.085Z") },
    ],
    "session-start-startup": [
      "session-start",
      { kind: "session-start", source: "startup", at: Date.parse("2026-11-22T11:04:05.919Z") },
    ],
  },
  copilot: COPILOT,
  qwen: {
    "notification-idle": [
      "notification",
      { kind: "turn-end", repeats: true, at: Date.parse("2026-11-26T17:54:27.113Z") },
    ],
    "notification-permission": [
      "notification",
      {
        kind: "notification",
        message: "Qwen Code needs your permission to use run_shell_command",
        asks: true,
        at: Date.parse("2026-11-26T17:54:29.959Z"),
      },
    ],
    "session-start-startup": [
      "session-start",
      {
        kind: "session-start",
        source: "startup",
        model: "qwen3-coder",
        at: Date.parse("2026-11-22T11:08:47.633Z"),
      },
    ],
    "user-prompt-submit": [
      "prompt",
      { kind: "prompt", prompt: PROMPT, useId: "b9c986ab-7b21########0", at: AT },
    ],
  },
  opencode: {
    "permission-asked": [
      "permission.asked",
      { kind: "notification", message: "bash", asks: true, cwd: null },
    ],
    "permission-replied": [
      "permission.replied",
      { kind: "notification", message: "once", startsTurn: true, cwd: null },
    ],
    "question-asked": [
      "question.asked",
      {
        kind: "notification",
        externalId: "ses_dfd07b21CqhpDd",
        message: "Which database?",
        asks: true,
        cwd: null,
      },
    ],
    "question-rejected": [
      "question.rejected",
      { kind: "notification", message: "question.rejected", startsTurn: true, cwd: null },
    ],
    "session-created": [
      "session-start",
      {
        kind: "session-start",
        agentEvent: "session.created",
        agentVersion: "1.18.33",
        source: "startup",
      },
    ],
    "session-created-2": [
      "session.created",
      {
        kind: "subagent-start",
        externalId: "ses_dfd07b21CqhpDd",
        subagent: "general",
        useId: "ses_7b21Swj45d",
      },
    ],
    "session-idle": ["session.idle", { kind: "turn-end", cwd: null }],
  },
  cursor: {
    "session-end": [
      "sessionEnd",
      { kind: "session-end", reason: "user_close", agentVersion: "3.2.1", model: "gpt-5.5" },
    ],
    "session-start": [
      "session-start",
      { kind: "session-start", agentVersion: "3.2.1", model: "gpt-5.5" },
    ],
  },
  vscode: {
    "session-start-new": [
      "session-start",
      { kind: "session-start", source: "startup", at: Date.parse("2026-11-22T10:30:00Z") },
    ],
  },
  droid: {
    "session-end": ["session-end", { kind: "session-end", reason: "other" }],
    "session-start-startup": ["session-start", { kind: "session-start", source: "startup" }],
  },
  kimi: {
    "post-tool-use-failure": [
      "post-tool-use-failure",
      {
        kind: "tool-error",
        useId: "call_1",
        tool: used({ ...BASH, ok: false, error: "hi\nCommand failed with exit code: 3." }),
      },
    ],
    "session-start-startup": [
      "session-start",
      { kind: "session-start", source: "startup", model: "k3" },
    ],
    "user-prompt-submit": ["prompt", { kind: "prompt", prompt: PROMPT }],
  },
  windsurf: {
    "post-run-command": [
      "post_run_command",
      {
        kind: "tool-call",
        at: AT,
        tool: used({
          name: "run_command",
          object: "make test",
          input: { command_line: "make test", cwd: "/w" },
        }),
      },
    ],
    "pre-user-prompt": [
      "pre_user_prompt",
      {
        kind: "prompt",
        prompt: PROMPT,
        cwd: null,
        model: "SWE-2",
        at: Date.parse("2026-11-22T10:30:00Z"),
      },
    ],
  },
  cline: {
    "post-tool-use": [
      "PostToolUse",
      {
        kind: "tool-error",
        agentVersion: "3.60.0",
        at: AT,
        tool: used({
          ...BASH,
          name: "execute_command",
          ok: false,
          error: "hi",
          durationMs: 23,
          outputSize: 2,
          output: "hi",
        }),
      },
    ],
    "task-start": [
      "TaskStart",
      {
        kind: "session-start",
        agentVersion: "3.60.0",
        model: "claude-opus-5-5",
        source: "startup",
        at: 1_795_345_803_756,
      },
    ],
  },
  amp: {
    "agent-end": ["agent.end", { kind: "turn-end", cwd: null }],
    "agent-start": ["agent.start", { kind: "prompt", prompt: PROMPT, useId: "1" }],
    "session-start": ["session.start", { kind: "session-start", cwd: null }],
    "tool-result-error": [
      "tool-call",
      {
        kind: "tool-error",
        agentEvent: "tool.result",
        cwd: null,
        useId: "toolu_1",
        tool: used({
          name: "Bash",
          object: "make test",
          ok: false,
          error: "exit status 3",
          input: { cmd: "make test" },
        }),
      },
    ],
  },
};
