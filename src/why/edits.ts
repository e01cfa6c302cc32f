import { toolKind } from "../agents/tool-kind.ts";
import type { ToolUse } from "../agents/wire/event.ts";
import { isPayload, type Payload, text } from "../agents/wire/payload.ts";
import { parseJsonText } from "../text/json.ts";
import { editsOfBlocks, editsOfPatch, type FileEdit } from "./patch.ts";

const FILES = ["file_path", "filePath", "absolute_path", "notebook_path", "path", "target_file"];
const OLD = ["old_string", "oldString", "old_str", "old"];
const NOW = ["new_string", "newString", "new_str", "new", "new_source"];
const WHOLE = ["content", "file_text", "contents"];
const PATCHES = ["input", "patch", "patchText", "command", "cmd", "diff"];
const BEGIN_PATCH = "*** Begin Patch";

/** A text that may be empty, under the first of these keys. */
function textAt(input: Payload, keys: readonly string[]): string | null {
  const value = keys.map((key) => input[key]).find((each) => typeof each === "string");
  return typeof value === "string" ? value : null;
}

function replaced(file: string, input: Payload): FileEdit[] {
  const now = textAt(input, NOW);
  if (now === null) return [];
  const old = textAt(input, OLD);
  // Without an old text it is an insertion.
  return [{ file, old: old === null || old === "" ? [] : old.split("\n"), now: now.split("\n") }];
}

function payloadOf(input: unknown): Payload | null {
  if (isPayload(input)) return input;
  if (typeof input !== "string") return null;
  try {
    const value: unknown = input.startsWith("{") ? parseJsonText(input) : { input };
    return isPayload(value) ? value : null;
  } catch {
    return null;
  }
}

function several(value: unknown): Payload[] {
  if (isPayload(value)) return [value];
  return Array.isArray(value) ? value.filter(isPayload) : [];
}

function ofFile(file: string, input: Payload): FileEdit[] {
  const parts = [...several(input["edits"]), ...several(input["edit"])];
  const whole = textAt(input, WHOLE);
  if (parts.length > 0) return parts.flatMap((part) => replaced(file, part));
  const blocks = editsOfBlocks(file, textAt(input, ["diff"]) ?? "");
  if (blocks.length > 0) return blocks;
  const one = replaced(file, input);
  if (one.length > 0 || whole === null) return one;
  return [{ file, old: null, now: whole.split("\n") }];
}

function commandOf(input: Payload): string | null {
  const argv = input["command"];
  return Array.isArray(argv) ? argv.join(" ") : text(input, "command", "cmd", "command_line");
}

/** The changes that a tool's call has made; none for one that failed or changes no file. */
export function editsOf(tool: ToolUse): FileEdit[] {
  const input = tool.ok ? payloadOf(tool.input) : null;
  if (input === null) return [];
  const command = commandOf(input);
  const patch = [textAt(input, PATCHES), command].find((each) => each?.includes(BEGIN_PATCH));
  if (typeof patch === "string") return editsOfPatch(patch);
  const kind = toolKind(tool.name);
  if (kind === "shell" && command !== null)
    return [{ file: null, old: [], now: command.split("\n") }];
  const file = text(input, ...FILES);
  // Cline and Copilot have one tool for all that is done with a file.
  const isEdit = kind === "edit" || /^(?:str_replace_)?editor$/iu.test(tool.name);
  return file === null || !isEdit ? [] : ofFile(file, input);
}
