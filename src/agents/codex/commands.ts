import { parse } from "../wire/json-scan.ts";
import { isPayload, number, object } from "../wire/payload.ts";

const EXITED = /^Process exited with code (\d+)$/mu;
/** The tools that run commands, by the name that hooks tell. */
const COMMANDS: ReadonlySet<string | null> = new Set([
  "exec_command",
  "shell",
  "local_shell",
  null,
]);
const HOOKS_NAME = "Bash";

/** The name of a tool as hooks tell it. */
export function toldName(name: string | null): string | null {
  return COMMANDS.has(name) ? HOOKS_NAME : name;
}

/** The code with which a command exited, by the text or the JSON of its output. */
export function exitOf(output: unknown): number | null {
  if (typeof output !== "string") return null;
  const metadata = output.startsWith("{") ? object({ of: parse(output) }, "of") : null;
  const code = number(object(metadata, "metadata"), "exit_code");
  const told = EXITED.exec(output.slice(0, 300))?.[1];
  return code ?? (told === undefined ? null : Number(told));
}

/** Milliseconds. */
export function durationOf(value: unknown): number | null {
  if (!isPayload(value)) return null;
  const [secs, nanos] = [number(value, "secs"), number(value, "nanos")];
  return secs === null ? null : Math.round(secs * 1000 + (nanos ?? 0) / 1e6);
}
