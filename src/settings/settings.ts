import { isDanglingLink, readSmallFile } from "../files/small-file.ts";
import { type Duration, durationMs } from "../text/duration.ts";
import { depthOf, MAX_JSON_DEPTH } from "../text/json.ts";
import { isObject } from "../text/text.ts";

export const CAPTURES = ["none", "summary", "full"] as const;

/** How much of what an agent did is recorded: names and counts, one line, or all of it. */
export type Capture = (typeof CAPTURES)[number];

/** `<home>/mm.json`. */
export interface Settings {
  readonly capture: Capture;
  /** Whether a session-start tells the agent of earlier sessions. */
  readonly context: boolean;
  /** Hook-made sessions without a sign of life for this long are ended. */
  readonly stale: Duration;
  /** Ended sessions without a sign of life for this long are deleted, once a day; null for never. */
  readonly gc: Duration | null;
  /** Agents whose hooks report prompts, so that a session without any had none. */
  readonly prompts: readonly string[];
  /**
   * Whether the transcripts of sessions that hooks record are read as these go on; null for those of agents whose hooks
   * report prompts, since whoever wanted only start and end recorded wants no more from transcripts.
   */
  readonly history: boolean | null;
  /** Prices of models, which go before those that `mm` knows; checked where they are used. */
  readonly prices: Readonly<Record<string, unknown>>;
  /** The server that sessions are carried to; checked where it is used. Empty for none. */
  readonly sync: Readonly<Record<string, unknown>>;
}

/** One key of the file. */
interface Setting<T> {
  /** What holds where the file has no such key. */
  readonly default: T;
  /** What holds where the value is wrong, or the file can't be read. */
  readonly fallback: T;
  /** What a value of the file stands for; undefined where it is wrong. */
  read(value: unknown): T | undefined;
}

const DAY: Duration = { ms: 86_400_000, typed: "24h" };

export const SETTINGS: { readonly [Key in keyof Settings]: Setting<Settings[Key]> } = {
  // Someone who asked for less than everything may have meant the least.
  capture: { default: "summary", fallback: "none", read: captureOf },
  context: { default: false, fallback: false, read: booleanOf },
  stale: { default: DAY, fallback: DAY, read: durationOf },
  gc: { default: null, fallback: null, read: durationOf },
  prompts: { default: [], fallback: [], read: listOf },
  history: { default: null, fallback: false, read: booleanOf },
  prices: { default: {}, fallback: {}, read: objectOf },
  sync: { default: {}, fallback: {}, read: objectOf },
};

const KEYS = Object.keys(SETTINGS) as (keyof Settings)[];

function captureOf(value: unknown): Capture | undefined {
  return value === "none" || value === "summary" || value === "full" ? value : undefined;
}

function booleanOf(value: unknown): boolean | undefined {
  return typeof value === "boolean" ? value : undefined;
}

function durationOf(value: unknown): Duration | undefined {
  const ms = typeof value === "string" ? durationMs(value) : null;
  return ms === null ? undefined : { ms, typed: value as string };
}

function objectOf(value: unknown): Readonly<Record<string, unknown>> | undefined {
  return isObject(value) ? value : undefined;
}

function listOf(value: unknown): string[] | undefined {
  const isList = Array.isArray(value) && value.every((one) => typeof one === "string");
  return isList ? value : undefined;
}

export function settingsPath(home: string): string {
  return `${home}/mm.json`;
}

/** People comment their settings; the installer keeps comments, too. */
function parseWithComments(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return Bun.JSONC.parse(text);
  }
}

function parse(text: string): Readonly<Record<string, unknown>> {
  const value = parseWithComments(text);
  if (!isObject(value)) throw new TypeError();
  if (depthOf(value, MAX_JSON_DEPTH) > MAX_JSON_DEPTH) throw new RangeError();
  return value;
}

/** Something in the file that doesn't count: the value of a key, or with the key null all of it. */
interface SettingsProblem {
  readonly key: keyof Settings | null;
  readonly message: string;
}

/** Where agents' hooks were installed, settings that seem to be missing may be behind a link that leads nowhere. */
async function isBehindDanglingLink(home: string): Promise<boolean> {
  return Bun.file(`${home}/hooks`).size > 0 && (await isDanglingLink(settingsPath(home)));
}

/** The values of the file; undefined where there is none, and why it can't be read as settings. */
async function readValues(
  home: string,
): Promise<Readonly<Record<string, unknown>> | undefined | string> {
  const file = await readSmallFile(settingsPath(home));
  if (file.kind === "absent") {
    return (await isBehindDanglingLink(home)) ? "it is a dangling link" : undefined;
  }
  if (file.kind === "unusable") return file.problem;
  // A power cut or a full disk may have emptied it, and nobody knows of what.
  if (file.text === "") return "it is empty";
  try {
    return parse(file.text);
  } catch (error) {
    return error instanceof RangeError ? "it is nested too deeply" : "not a JSON object";
  }
}

/** What is in force where the file has this value under the key; undefined stands for none. */
export function settingOf<Key extends keyof Settings>(key: Key, value: unknown): Settings[Key] {
  const setting = SETTINGS[key];
  return value === undefined ? setting.default : (setting.read(value) ?? setting.fallback);
}

function valuesOf(get: <Key extends keyof Settings>(key: Key) => Settings[Key]): Settings {
  return {
    capture: get("capture"),
    context: get("context"),
    stale: get("stale"),
    gc: get("gc"),
    prompts: get("prompts"),
    history: get("history"),
    prices: get("prices"),
    sync: get("sync"),
  };
}

interface ReadSettings {
  readonly settings: Settings;
  readonly problems: readonly SettingsProblem[];
  /** The keys that are in the file. */
  readonly present: readonly (keyof Settings)[];
}

/** Reads the settings, with what is wrong in the file. */
export async function readSettings(home: string): Promise<ReadSettings> {
  const path = settingsPath(home);
  const values = (await readValues(home)) ?? {};
  if (typeof values === "string") {
    const settings = valuesOf((key) => SETTINGS[key].fallback);
    return { settings, problems: [{ key: null, message: `${path}: ${values}` }], present: [] };
  }
  const wrong = KEYS.filter((key) => {
    return values[key] !== undefined && SETTINGS[key].read(values[key]) === undefined;
  });
  const problems = wrong.map((key) => ({
    key,
    message: `"${key}" in ${path}: ${JSON.stringify(values[key])}`,
  }));
  const settings = valuesOf((key) => settingOf(key, values[key]));
  return { settings, problems, present: KEYS.filter((key) => values[key] !== undefined) };
}

/** Reads the settings; what is wrong in the file is told to `warn`. */
export async function loadSettings(
  home: string,
  warn: (message: string) => void,
): Promise<Settings> {
  const { settings, problems } = await readSettings(home);
  for (const { message } of problems) warn(`ignored ${message}`);
  return settings;
}
