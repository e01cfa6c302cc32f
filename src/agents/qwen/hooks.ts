import type { AgentHooks } from "../wire/agent-hooks.ts";
import { asFailure, exitError } from "../wire/build.ts";
import { claudeBriefed, decodeClaudeShape } from "../wire/claude-shape.ts";
import type { HookEvent } from "../wire/event.ts";
import { CLAUDE_EVENTS, type EventTable } from "../wire/event-name.ts";
import { id, type Payload, text } from "../wire/payload.ts";

const OUTPUT = "\nOutput: ";
const EXIT = "\nExit Code: ";

const EVENTS: EventTable = {
  ...CLAUDE_EVENTS,
  SessionDelete: null,
  TodoCompleted: null,
  TodoCreated: null,
};

/** That it waits for a prompt comes behind Stop, and alone where no Stop does; that it could log in tells nothing. */
function ofNotice(event: HookEvent, type: string | null): HookEvent | null {
  if (type === "auth_success") return null;
  if (type !== "idle_prompt") return event;
  return { ...event, kind: "turn-end", message: null, repeats: true };
}

/** What is told of a command that failed: its code, and what it printed, as Claude Code says it. */
export function failedCommand(code: number | null, printed: string | null): string | null {
  const error = exitError(code);
  return error === null || printed === null ? error : `${error}\n${printed}`;
}

/** The same of the text that the model is given, whose last lines tell how the command ended; null for any other. */
function errorIn(told: string): string | null {
  const at = told.lastIndexOf(EXIT);
  if (at < 0 || !told.startsWith("Command:")) return null;
  const code = Number.parseInt(told.slice(at + EXIT.length), 10) || null;
  const printed = told.slice(
    told.indexOf(OUTPUT) + OUTPUT.length,
    told.lastIndexOf("\nError: ", at),
  );
  return failedCommand(code, printed === "(empty)" ? null : printed);
}

function ofTool(event: HookEvent, useId: string | null): HookEvent {
  const named = useId === null ? event : { ...event, useId };
  const error = errorIn(event.tool?.error ?? "");
  return error === null ? named : asFailure(named, error);
}

function decode(typed: string, payload: Payload): HookEvent | null {
  const event = decodeClaudeShape(
    { agent: "qwen", events: EVENTS, promptId: ["prompt_id"] },
    typed,
    payload,
  );
  // Its own id of the call is nowhere else; the model's is in the transcript, too.
  if (event?.tool != null) return ofTool(event, id(payload, "tool_call_id"));
  if (event?.kind === "notification") return ofNotice(event, text(payload, "notification_type"));
  if (event?.kind !== "prompt") return event;
  // After every round of tools the event comes again without a prompt.
  const prompt = text(payload, "submitted_prompt") ?? event.prompt;
  return prompt === null ? null : { ...event, prompt };
}

export const qwenHooks: AgentHooks = {
  decode,
  events: EVENTS,
  isSigned: null,
  isShaped: null,
  homes: [".qwen"],
  variables: { session: null, folder: ["QWEN_PROJECT_DIR"], version: "QWEN_CODE_STARTUP_VERSION" },
  briefed: claudeBriefed,
  unusedWithout: "transcript",
  process: {
    variable: null,
    name: "qwen",
    script: /(?:^|\/)qwen(?:\.m?js)?$|\/qwen-code\b.*\/cli\.js$/u,
  },
  envFileVariable: null,
};
