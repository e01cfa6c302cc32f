import type { Called } from "./hook-command.ts";

/** A hook call of ours in an agent's settings. */
export interface Entry {
  /** The agent's name of the event under which it stands. */
  readonly event: string;
  readonly program: string;
  /** The home that its command names, or null. */
  readonly home: string | null;
  /** Its group's and its own position under the event, as Codex counts them for its trust. */
  readonly place: string;
  /** Whether the agent waits until the call has ended. */
  readonly isWaitedFor: boolean;
}

/** What `mm hooks install` wants to stand in an agent's settings. */
export interface Wanted extends Called {
  readonly events: readonly string[];
}

/**
 * The settings without `mm`, which show what else `mm` added, and the texts that `mm` wrote, the latest last;
 * undefined if nobody knows.
 */
export type Baseline =
  | { readonly text: string | null; readonly wrote: readonly string[] }
  | undefined;

/** Adds entries to the text of one agent's settings and removes them; every other byte stays. */
export interface Editor {
  /** @throws SettingsFault */
  find(text: string): readonly Entry[];
  /**
   * The text with exactly the wanted entries; one that is already as wanted stays where it is.
   * @throws SettingsFault
   */
  install(text: string | null, wanted: Wanted, baseline: Baseline): string;
  /**
   * The text without our entries, or null if nothing else is left.
   * @throws SettingsFault
   */
  uninstall(text: string, baseline: Baseline): string | null;
  /** What a person would paste, with the newline at its end. */
  print(wanted: Wanted): string;
}

/** Settings that can't be edited: they don't parse, or have an unknown shape. */
export class SettingsFault extends Error {}

/** A fault with its line and column in the text. */
export function faultAt(text: string, offset: number, problem: string): SettingsFault {
  const before = text.slice(0, offset);
  const line = before.split("\n").length;
  const column = offset - (before.lastIndexOf("\n") + 1) + 1;
  return new SettingsFault(`${problem} at line ${line}, column ${column}`);
}
