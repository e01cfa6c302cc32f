import type { ToolUse } from "./event.ts";
import { parse } from "./json-scan.ts";
import { isPayload, type Payload, text } from "./payload.ts";

const COMMANDS = ["command", "cmd", "command_line"];
const FILES = ["file_path", "filePath", "absolute_path", "notebook_path"];
const QUERIES = ["pattern", "query"];
const REST = ["url", "description", "prompt"];
const PATCHES = ["command", "input", "patch", "patchText"];
const PATCHED = /^\*\*\* (?:Add|Update|Delete) File: (.+)$/mu;
/** Tools whose `path` is where they look, not what they read. */
const LOOKS_AROUND = /^(?:ls$|list|glob|grep|search)/iu;

interface Facts {
  readonly name: string | null;
  readonly input: unknown;
  readonly ok?: boolean;
  readonly error?: string | null;
  readonly durationMs?: number | null;
  /** Of a tool that ended. */
  readonly output?: unknown;
}

/** One tool call; null without the tool's name. */
export function toolUse(facts: Facts): ToolUse | null {
  if (facts.name === null) return null;
  const duration = facts.durationMs ?? null;
  return {
    name: facts.name,
    ...target(facts.name, inputOf(facts.input)),
    ok: facts.ok ?? true,
    error: facts.error ?? null,
    durationMs: duration !== null && duration >= 0 ? duration : null,
    outputSize: textSize(facts.output),
    input: facts.input ?? null,
    output: facts.output ?? null,
  };
}

function inputOf(input: unknown): Payload | null {
  const value = typeof input === "string" && input.startsWith("{") ? parse(input) : input;
  if (typeof value === "string") return { input: value };
  return isPayload(value) ? value : null;
}

function target(name: string, input: Payload | null): Pick<ToolUse, "object" | "file"> {
  if (input === null) return { object: null, file: null };
  if (name.toLowerCase().endsWith("patch") && /^(?:functions\.)?apply_?patch$/iu.test(name)) {
    const file = patched(text(input, ...PATCHES)) ?? text(input, ...FILES, "path");
    return { object: file, file };
  }
  const query = text(input, ...QUERIES);
  const path = text(input, "path");
  const isFile = path !== null && query === null && !LOOKS_AROUND.test(name);
  const file = text(input, ...FILES) ?? (isFile ? path : null);
  return { object: command(input) ?? file ?? query ?? path ?? text(input, ...REST), file };
}

function command(input: Payload): string | null {
  const { command: argv, commands } = input;
  if (Array.isArray(argv)) return joined(argv, " ");
  return text(input, ...COMMANDS) ?? (Array.isArray(commands) ? joined(commands, "; ") : null);
}

function joined(words: readonly unknown[], between: string): string | null {
  return words.every((word) => typeof word === "string") ? words.join(between) || null : null;
}

function patched(patch: string | null): string | null {
  return patch === null ? null : (PATCHED.exec(patch)?.[1]?.trim() ?? null);
}

/** The length of all text in a result, or null where there is none. */
function textSize(value: unknown): number | null {
  if (value === undefined || value === null) return null;
  let size = 0;
  // A list, not recursion: a result may be nested more deeply than the stack. Only what may hold text gets into it.
  for (const rest: unknown[] = [[value]]; rest.length > 0; ) {
    const next = rest.pop() as object;
    for (const each of Array.isArray(next) ? next : Object.values(next)) {
      if (typeof each === "string") size += each.length;
      else if (typeof each === "object" && each !== null) rest.push(each);
    }
  }
  return size;
}
