import { type ArgsDef, type CommandDef, defineCommand, type ParsedArgs } from "citty";
import type { Context } from "../context.ts";
import type { UserError } from "../errors.ts";

/** What a command answers: the JSON document, and the text for people. */
export interface Answer {
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

/** What a declaration may say of a value beyond what citty knows. */
export interface Completed {
  readonly completes?: ValueKind;
}

interface Declaration<T extends ArgsDef> {
  readonly meta: { readonly name: string; readonly description: string };
  readonly args: T & Readonly<Record<keyof T, Completed>>;
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
  run(ctx: Context, args: ParsedArgs<T>): Promise<Answer | Streamed | Ran>;
}

/** A citty command with what `mm`'s own runner needs beside it. */
export interface Command extends CommandDef {
  readonly mm: Omit<Declaration<ArgsDef>, "run"> & {
    run(ctx: Context, args: Readonly<Record<string, unknown>>): Promise<Answer | Streamed | Ran>;
  };
}

/** Declares a command; the runner has checked `args` against its declaration before `run` sees them. */
export function command<const T extends ArgsDef>(declaration: Declaration<T>): Command {
  const { meta, args } = declaration;
  const definition = defineCommand({ meta, args });
  return { ...definition, mm: declaration } as unknown as Command;
}
