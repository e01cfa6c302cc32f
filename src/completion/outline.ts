import type { CommandDef, CommandMeta, Resolvable } from "citty";
import type { Args, Command } from "../cli/command.ts";
import { resolve } from "../cli/tree.ts";

/** The tree of commands as plain data, without their code. */
export interface Outline {
  readonly description: string;
  readonly hidden: boolean;
  /** Whether it is a command itself, not only a group. */
  readonly isCommand: boolean;
  /** Its subcommands by name; null if it has none. */
  readonly commands: Readonly<Record<string, Outline>> | null;
  readonly args: Args;
  /** Whether it runs a command that follows `--`. */
  readonly takesOperands: boolean;
}

/** Builds the outline, for which it loads every command. */
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
