import type { CommandDef } from "citty";
import { UserError } from "../errors.ts";
import { type Command, command } from "./command.ts";
import { renderHelp } from "./help.ts";
import { nearest } from "./suggest.ts";
import { route } from "./tree.ts";

function usageHint(path: readonly string[]): string {
  return `\`${path.join(" ")} --help\` shows the usage`;
}

function unknown(word: string, path: readonly string[], known: readonly string[]): UserError {
  const near = nearest(word, known);
  const hint = near === null ? usageHint(path) : `did you mean ${near}?`;
  return new UserError("usage", `unknown command '${word}'`, hint);
}

async function usageOf(root: CommandDef, words: readonly string[]): Promise<string> {
  const found = await route(root, words);
  if (found.kind === "unknown") throw unknown(found.word, found.path, found.known);
  const left = found.rest[0];
  if (left !== undefined)
    throw new UserError("usage", `unexpected argument '${left}'`, usageHint(found.path));
  return await renderHelp(found.path, found.kind === "group" ? found.group : found.command);
}

/** `mm help`: shows the `--help` of any command. */
export function help(root: CommandDef): Command {
  return command({
    meta: { name: "help", description: "Show the usage of a command" },
    args: {
      command: {
        type: "positional",
        rest: true,
        required: false,
        completes: "command",
        valueHint: "COMMAND…",
        description: "The command to show; mm itself by default",
      },
    },
    example: "mm help session start",
    async run(_, args) {
      const usage = await usageOf(root, args._);
      return { data: null, text: () => usage };
    },
  });
}
