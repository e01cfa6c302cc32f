import { UserError } from "../errors.ts";
import { hasControls, isObject } from "../text/text.ts";
import { parseAddress, type ServerAddress } from "./remote/address.ts";

/** How much of a session leaves this machine: all of its events, or only what the list of sessions shows. */
const SYNC_CAPTURES = ["events", "titles"] as const;

/** What `sync` in `mm.json` says. */
export interface SyncSettings {
  /** As it stands in the file. */
  readonly url: string;
  readonly address: ServerAddress;
  /** Patterns of projects that may leave this machine, such as `github.com/acme/*`. */
  readonly projects: readonly string[];
  readonly exclude: readonly string[];
  readonly capture: (typeof SYNC_CAPTURES)[number];
  /** This machine's name for people; null stands for its own. */
  readonly machine: string | null;
  /** The file of a certificate authority that signs the server's certificate. */
  readonly ca: string | null;
  /** Prints the password. */
  readonly passwordCommand: readonly string[] | null;
  /** Whether a session's end starts a push. */
  readonly auto: boolean;
  /** Whether `gc` keeps what was not yet pushed. */
  readonly gcOnlyPushed: boolean;
}

type Values = Readonly<Record<string, unknown>>;

const KNOWN = [
  "url",
  "projects",
  "exclude",
  "capture",
  "machine",
  "ca",
  "passwordCommand",
  "auto",
  "gcOnlyPushed",
];

function wrong(key: string, form: string): UserError {
  return new UserError(
    "sync_settings",
    `"${key}" of "sync" in mm.json is not ${form}`,
    "correct it there, or remove it",
  );
}

function words(values: Values, key: string): readonly string[] {
  const value = values[key];
  if (value === undefined) return [];
  if (Array.isArray(value) && value.every((one) => typeof one === "string")) return value;
  throw wrong(key, "a list of texts");
}

/** Patterns of projects. One that begins with `!` would stand for all others, which nobody means. */
function patterns(values: Values, key: string): readonly string[] {
  const list = words(values, key);
  if (!list.some((one) => one.startsWith("!"))) return list;
  throw wrong(key, "a list of patterns without !, as what never leaves stands under exclude");
}

function text(values: Values, key: string): string | null {
  const value = values[key];
  if (value === undefined) return null;
  if (typeof value === "string" && value !== "") return value;
  throw wrong(key, "a text");
}

const MOST_CHARACTERS = 100;

/** A name that can be typed after `--machine`, and that stands on a line. */
function nameOf(values: Values, key: string): string | null {
  const name = text(values, key);
  if (name === null) return null;
  const isFit = name === name.trim() && !hasControls(name) && !/[,/]/u.test(name);
  if (isFit && name !== "all" && name.length <= MOST_CHARACTERS) return name;
  throw wrong(key, `a name: one line of at most ${MOST_CHARACTERS} characters without , and /`);
}

function choice<T extends string>(values: Values, key: string, from: readonly T[]): T | null {
  const value = values[key];
  if (value === undefined) return null;
  const found = from.find((one) => one === value);
  if (found !== undefined) return found;
  throw wrong(key, `one of ${from.join(", ")}`);
}

function flag(values: Values, key: string): boolean {
  const value = values[key] ?? false;
  if (typeof value === "boolean") return value;
  throw wrong(key, "true or false");
}

export function notSetUp(): UserError {
  return new UserError(
    "sync_settings",
    "sync is not set up on this machine",
    "`mm sync init postgres://USER@HOST/DATABASE --project PATTERN` sets it up",
  );
}

/**
 * Checks what `mm.json` has under `sync`.
 * @throws UserError `sync_settings`
 */
export function parseSyncSettings(values: Values): SyncSettings {
  const unknown = Object.keys(values).find((key) => !KNOWN.includes(key));
  if (unknown !== undefined) throw wrong(unknown, "a known setting");
  const url = text(values, "url");
  if (url === null) throw notSetUp();
  const command = words(values, "passwordCommand");
  return {
    url,
    address: parseAddress(url),
    projects: patterns(values, "projects"),
    exclude: patterns(values, "exclude"),
    capture: choice(values, "capture", SYNC_CAPTURES) ?? "events",
    machine: nameOf(values, "machine"),
    ca: text(values, "ca"),
    passwordCommand: command.length === 0 ? null : command,
    auto: choice(values, "auto", ["session-end"]) !== null,
    gcOnlyPushed: flag(values, "gcOnlyPushed"),
  };
}

/** Whether `mm.json` sets up sync, whatever it says. */
export function isSetUp(values: unknown): values is Values {
  return isObject(values) && Object.keys(values).length > 0;
}

/** The pattern of every session, those of no known project included. */
const EVERYTHING = "*";

/** Whether a project fits a pattern. */
export function fitsProject(pattern: string, project: string | null): boolean {
  if (pattern === EVERYTHING) return true;
  if (project === null) return false;
  return new Bun.Glob(pattern).match(project);
}

/** Whether the sessions of a project may leave this machine. Null is no known project. */
export function isReleased(
  { projects, exclude }: Pick<SyncSettings, "projects" | "exclude">,
  project: string | null,
): boolean {
  const isNamed = projects.some((pattern) => fitsProject(pattern, project));
  return isNamed && !exclude.some((pattern) => keepsHere(pattern, project));
}

/** Rather too much is kept here than too little: in groups of the group, too, and whatever is in capitals. */
function keepsHere(pattern: string, project: string | null): boolean {
  const [small, of] = [pattern.toLowerCase(), project?.toLowerCase() ?? null];
  return fitsProject(small, of) || fitsProject(small.replace(/\/\*$/u, "/**"), of);
}
