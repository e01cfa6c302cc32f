import { type ArgDef, type CommandDef, defineCommand } from "citty";
import type { Context } from "../context.ts";
import type { UserError } from "../errors.ts";

/** A command's output: the JSON document, and the text for people. */
export interface Answer {
  readonly data: unknown;
  /** Everything for stdout, including the final newline; empty to print nothing. */
  text(): string;
  /** 0 by default. */
  readonly exitCode?: number;
  /** Whether a text of more than a screen goes through the user's pager. */
  readonly isPaged?: boolean;
}

/** The output of a command that may be too large to hold in memory. */
export interface Streamed {
  /** Writes stdout piece by piece. Stops early once `write` returns false because the reader has gone. */
  stream(write: (text: string) => Promise<boolean>): Promise<void>;
  readonly isPaged?: boolean;
}

/** The outcome of a command that ran another program on the same terminal. */
interface Ran {
  readonly ran: number;
}

/** What shell completion offers for a value: something to look up, or a fixed list of words. */
export type ValueKind =
  | "agent"
  | "client"
  | "command"
  | "directory"
  | "file"
  | "live-session"
  | "machine"
  | "session"
  | readonly string[];

/** A citty argument, with what the runner and shell completion need besides. */
export type Arg = ArgDef & {
  readonly completes?: ValueKind;
  /**
   * Takes the next word as the value even if it looks like an option: hooks pass free text. A positional of free text
   * is one word, in quotes.
   */
  readonly freeText?: boolean;
  /** A positional that takes all remaining words, as `_`. */
  readonly rest?: boolean;
  /** Also takes words with a single dash, unless they are options of the command. */
  readonly dashed?: boolean;
};

export type Args = Readonly<Record<string, Arg>>;

/** Declares an argument that several commands share. */
export function arg<const T extends Arg>(declaration: T): T {
  return declaration;
}

/** The type of an argument that was left out. */
type Missing<A extends Arg> = A extends { default: string } | { required: true }
  ? never
  : A extends { type: "positional"; required?: true }
    ? never
    : undefined;

type Value<A extends Arg> = A extends { type: "boolean" }
  ? boolean
  : A extends { type: "enum"; options: readonly (infer Option)[] }
    ? Option | Missing<A>
    : string | Missing<A>;

/** The checked values of a declaration's arguments. `_` holds the words of a `rest` or of the command after `--`. */
type Values<T extends Args> = {
  readonly [K in keyof T as T[K] extends { rest: true } ? never : K]: Value<T[K]>;
} & { readonly _: readonly string[] };

interface Declaration<T extends Args> {
  readonly meta: { readonly name: string; readonly description: string };
  readonly args: T;
  /** For commands that hooks call: gets its words unchecked, as `args._`, fails silently and exits 0. */
  readonly raw?: boolean;
  /** The failure for a person who calls a raw command by mistake; null for everybody else. */
  misuse?(ctx: Context, words: readonly string[]): UserError | null;
  /** A raw command's usage after its name. */
  readonly usage?: string;
  /** A command line that `--help` shows as an example. */
  readonly example: string;
  /** Paragraphs that `--help` shows below the options. */
  readonly details?: readonly string[];
  /** The usage after `--`, for a command that runs another command. Its words arrive as `args._`. */
  readonly operands?: string;
  /** The words of the command that this one is a shorter name of. */
  readonly shortFor?: string;
  /** Why people miss an option, by how it is typed: `--machine`. */
  readonly lacks?: Readonly<Record<string, string>>;
  /** The JSON document of a failure, if it differs from the general one. */
  failureDocument?(error: UserError): unknown;
  run(ctx: Context, args: Values<T>): Promise<Answer | Streamed | Ran>;
}

/** A citty command with what `mm`'s own runner needs besides. */
export interface Command extends CommandDef {
  readonly mm: Omit<Declaration<Args>, "run"> & {
    run(ctx: Context, args: Readonly<Record<string, unknown>>): Promise<Answer | Streamed | Ran>;
  };
}

/** The same command under a shorter name. */
export function shortcut(of: string, full: Command): Command {
  return { ...full, mm: { ...full.mm, shortFor: of } };
}

/** Declares a command. The runner checks `args` against the declaration before it calls `run`. */
export function command<const T extends Args>(declaration: Declaration<T>): Command {
  const { meta, args } = declaration;
  const definition = defineCommand({ meta, args });
  return { ...definition, mm: declaration } as unknown as Command;
}
