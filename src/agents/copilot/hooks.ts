import type { AgentHooks } from "../wire/agent-hooks.ts";
import { asFailure, exitError } from "../wire/build.ts";
import { decodeClaudeShape } from "../wire/claude-shape.ts";
import type { HookEvent } from "../wire/event.ts";
import { CLAUDE_EVENTS, type EventTable } from "../wire/event-name.ts";
import { isCamelCase, number, object, type Payload, text } from "../wire/payload.ts";

const EVENTS: EventTable = {
  sessionStart: "session-start",
  sessionEnd: "session-end",
  userPromptSubmitted: "prompt",
  preToolUse: "tool-start",
  postToolUse: "tool-call",
  postToolUseFailure: "tool-error",
  subagentStart: "subagent-start",
  subagentStop: "subagent-stop",
  agentStop: "turn-end",
  preCompact: "compact",
  notification: "notification",
  errorOccurred: null,
  permissionRequest: null,
  userPromptTransformed: null,
};

/** Registered under Claude's names, its events come with Claude's fields. */
const CLAUDE_DIALECT: EventTable = {
  ...CLAUDE_EVENTS,
  ErrorOccurred: null,
  UserPromptSubmitted: "prompt",
  UserPromptTransformed: null,
  AgentStop: "turn-end",
};

const EXIT_CODE = /<shellId: [^<>\n]+ completed with exit code (\d+)>\s*$/u;
/** More than such a line can be long. */
const EXIT_LINE = 200;

function decode(typed: string, payload: Payload): HookEvent | null {
  const events = payload["session_id"] === undefined ? EVENTS : CLAUDE_DIALECT;
  const event = decodeClaudeShape({ client: "copilot", events }, typed, payload);
  return event?.kind === "tool-call" ? withResult(event, payload) : event;
}

function withResult(event: HookEvent, payload: Payload): HookEvent {
  const result = object(payload, "toolResult", "tool_result");
  if (event.tool === null || result === null) return event;
  const output = text(result, "textResultForLlm", "text_result_for_llm");
  const outputSize = output?.length ?? event.tool.outputSize;
  const measured = { ...event, tool: { ...event.tool, outputSize } };
  const type = text(result, "resultType", "result_type");
  if (type !== null && type !== "success") {
    return asFailure(measured, text(result, "error") ?? output ?? type);
  }
  const error = isShell(event.tool.name) ? exitCode(output) : null;
  return error === null ? measured : asFailure(measured, error);
}

function isShell(name: string): boolean {
  return /bash|shell/iu.test(name);
}

function exitCode(output: string | null): string | null {
  const code = EXIT_CODE.exec(output?.slice(-EXIT_LINE) ?? "")?.[1];
  return code === undefined ? null : exitError(Number(code));
}

export const copilotHooks: AgentHooks = {
  decode,
  isSigned: null,
  isShaped: (payload) =>
    isCamelCase(payload) &&
    number(payload, "timestamp") !== null &&
    // With the event's name it would be VS Code's.
    text(payload, "hookEventName") === null,
  homes: [".copilot"],
  variables: {
    session: null,
    folder: ["COPILOT_PROJECT_DIR"],
    version: "COPILOT_CLI_BINARY_VERSION",
  },
  briefed: (text) => ({ additionalContext: text }),
  isUnusedWithoutTranscript: false,
  process: { variable: "COPILOT_LOADER_PID" },
  envFileVariable: null,
};
