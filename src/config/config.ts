import { nearest } from "../cli/suggest.ts";
import type { Context } from "../context.ts";
import { faultAt } from "../edit/editor.ts";
import { isEmptied, removeProperty, setProperty } from "../edit/json-property.ts";
import { parseJson } from "../edit/json-text.ts";
import { refusing } from "../edit/plan.ts";
import { applyChange, readText, type Writer } from "../edit/write.ts";
import { UserError } from "../errors.ts";
import { requireHome } from "../settings/no-folder.ts";
import { readSettings, SETTINGS, type Settings, settingsPath } from "../settings/settings.ts";
import type { Duration } from "../text/duration.ts";
import { isObject } from "../text/text.ts";
import { CONFIG_KEY_NAMES, CONFIG_KEYS } from "./keys.ts";

type Key = keyof Settings;

/** A value as it is in the file. */
type Stored = string | boolean | readonly string[] | Readonly<Record<string, unknown>> | null;

/** A setting, and what holds. */
export interface Setting {
  readonly key: Key;
  /** What is in force. */
  readonly value: Stored;
  readonly default: Stored;
  /** Whether the file says so; false for a default, or for a value that is wrong. */
  readonly isSet: boolean;
}

export interface Configuration {
  readonly path: string;
  readonly settings: readonly Setting[];
}

/** What a change of a setting has done. */
export interface ConfigChange {
  readonly key: Key;
  readonly value: Stored;
  readonly previous: Stored;
}

/** @throws UserError `usage` for a word that names no setting */
export function parseKey(word: string): Key {
  const key = CONFIG_KEY_NAMES.find((name) => name === word);
  if (key !== undefined) return key;
  const near = nearest(word, CONFIG_KEY_NAMES);
  const hint = near === null ? `one of: ${CONFIG_KEY_NAMES.join(", ")}` : `did you mean ${near}?`;
  throw new UserError("usage", `unknown setting '${word}'`, hint);
}

/** The value for the file that a word means. @throws UserError `usage` */
export function parseValue(key: Key, word: string): unknown {
  const { form, fromWord } = CONFIG_KEYS[key];
  const value = fromWord(word);
  if (SETTINGS[key].read(value) !== undefined) return value;
  throw new UserError("usage", `invalid value '${word}' for ${key}; expected: ${form}`);
}

function isDuration(value: Settings[Key]): value is Duration {
  return isObject(value) && typeof value["ms"] === "number" && typeof value["typed"] === "string";
}

function stored(value: Settings[Key]): Stored {
  return isDuration(value) ? value.typed : value;
}

type Needs = Pick<Context, "env" | "warnings">;

/** All settings as they are in force. What is wrong in the file becomes a warning. */
export async function readConfiguration({ env, warnings }: Needs): Promise<Configuration> {
  const home = requireHome(env);
  const { settings, problems, present } = await readSettings(home);
  for (const { message } of problems) warnings.push(`ignored ${message}`);
  const wrong = problems.map(({ key }) => key);
  return {
    path: settingsPath(home),
    settings: CONFIG_KEY_NAMES.map((key) => ({
      key,
      value: stored(settings[key]),
      default: stored(SETTINGS[key].default),
      isSet: present.includes(key) && !wrong.includes(key),
    })),
  };
}

/** The setting with its value in force. */
export async function readSetting(ctx: Needs, key: Key): Promise<Setting> {
  const { settings } = await readConfiguration(ctx);
  const found = settings.find((one) => one.key === key);
  if (found === undefined) throw new Error(`no setting ${key}`);
  return found;
}

/** The file with the key's value, or without the key if that is undefined. */
function edited(text: string | null, key: Key, value: unknown): string | null {
  const root = parseJson(text ?? "");
  if (root !== null && root.type !== "object") {
    throw faultAt(text ?? "", root.offset, "it is not an object");
  }
  if (value === undefined) return root === null ? text : removeProperty(text ?? "", key);
  // Nobody knows how much an emptied file said to record, so it stays the least.
  const isUnknown = isEmptied(text) && key !== "capture";
  const base = isUnknown ? setProperty("", "capture", SETTINGS.capture.fallback) : (text ?? "");
  return setProperty(base, key, value);
}

function write(ctx: Writer, path: string, key: Key, value: unknown): boolean {
  const before = readText(ctx.files, path);
  const after = refusing(path, () => edited(before, key, value));
  return after === before || applyChange(ctx, { path, before, after, newMode: 0o600 });
}

/**
 * Sets a setting in `mm.json`, or unsets it if the value is undefined. Everything else in the file stays as it is.
 * @throws UserError `settings_unreadable`, `settings_unwritable`
 */
export async function changeSetting(
  ctx: Needs & Pick<Context, "disk" | "now" | "newId">,
  key: Key,
  value: unknown,
): Promise<ConfigChange> {
  const { value: previous } = await readSetting({ env: ctx.env, warnings: [] }, key);
  const path = settingsPath(requireHome(ctx.env));
  const writer = { now: ctx.now, newId: ctx.newId, files: await ctx.disk() };
  // Somebody else may write at the same moment.
  while (!write(writer, path, key, value));
  return { key, value: (await readSetting(ctx, key)).value, previous };
}
