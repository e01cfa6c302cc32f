import { toolKind } from "../agents/tool-kind.ts";
import type { Connection } from "../store/connection.ts";
import { isAutomaticSummary } from "../text/summary.ts";
import { counted, firstChars } from "../text/text.ts";
import { fileTools, lastOfType, type TypeAndTool, typesAndTools } from "./sql.ts";
import { type TouchedFile, touchedFiles } from "./touched-file.ts";

/** What happened in a session, for people and models. */
export interface Digest {
  readonly prompts: number;
  readonly commands: number;
  readonly failedCommands: number;
  /** All calls of tools, commands too. */
  readonly toolCalls: number;
  readonly failures: number;
  /** Those that no tool's call was, such as of a model. */
  readonly otherFailures: number;
  readonly decisions: number;
  readonly notes: number;
  readonly files: readonly TouchedFile[];
  readonly lastPrompt: string | null;
  /** The last call that failed, with its reason. */
  readonly lastFailure: string | null;
}

type Counts = Omit<Digest, "files" | "lastPrompt" | "lastFailure">;

function countsOf(events: readonly TypeAndTool[]): Counts {
  const sum = (which: (event: TypeAndTool) => boolean) =>
    events.filter(which).reduce((total, { count }) => total + count, 0);
  const of = (type: string) => sum((event) => event.type === type);
  const isCommand = ({ tool }: TypeAndTool) => tool !== null && toolKind(tool) === "shell";
  const otherFailures = sum(({ type, tool }) => type === "error" && tool === null);
  return {
    prompts: of("prompt"),
    commands: sum(isCommand),
    failedCommands: sum((event) => event.type === "error" && isCommand(event)),
    toolCalls: of("tool_call") + of("error") - otherFailures,
    failures: of("error"),
    otherFailures,
    decisions: of("decision"),
    notes: of("note"),
  };
}

/** Reads what happened in a session. */
export function digestOf(db: Connection, id: string): Digest {
  const counts = countsOf(typesAndTools(db, id));
  const prompt = counts.prompts > 0 ? lastOfType(db, id, "prompt") : null;
  const failure = counts.failures > 0 ? lastOfType(db, id, "error") : null;
  const reason = failure?.error ?? null;
  return {
    ...counts,
    files: touchedFiles(fileTools(db, id)),
    lastPrompt: prompt?.content ?? null,
    lastFailure: failure && [failure.content, reason].filter((part) => part !== null).join(" — "),
  };
}

const MOST_FILES = 3;
const PROMPT_CHARS = 80;

const oneLine = (text: string, chars: number) => {
  const line = text.replace(/\s+/gu, " ").trim();
  const kept = firstChars(line, chars);
  return kept === line ? line : `${kept.trimEnd()}…`;
};

function withFailures(count: number, noun: string, failed: number): string | null {
  if (count === 0) return null;
  return `${counted(count, noun)}${failed === 0 ? "" : ` (${failed} failed)`}`;
}

function changed({ files }: Digest, pathOf: (path: string) => string): string | null {
  const paths = files.filter((file) => file.changed > 0).map(({ path }) => pathOf(path));
  if (paths.length === 0) return null;
  const more = paths.length - MOST_FILES;
  return `changed ${paths.slice(0, MOST_FILES).join(", ")}${more > 0 ? ` +${more}` : ""}`;
}

/** Whether a prompt is what the title was taken from; either may be cut. */
function isTitle(prompt: string, title: string | null): boolean {
  if (prompt === title) return true;
  return prompt.endsWith("…") && title?.startsWith(prompt.slice(0, -1)) === true;
}

/**
 * What happened in one line: `3 prompts, 12 commands (1 failed), changed src/cart.ts, last: "add metrics"`.
 * @param pathOf how to show a path
 * @param title the session's: its last prompt isn't repeated
 */
export function digestLine(
  digest: Digest,
  pathOf: (path: string) => string,
  title: string | null,
): string {
  const { prompts, commands, toolCalls, failures, lastPrompt } = digest;
  const others = toolCalls - commands;
  const failed = failures - digest.failedCommands - digest.otherFailures;
  const last = lastPrompt === null ? "" : oneLine(lastPrompt, PROMPT_CHARS);
  const parts = [
    withFailures(prompts, "prompt", 0),
    withFailures(commands, "command", digest.failedCommands),
    withFailures(others, commands > 0 ? "other call" : "tool call", failed),
    withFailures(digest.otherFailures, "error", 0),
    withFailures(digest.decisions, "decision", 0),
    withFailures(digest.notes, "note", 0),
    changed(digest, pathOf),
    last === "" || isTitle(last, title) ? null : `last: "${last}"`,
  ];
  return parts.filter((part) => part !== null).join(", ");
}

/** A summary that a person or a program wrote; null for none and for one that only counts events. */
export function writtenSummary(summary: string | null): string | null {
  return summary === null || isAutomaticSummary(summary) ? null : summary;
}
