import type { HookEvent, HookKind, ToolUse } from "../agents/wire/event.ts";
import type { Capture } from "../settings/settings.ts";
import { depthOf } from "../text/json.ts";
import { redact } from "../text/redact.ts";
import { Cut, redactBeginning } from "../text/redact-beginning.ts";
import { redactJson } from "../text/redact-json.ts";
import { firstChars, hasControls } from "../text/text.ts";
import { cutTitle, type PromptKind, titleLine } from "../text/title.ts";

/** A row of `session_events` as a hook call makes it, redacted and cut. */
export interface HookContent {
  readonly type: string;
  readonly content: string;
  readonly metadata: Readonly<Record<string, unknown>>;
}

const CONTENT_CHARS = 500;
const PATH_CHARS = 4096;
/** Far more than is kept, so that a secret at the cut is redacted whole before the rest goes. */
const LOOK_CHARS = 8192;
const FULL_CHARS = 262_144;
/** Deeper values are no tool's; the engine's own functions would overflow its stack. */
const MAX_DEPTH = 200;

const TYPES: Readonly<Record<HookKind, string>> = {
  "session-start": "session_resume",
  "session-end": "session_end",
  prompt: "prompt",
  "tool-start": "tool_call",
  "tool-call": "tool_call",
  "tool-error": "error",
  "subagent-start": "subagent_start",
  "subagent-stop": "subagent_stop",
  "turn-end": "turn_end",
  compact: "compact",
  notification: "notification",
};

function oneLine(text: string): string {
  // Most commands and paths are on one line already, and the first RegExp of a process costs 0.3 ms.
  if (!hasControls(text) && !text.includes("  ")) return text.trim();
  // Most white space is one space, which stays.
  return text.replace(/[^\S ]\s*| \s+/gu, " ").trim();
}

/** Redacted first, cut after; of long text no more is looked at than is needed for that. */
function safe(text: string, chars: number): string {
  return firstChars(redactBeginning(text, Math.max(chars, LOOK_CHARS), redact), chars);
}

/** The same on one line. It is redacted before, too: what is folded may bring the cut nearer. */
function safeLine(text: string, chars: number): string {
  const isLong = text.length > LOOK_CHARS;
  const line = oneLine(isLong ? redactBeginning(text, LOOK_CHARS, redact) : text);
  // What is a secret on one line only is short.
  return safe(isLong ? line.slice(0, 4 * chars) : line, chars);
}

function toolContent(tool: ToolUse, capture: Capture): string {
  if (capture === "none" || tool.object === null) return safeLine(tool.name, CONTENT_CHARS);
  return safeLine(`${tool.name}: ${tool.object}`, CONTENT_CHARS);
}

function contentOf(event: HookEvent, capture: Capture): string {
  if (event.tool !== null) return toolContent(event.tool, capture);
  if (event.kind === "prompt") {
    const { prompt } = event;
    if (prompt === null) return "";
    if (capture === "none") return `${prompt.length} characters`;
    return capture === "full" ? safe(prompt, FULL_CHARS) : safeLine(prompt, CONTENT_CHARS);
  }
  if (event.kind === "session-start") return event.source ?? "";
  if (event.subagent !== null) return safeLine(event.subagent, CONTENT_CHARS);
  if (event.message === null || capture === "none") return "";
  return safeLine(event.message, CONTENT_CHARS);
}

function isTooDeep(value: unknown): boolean {
  return depthOf(value, MAX_DEPTH) > MAX_DEPTH;
}

function sizeOf(value: unknown): number | undefined {
  if (value === undefined || value === null || isTooDeep(value)) return undefined;
  return typeof value === "string" ? value.length : JSON.stringify(value).length;
}

function fullText(value: unknown): unknown {
  if (value === undefined || value === null || isTooDeep(value)) return undefined;
  const cut = new Cut(FULL_CHARS);
  const redacted = redactJson(value, cut);
  const text = typeof redacted === "string" ? redacted : JSON.stringify(redacted);
  // A value that lacks its end is no value any more, only text.
  return cut.wasCut || text.length > FULL_CHARS ? firstChars(text, FULL_CHARS) : redacted;
}

function toolMetadata(tool: ToolUse, useId: string | null, capture: Capture) {
  const named = capture !== "none";
  return {
    tool: safeLine(tool.name, CONTENT_CHARS),
    tool_use_id: useId === null ? undefined : redact(useId),
    ok: tool.ok,
    error: named && tool.error !== null ? safeLine(tool.error, CONTENT_CHARS) : undefined,
    file: named && tool.file !== null ? safe(tool.file, CONTENT_CHARS) : undefined,
    duration_ms: tool.durationMs ?? undefined,
    input_size: sizeOf(tool.input),
    output_size: tool.outputSize ?? undefined,
    input: capture === "full" ? fullText(tool.input) : undefined,
    output: capture === "full" ? fullText(tool.output) : undefined,
  };
}

/** What is stored of a hook call; `undefined` values are left out when it becomes JSON. */
export function hookContent(event: HookEvent, capture: Capture): HookContent {
  const tool = event.tool === null ? {} : toolMetadata(event.tool, event.useId, capture);
  return {
    type: TYPES[event.kind],
    content: contentOf(event, capture),
    metadata: {
      event: event.agentEvent,
      starts_turn: event.startsTurn || undefined,
      asks: event.asks || undefined,
      ...tool,
    },
  };
}

/** What is stored of what an agent said: nothing, the beginning on one line, or all of it. */
export function saidContent(text: string, capture: Capture): string | null {
  if (capture === "none") return null;
  return capture === "full" ? safe(text, FULL_CHARS) : safeLine(text, CONTENT_CHARS);
}

/** A title from a prompt, and how much that prompt says. */
export interface PromptTitle {
  readonly text: string;
  readonly from: PromptKind;
}

/** The title that a prompt gives to a session, or null. */
export function titleFromPrompt(prompt: string | null, capture: Capture): PromptTitle | null {
  if (prompt === null || capture === "none") return null;
  // Redacted before a line is taken, since what makes a secret of it may be on another one.
  const safePrompt = redactBeginning(prompt, LOOK_CHARS, redact);
  const line = titleLine(safePrompt);
  if (line === null) return null;
  const text = oneLine(line.text);
  const isPart = text === line.text && safePrompt.includes(text);
  return { text: cutTitle(isPart ? text : redact(text)), from: line.kind };
}

/** A path, unchanged except for secrets. */
export function safePath(path: string | null): string | null {
  return path === null ? null : safe(path, PATH_CHARS) || null;
}

/** An agent's text, unchanged except for secrets. */
export function safeText(text: string | null): string | null {
  return text === null ? null : safe(text, CONTENT_CHARS) || null;
}

/** What tells one event from another, for a key: an id as it is, or its hash if it looks like a secret. */
export function safeId(id: string): string {
  return redact(id) === id ? id : `#${Bun.hash(id).toString(36)}`;
}
