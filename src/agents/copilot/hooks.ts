import type { AgentHooks } from "../wire/agent-hooks.ts";
import { asFailure, exitError } from "../wire/build.ts";
import { decodeClaudeShape } from "../wire/claude-shape.ts";
import type { HookEvent, HookKind } from "../wire/event.ts";
import { CLAUDE_EVENTS, type EventTable } from "../wire/event-name.ts";
import { id, isCamelCase, number, object, type Payload, text } from "../wire/payload.ts";

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

const TRANSCRIPT = /[/\\]session-state[/\\]([\w-]+)[/\\]events\.jsonl$/u;
/** More than that can be long. */
const TRANSCRIPT_TAIL = 200;

const EXIT_CODE = /<shellId: [^<>\n]+ completed with exit code (\d+)>\s*$/u;
/** More than such a line can be long. */
const EXIT_LINE = 200;

/** What an event of a subagent is to its session; the rest is the subagent's own affair. */
const OF_SUBAGENT: readonly HookKind[] = [
  "tool-start",
  "tool-call",
  "tool-error",
  "subagent-start",
  "subagent-stop",
  "notification",
];

/** The notices that ask for something; the others tell what happens in the background, whatever the agent does. */
const ASKS: readonly (string | null)[] = [null, "permission_prompt", "elicitation_dialog"];

function decode(typed: string, payload: Payload): HookEvent | null {
  const events = payload["session_id"] === undefined ? EVENTS : CLAUDE_DIALECT;
  const decoded = decodeClaudeShape({ agent: "copilot", events }, typed, payload);
  if (decoded === null) return null;
  const isNotice = decoded.kind === "notification";
  if (isNotice && !ASKS.includes(noticeType(payload))) return null;
  const event = { ...decoded, asks: isNotice };
  const own = isSubagents(event, payload) ? ofSession(event, payload) : event;
  return own?.kind === "tool-call" ? withResult(own, payload) : own;
}

function noticeType(payload: Payload): string | null {
  return text(payload, "notification_type", "notificationType");
}

/** A subagent's events come under its own id, its turn's end without a word of the session. */
function isSubagents({ externalId }: HookEvent, payload: Payload): boolean {
  return parentOf(payload) !== null || id(payload, "agentId", "agent_id") === externalId;
}

function parentOf(payload: Payload): string | null {
  return id(payload, "parentAgentId", "parent_agent_id");
}

/** A subagent may be started by another one; the transcript is the session's. */
function rootOf(payload: Payload): string | null {
  const path = text(payload, "transcriptPath", "transcript_path");
  return TRANSCRIPT.exec(path?.slice(-TRANSCRIPT_TAIL) ?? "")?.[1] ?? null;
}

function ofSession(event: HookEvent, payload: Payload): HookEvent | null {
  const session = rootOf(payload) ?? parentOf(payload);
  if (session === null || !OF_SUBAGENT.includes(event.kind)) return null;
  return { ...event, externalId: session };
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
  events: CLAUDE_DIALECT,
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
  unusedWithout: null,
  process: { variable: "COPILOT_LOADER_PID", name: "copilot", script: /(?:^|\/)copilot$/u },
  envFileVariable: null,
};
