import type { CommandDef, Resolvable } from "citty";
import type { Command } from "./command.ts";

/** What people see of the whole program, in words. */
export interface Guide {
  /** The commands in the help of the program itself, with what each does, in groups. */
  readonly groups: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** The group that names the other commands. */
  readonly rest: string;
  /** The command to begin with. */
  readonly start: string;
  /** Words that name no command, and the command lines that they may stand for. */
  readonly meanings: Readonly<Record<string, readonly string[]>>;
}

/** The tree of commands, whose guide is loaded when it is needed. */
export type Root = CommandDef & { guide?(): Promise<Guide> };

/** Resolves a value that citty accepts as itself, as a promise or as a function. */
export async function resolve<T>(value: Resolvable<T>): Promise<T> {
  return typeof value === "function" ? await (value as () => T | Promise<T>)() : await value;
}

/** Where the words lead: to a command, to a group, or to a word that names neither. */
export type Route =
  | {
      readonly kind: "command";
      readonly path: readonly string[];
      readonly command: Command;
      readonly rest: readonly string[];
    }
  | {
      readonly kind: "group";
      readonly path: readonly string[];
      readonly group: CommandDef;
      readonly rest: readonly string[];
    }
  | {
      readonly kind: "unknown";
      readonly path: readonly string[];
      readonly word: string;
      readonly known: readonly string[];
    };

/** Follows the words down the tree and loads only what they name. */
export async function route(root: CommandDef, words: readonly string[]): Promise<Route> {
  let path: readonly string[] = ["mm"];
  let node: CommandDef = root;
  for (let depth = 0; ; depth++) {
    const rest = words.slice(depth);
    const word = rest[0];
    const subCommands = await resolve(node.subCommands ?? {});
    const isNamed = word !== undefined && Object.hasOwn(subCommands, word);
    // A command can have subcommands.
    if ("mm" in node && !isNamed) return { kind: "command", path, command: node as Command, rest };
    if (word === undefined || word.startsWith("-"))
      return { kind: "group", path, group: node, rest };
    if (!isNamed) {
      return { kind: "unknown", path, word, known: Object.keys(subCommands) };
    }
    node = (await resolve(subCommands[word] as Resolvable<CommandDef>)) as CommandDef;
    path = [...path, word];
  }
}
