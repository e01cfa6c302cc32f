import type { ArgsDef, CommandDef, CommandMeta, Resolvable } from "citty";
import type { Command } from "./command.ts";
import { resolve } from "./tree.ts";

/** The tree of commands as plain data: what it says of each, without what they do. */
export interface Outline {
  readonly description: string;
  readonly hidden: boolean;
  /** The commands of a group by name; null for a command. */
  readonly commands: Readonly<Record<string, Outline>> | null;
  readonly args: ArgsDef;
  /** Whether a command to run stands behind `--`. */
  readonly takesOperands: boolean;
}

/** Loads every command. */
export async function outlineOf(node: CommandDef): Promise<Outline> {
  const { description = "", hidden = false } = (await resolve(node.meta ?? {})) as CommandMeta;
  if ("mm" in node) {
    const { args, operands } = (node as Command).mm;
    return { description, hidden, commands: null, args, takesOperands: operands !== undefined };
  }
  const commands: Record<string, Outline> = {};
  for (const [name, lazy] of Object.entries(await resolve(node.subCommands ?? {}))) {
    commands[name] = await outlineOf(await resolve(lazy as Resolvable<CommandDef>));
  }
  return { description, hidden, commands, args: {}, takesOperands: false };
}
