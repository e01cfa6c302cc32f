import type { Context } from "../context.ts";
import { UserError } from "../errors.ts";
import { type Command, command } from "./command.ts";
import { renderHelp } from "./help.ts";
import { unknownCommand, usageHint } from "./suggest.ts";
import { type Root, route } from "./tree.ts";

async function usageOf(
  ctx: Pick<Context, "terminal">,
  root: Root,
  words: readonly string[],
): Promise<string> {
  const found = await route(root, words);
  if (found.kind === "unknown") throw await unknownCommand(root, found);
  const left = found.rest[0];
  if (left !== undefined)
    throw new UserError("usage", `unexpected argument '${left}'`, usageHint(found.path));
  const { path } = found;
  return await renderHelp(path, found.kind === "group" ? found.group : found.command, ctx.terminal);
}

/** `mm help`: shows the `--help` of any command. */
export function help(root: Root): Command {
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
    async run(ctx, args) {
      const usage = await usageOf(ctx, root, args._);
      return { data: null, text: () => usage };
    },
  });
}
