import type { CommandDef, CommandMeta, Resolvable } from "citty";
import type { Args, Command } from "../cli/command.ts";
import { resolve } from "../cli/tree.ts";

/** The tree of commands as plain data: what it says of each, without what they do. */
export interface Outline {
  readonly description: string;
  readonly hidden: boolean;
  /** Whether it does something itself, rather than only hold commands. */
  readonly isCommand: boolean;
  /** The commands below it by name; null where there are none. */
  readonly commands: Readonly<Record<string, Outline>> | null;
  readonly args: Args;
  /** Whether a command to run stands behind `--`. */
  readonly takesOperands: boolean;
}

/** Loads every command. */
export async function outlineOf(node: CommandDef): Promise<Outline> {
  const { description = "", hidden = false } = (await resolve(node.meta ?? {})) as CommandMeta;
  const commands: Record<string, Outline> = {};
  for (const [name, lazy] of Object.entries(await resolve(node.subCommands ?? {}))) {
    commands[name] = await outlineOf(await resolve(lazy as Resolvable<CommandDef>));
  }
  const isCommand = "mm" in node;
  const { args, operands } = isCommand ? (node as Command).mm : { args: {}, operands: undefined };
  return {
    description,
    hidden,
    isCommand,
    commands: isCommand && Object.keys(commands).length === 0 ? null : commands,
    args,
    takesOperands: operands !== undefined,
  };
}
