import type { Editor, Entry } from "./editor.ts";
import type { Places, Scope } from "./places.ts";

/** Which events are installed: the sessions alone, or what happens in them too. */
export type EventSet = "sessions" | "activity";

/** Something that keeps installed hooks from working, or a step that a person still has to take. */
export interface Obstacle {
  readonly kind: "off" | "pending";
  readonly message: string;
  /** A command, or what a person has to do, after which it is gone. */
  readonly fix: string;
  /** Whether an event that came since the file was written shows that it is gone. */
  readonly isRefutedByEvents?: boolean;
}

/** What an agent takes of JSON beyond the standard; with anything else it rejects the whole file. */
export interface JsonDialect {
  readonly comments: boolean;
  readonly trailingCommas: boolean;
  readonly byteOrderMark: boolean;
}

/** What an agent's own check may look at. */
export interface Look {
  readonly places: Places;
  readonly scope: Scope;
  readonly file: string;
  readonly entries: readonly Entry[];
  /** A file's text, or null where it can't be read. */
  read(path: string): string | null;
  /** The names in a folder, in order; none where it can't be read. */
  list(folder: string): readonly string[];
}

/** One agent's settings: where they are, how an entry looks, what the agent makes of them. */
export interface HookSettings {
  readonly kind: "settings";
  /** Names under which the agent is found on PATH. */
  readonly programs: readonly string[];
  /** A folder that is there where the agent has been used. */
  folder(places: Places): string;
  file(scope: Scope, places: Places): string;
  readonly editor: Editor;
  /** What it takes of JSON, where that is known and not all that `mm` can edit; null otherwise. */
  readonly dialect: JsonDialect | null;
  readonly events: Readonly<Record<EventSet, readonly string[]>>;
  /** Events that earlier versions of `mm` installed and this one doesn't. */
  readonly formerEvents?: readonly string[];
  /** The event that tells of prompts. */
  readonly promptEvent: string | null;
  /** Events that only newer versions know, which without a known version are left out; or null. */
  readonly newerEvents: {
    /** Prints the agent's version. */
    readonly argv: readonly string[];
    /** The version in what that prints. */
    readonly pattern: RegExp;
    readonly since: Readonly<Record<string, readonly number[]>>;
  } | null;
  /** Steps that are left to a person. */
  nextSteps(scope: Scope): readonly string[];
  /** What to know before. */
  readonly notes: readonly string[];
  /** What already does the same, beside which nothing is installed; null where nothing can. */
  readonly rival: ((look: Omit<Look, "entries" | "file" | "scope">) => string | null) | null;
  obstacles(look: Look): readonly Obstacle[];
}

/** An agent whose hooks `mm` understands but does not install, and why. */
interface NotInstalled {
  readonly kind: "none";
  readonly because: string;
}

export type Installer = HookSettings | NotInstalled;
