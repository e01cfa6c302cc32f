import type { AgentHooks } from "../wire/agent-hooks.ts";
import { asFailure, exitError } from "../wire/build.ts";
import { claudeBriefed, decodeClaudeShape } from "../wire/claude-shape.ts";
import type { HookEvent } from "../wire/event.ts";
import type { EventTable } from "../wire/event-name.ts";
import { flatText, object, type Payload, text } from "../wire/payload.ts";

/** PreCompress comes before every turn of the model, whether or not anything is compacted. */
const EVENTS: EventTable = {
  SessionStart: "session-start",
  SessionEnd: "session-end",
  BeforeAgent: "prompt",
  AfterAgent: "turn-end",
  BeforeTool: "tool-start",
  AfterTool: "tool-call",
  Notification: "notification",
  AfterModel: null,
  BeforeModel: null,
  BeforeToolSelection: null,
  PreCompress: null,
};

/** Behind the code stand only these lines; anything else means that the command itself printed it. */
const EXIT_CODE =
  /^\nExit Code: (\d+)(?:\n(?:Signal|Background PIDs|Process Group PGID): [^\n]*)*\s*(?:<\/untrusted_context>\s*)?$/u;

function decode(typed: string, payload: Payload): HookEvent | null {
  const event = decodeClaudeShape({ agent: "gemini", events: EVENTS }, typed, payload);
  const response = object(payload, "tool_response");
  if (event?.kind !== "tool-call" || event.tool === null || response === null) return event;
  const output = flatText(response["llmContent"]);
  const outputSize = output?.length ?? event.tool.outputSize;
  const measured = { ...event, tool: { ...event.tool, outputSize } };
  const error = toolError(response) ?? geminiExitError(event.tool.name, output);
  return error === null ? measured : asFailure(measured, error);
}

function toolError(response: Payload): string | null {
  return text(response, "error") ?? text(object(response, "error"), "message", "type");
}

/** Why a command failed, by the output that the model got of it; null if it didn't, or the tool is another. */
export function geminiExitError(tool: string | null, output: string | null): string | null {
  if (tool !== "run_shell_command") return null;
  const start = output?.lastIndexOf("\nExit Code: ") ?? -1;
  const code = start === -1 ? undefined : EXIT_CODE.exec(output?.slice(start) ?? "")?.[1];
  return code === undefined ? null : exitError(Number(code));
}

export const geminiHooks: AgentHooks = {
  decode,
  events: EVENTS,
  isSigned: null,
  isShaped: null,
  homes: [".gemini"],
  variables: { session: "GEMINI_SESSION_ID", folder: ["GEMINI_PROJECT_DIR"], version: null },
  briefed: claudeBriefed,
  unusedWithout: "prompt",
  process: { variable: null, name: "gemini", script: /(?:^|\/)gemini(?:\.m?js)?$/u },
  envFileVariable: null,
};
