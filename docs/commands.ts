import type { CommandDef, CommandMeta, Resolvable } from "citty";
import type { Command } from "../src/cli/command.ts";
import { resolve } from "../src/cli/tree.ts";

/** A command with the words that name it. */
export interface NamedCommand {
  readonly path: readonly string[];
  readonly command: Command;
}

/** Every command below `node`, in the tree's order, without those that the help hides. */
export async function commandsBelow(
  path: readonly string[],
  node: CommandDef,
): Promise<NamedCommand[]> {
  const found: NamedCommand[] = "mm" in node ? [{ path, command: node as Command }] : [];
  for (const [name, lazy] of Object.entries(await resolve(node.subCommands ?? {}))) {
    const command = await resolve(lazy as Resolvable<CommandDef>);
    const { hidden } = (await resolve(command.meta ?? {})) as CommandMeta;
    const isShortcut = "mm" in command && (command as Command).mm.shortFor !== undefined;
    if (hidden !== true && !isShortcut)
      found.push(...(await commandsBelow([...path, name], command)));
  }
  return found;
}
