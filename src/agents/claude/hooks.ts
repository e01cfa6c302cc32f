import type { AgentHooks } from "../wire/agent-hooks.ts";
import { claudeBriefed, decodeClaudeShape } from "../wire/claude-shape.ts";
import type { HookEvent } from "../wire/event.ts";
import { CLAUDE_EVENTS } from "../wire/event-name.ts";
import { id, type Payload, text } from "../wire/payload.ts";

/** How Claude tells itself, in the place of a prompt, that something in the background is done. */
const NOTICE = "<task-notification>";

/** The end of a turn that failed: the session's, or a subagent's. */
const FAILURE = "StopFailure";

function decode(typed: string, payload: Payload): HookEvent | null {
  const event = decodeClaudeShape(
    { agent: "claude", events: CLAUDE_EVENTS, promptId: ["prompt_id"] },
    typed,
    payload,
  );
  // Of a subagent that failed nothing else tells the end.
  if (event?.agentEvent === FAILURE && id(payload, "agent_id") !== null) {
    return asSubagentStop(event, payload);
  }
  // Claude shows each hook of PreCompact on the screen, so that it isn't installed any more; this start comes unseen.
  if (event?.source === "compact") return { ...event, kind: "compact", repeats: true };
  const prompt = event?.prompt?.trimStart() ?? "";
  return event !== null && prompt.startsWith(NOTICE) ? asNotice(event, prompt) : event;
}

function asSubagentStop(event: HookEvent, payload: Payload): HookEvent {
  const subagent = text(payload, "agent_type");
  return {
    ...event,
    kind: "subagent-stop",
    message: null,
    subagent,
    useId: id(payload, "agent_id"),
  };
}

/** Its id may be that of the turn during which it came. */
function asNotice(event: HookEvent, prompt: string): HookEvent {
  const told = /<summary>([\s\S]*?)<\/summary>/u.exec(prompt)?.[1]?.trim();
  const message = told || null;
  return { ...event, kind: "notification", prompt: null, useId: null, message, startsTurn: true };
}

export const claudeHooks: AgentHooks = {
  decode,
  events: CLAUDE_EVENTS,
  isSigned: null,
  isShaped: null,
  homes: [".claude"],
  variables: { session: "CLAUDE_CODE_SESSION_ID", folder: ["CLAUDE_PROJECT_DIR"], version: null },
  briefed: claudeBriefed,
  unusedWithout: "transcript",
  process: { variable: "CLAUDE_PID", name: "claude", script: /(?:^|\/)claude$/u },
  envFileVariable: "CLAUDE_ENV_FILE",
};
