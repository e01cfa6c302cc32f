import { UserError } from "../../errors.ts";
import { isObject } from "../../text/text.ts";
import type { Baseline } from "../editor.ts";
import { isProgram } from "../own-command.ts";

/** The name under which our server stands. */
export const SERVER_NAME = "mm";

/** How an agent is to start our server. */
export interface ServerCall {
  readonly program: string;
  /** The home that it is told; null where it finds its own. */
  readonly home: string | null;
  /** The options after `mm mcp`. */
  readonly options: readonly string[];
}

/** A server of ours in an agent's settings. */
export interface ServerEntry {
  readonly name: string;
  /** The program and its words. */
  readonly words: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly isEnabled: boolean;
  /** Whether it is the one that the agent reads: of several of a name, the last. */
  readonly counts: boolean;
}

/** Adds our server to the text of one agent's settings and removes it; every other byte stays. */
export interface ServerEditor {
  /** @throws SettingsFault */
  find(text: string): readonly ServerEntry[];
  /**
   * The text with our server as it is wanted.
   * @throws SettingsFault, UserError `name_taken`
   */
  install(text: string | null, wanted: ServerCall, baseline: Baseline): string;
  /** @throws SettingsFault */
  uninstall(text: string, baseline: Baseline): string | null;
  /** What a person would paste, with the newline at its end. */
  print(wanted: ServerCall): string;
}

/** Variables that are emptied, since with them a Bun program answers as Bun; agents may be such programs themselves. */
export function environmentFor({ home }: ServerCall): Readonly<Record<string, string>> {
  return { BUN_BE_BUN: "", BUN_OPTIONS: "", ...(home === null ? {} : { MM_HOME: home }) };
}

/** The words of the call. */
export function wordsFor({ program, options }: ServerCall): string[] {
  return [program, "mcp", ...options];
}

function texts(value: unknown): string[] | null {
  const isList = Array.isArray(value) && value.every((one) => typeof one === "string");
  return isList ? value : null;
}

function wordsOf(value: Readonly<Record<string, unknown>>): string[] {
  const { command, args } = value;
  if (typeof command === "string") return [command, ...(texts(args) ?? [])];
  return texts(command) ?? [];
}

/** What an entry of a list of servers says, if it starts our server; `null` for anybody else's. */
export function ownServer(name: string, value: unknown): Omit<ServerEntry, "counts"> | null {
  if (!isObject(value)) return null;
  const words = wordsOf(value);
  if (!isProgram(words[0] ?? "") || words[1] !== "mcp") return null;
  if (words.slice(2).some((word) => !word.startsWith("-"))) return null;
  const told = value["env"] ?? value["environment"];
  const env = Object.entries(isObject(told) ? told : {}).filter(
    (entry): entry is [string, string] => typeof entry[1] === "string",
  );
  const isEnabled = value["enabled"] !== false && value["disabled"] !== true;
  return { name, words, env: Object.fromEntries(env), isEnabled };
}

/** The name stands for somebody else's server. */
export function nameTaken(entry: string): UserError {
  const shown = entry.length > 100 ? `${entry.slice(0, 100)}…` : entry;
  return new UserError(
    "name_taken",
    `another server is registered as ${SERVER_NAME}: ${shown}`,
    "give that one another name, then run this again",
  );
}
