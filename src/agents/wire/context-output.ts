import { toJson } from "../../text/text.ts";
import type { HookEvent } from "./event.ts";

/** The one object by which each client takes context from a hook at a session's start; the others take none. */
export function contextOutput(event: HookEvent, text: string): string {
  switch (event.client) {
    case "claude":
    case "codex":
    case "gemini":
    case "qwen":
    case "droid":
    case "vscode":
    case "generic":
      return `${toJson({ hookSpecificOutput: { hookEventName: "SessionStart", additionalContext: text } })}\n`;
    case "copilot":
      return `${toJson({ additionalContext: text })}\n`;
    case "cursor":
      return `${toJson({ additional_context: text })}\n`;
    default:
      return "";
  }
}
