/** A hook call of ours that stands in a client's settings. */
export interface Entry {
  /** The client's name of the event under which it stands. */
  readonly event: string;
  readonly program: string;
  /** Its group's and its own position under the event, as Codex counts them for its trust. */
  readonly place: string;
}

/** What `mm hooks install` wants to stand in a client's settings. */
export interface Wanted {
  readonly program: string;
  readonly events: readonly string[];
}

/**
 * What the settings are without `mm`, by which the containers that it made are known, and what it has made of
 * them, the last text last; undefined where nobody knows.
 */
export type Baseline =
  | { readonly text: string | null; readonly wrote: readonly string[] }
  | undefined;

/** How entries get into the text of one client's settings and out of it; every other byte stays. */
export interface Editor {
  /** @throws SettingsFault */
  find(text: string): readonly Entry[];
  /**
   * The text with exactly the wanted entries; one that stands there as wanted isn't moved.
   * @throws SettingsFault
   */
  install(text: string | null, wanted: Wanted, baseline: Baseline): string;
  /**
   * The text without our entries, or null where nothing is left that is anybody else's.
   * @throws SettingsFault
   */
  uninstall(text: string, baseline: Baseline): string | null;
  /** What a person would paste, with its last newline. */
  print(wanted: Wanted): string;
}

/** Settings that can't be edited: not parsable, or of a shape that nobody knows. */
export class SettingsFault extends Error {}

/** The fault with the place in the text that it is about. */
export function faultAt(text: string, offset: number, problem: string): SettingsFault {
  const before = text.slice(0, offset);
  const line = before.split("\n").length;
  const column = offset - (before.lastIndexOf("\n") + 1) + 1;
  return new SettingsFault(`${problem} at line ${line}, column ${column}`);
}
