import { type ArgDef, type CommandDef, defineCommand } from "citty";
import type { Context } from "../context.ts";
import type { UserError } from "../errors.ts";

/** What a command answers: the JSON document, and the text for people. */
interface Answer {
  readonly data: unknown;
  /** All of stdout, with its last newline; empty for nothing. */
  text(): string;
  /** 0 where it is left out. */
  readonly exitCode?: number;
}

/** The answer of a command whose output may be too large to be held in memory. */
interface Streamed {
  /** Writes all of stdout, piece by piece, and ends early where `write` tells that nobody reads it any more. */
  stream(write: (text: string) => Promise<boolean>): Promise<void>;
}

/** The answer of a command that ran another program on the same terminal. */
interface Ran {
  readonly ran: number;
}

/** What a value is, for completion in shells: something that is looked up, or words that are likely. */
export type ValueKind =
  | "agent"
  | "client"
  | "command"
  | "directory"
  | "file"
  | "live-session"
  | "session"
  | readonly string[];

/** One argument as citty declares it, with what the runner and the completion of shells know beside that. */
export type Arg = ArgDef & {
  readonly completes?: ValueKind;
  /** An option that takes the next word as its value whatever it looks like: hooks pass free text. */
  readonly freeText?: boolean;
  /** A positional that takes all the words that are left, as `_`. */
  readonly rest?: boolean;
  /** Words with one dash that are no option of the command are among them. */
  readonly dashed?: boolean;
};

export type Args = Readonly<Record<string, Arg>>;

/** Declares an argument for several commands. */
export function arg<const T extends Arg>(declaration: T): T {
  return declaration;
}

/** What stands for an argument that may be left out. */
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

/** The checked values of a declaration's arguments; in `_` the words of a `rest` or the command behind `--`. */
type Values<T extends Args> = {
  readonly [K in keyof T as T[K] extends { rest: true } ? never : K]: Value<T[K]>;
} & { readonly _: readonly string[] };

interface Declaration<T extends Args> {
  readonly meta: { readonly name: string; readonly description: string };
  readonly args: T;
  /** Takes its words as they are, as `args._`, fails silently and exits 0: what hooks call. */
  readonly raw?: boolean;
  /** What stands behind the command's name in its usage, for a raw one. */
  readonly usage?: string;
  /** One command line, shown by `--help`. */
  readonly example: string;
  /** More to know, paragraphs shown by `--help` below the options. */
  readonly details?: readonly string[];
  /** What stands behind `--`, for a command that takes another command; its words arrive as `args._`. */
  readonly operands?: string;
  /** The JSON document of a failure, where it isn't the general one. */
  failureDocument?(error: UserError): unknown;
  run(ctx: Context, args: Values<T>): Promise<Answer | Streamed | Ran>;
}

/** A citty command with what `mm`'s own runner needs beside it. */
export interface Command extends CommandDef {
  readonly mm: Omit<Declaration<Args>, "run"> & {
    run(ctx: Context, args: Readonly<Record<string, unknown>>): Promise<Answer | Streamed | Ran>;
  };
}

/** Declares a command; the runner has checked `args` against its declaration before `run` sees them. */
export function command<const T extends Args>(declaration: Declaration<T>): Command {
  const { meta, args } = declaration;
  const definition = defineCommand({ meta, args });
  return { ...definition, mm: declaration } as unknown as Command;
}
