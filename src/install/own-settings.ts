import { getNodeValue } from "jsonc-parser";
import { faultAt } from "../edit/editor.ts";
import { isEmptied, removeProperty, setProperty } from "../edit/json-property.ts";
import { parseJson, property } from "../edit/json-text.ts";
import { takenBack } from "../edit/merge.ts";
import type { EditContext } from "../edit/places.ts";
import { refusing } from "../edit/plan.ts";
import { dropReceipt, type Receipt, readReceipt, writeReceipt } from "../edit/receipt.ts";
import { applyChange, type Change, readText } from "../edit/write.ts";
import { SETTINGS, type Settings, settingOf, settingsPath } from "../settings/settings.ts";
import { isObject } from "../text/text.ts";

/** What `mm hooks` changes in `<home>/mm.json`; what is undefined stays. */
export interface OwnSettings {
  readonly capture?: Settings["capture"] | undefined;
  readonly context?: Settings["context"] | undefined;
  /** Agents whose hooks come to report prompts, or cease to. */
  readonly reporting: readonly string[];
  readonly silent: readonly string[];
}

/** The keys of the file that are written here. */
const WRITTEN = ["capture", "context", "prompts"] as const satisfies readonly (keyof Settings)[];

/** The text of `mm.json` with the changes; null where there is no file and nothing to say. */
export function editOwnSettings(text: string | null, changes: OwnSettings): string | null {
  const { capture, context, reporting, silent } = changes;
  const root = parseJson(text ?? "");
  if (root !== null && root.type !== "object") {
    throw faultAt(text ?? "", root.offset, "it is not an object");
  }
  const values: { -readonly [Key in (typeof WRITTEN)[number]]?: Settings[Key] } = {};
  if (capture !== undefined) values.capture = capture;
  if (context !== undefined) values.context = context;
  const node = root === null ? undefined : property(root, "prompts");
  const old: unknown = node === undefined ? [] : getNodeValue(node);
  const known = Array.isArray(old) ? old.map(String) : [];
  const prompts = [...new Set([...known, ...reporting])].filter((name) => !silent.includes(name));
  if (!Bun.deepEquals(prompts, known)) values.prompts = prompts;
  // Once there is something in an emptied file, its defaults would hold.
  if (isEmptied(text) && Object.keys(values).length > 0)
    values.capture ??= SETTINGS.capture.fallback;
  let edited = text;
  for (const [key, value] of Object.entries(values)) edited = setProperty(edited ?? "", key, value);
  return edited;
}

/** What is in force: as told now, else as the file says, else the default. */
export function inForce({ files, places }: EditContext, changes: OwnSettings) {
  const path = settingsPath(places.home);
  const text = readText(files, path);
  const edited = refusing(path, () => editOwnSettings(text, changes));
  const root = edited === null ? null : parseJson(edited);
  const value = (key: string): unknown => {
    const node = root?.type === "object" ? property(root, key) : undefined;
    return node === undefined ? undefined : getNodeValue(node);
  };
  const isUnknown = isEmptied(edited);
  return {
    capture: isUnknown ? SETTINGS.capture.fallback : settingOf("capture", value("capture")),
    context: isUnknown ? SETTINGS.context.fallback : settingOf("context", value("context")),
    /** Whether a server is set up to which sessions are sent. */
    syncs: isObject(value("sync")),
    isChanged: edited !== text,
  };
}

/** Writes the changes; false where the file was changed by somebody else meanwhile. */
export function writeOwnSettings(ctx: EditContext, changes: OwnSettings): boolean {
  const path = settingsPath(ctx.places.home);
  const before = readText(ctx.files, path);
  const after = refusing(path, () => editOwnSettings(before, changes));
  if (after === before || after === null) return true;
  const old = readReceipt(ctx, "mm", path);
  const without = old === null ? before : ownSettingsWithout(before, old);
  const original = old === null ? before : old.original;
  writeReceipt(ctx, { client: "mm", path, original, without, wrote: [after], folders: [] });
  return applyChange(ctx, { path, before, after, newMode: 0o600 });
}

function valueIn(text: string | null, key: string): unknown {
  const root = parseJson(text ?? "");
  const node = root?.type === "object" ? property(root, key) : undefined;
  return node === undefined ? undefined : getNodeValue(node);
}

/** The text without what we put there, except for a value that somebody has changed since. */
function ownSettingsWithout(text: string | null, { without, wrote }: Receipt): string | null {
  if (text === null || wrote.includes(text)) return text === null ? null : without;
  let stripped = text;
  for (const key of WRITTEN) {
    const ours = valueIn(wrote.at(-1) ?? null, key);
    const theirs = valueIn(without, key);
    if (Bun.deepEquals(ours, theirs) || !Bun.deepEquals(ours, valueIn(text, key))) continue;
    stripped =
      theirs === undefined ? removeProperty(stripped, key) : setProperty(stripped, key, theirs);
  }
  if (without === null && /^\s*\{\s*\}\s*$/u.test(stripped)) return null;
  return takenBack(text, stripped, { text: without, wrote }) ?? stripped;
}

/** What of `mm.json` is to stay when no agent's hooks are left. */
export function planOwnRemoval(ctx: EditContext): Pick<Change, "before" | "after"> {
  const path = settingsPath(ctx.places.home);
  const before = readText(ctx.files, path);
  const receipt = readReceipt(ctx, "mm", path);
  if (receipt === null) return { before, after: before };
  return { before, after: refusing(path, () => ownSettingsWithout(before, receipt)) };
}

/** Takes out of `mm.json` what our installations have put there; false where it was changed meanwhile. */
export function removeOwnSettings(ctx: EditContext): boolean {
  const path = settingsPath(ctx.places.home);
  const { before, after } = planOwnRemoval(ctx);
  if (before !== after && !applyChange(ctx, { path, before, after, newMode: 0o600 })) return false;
  dropReceipt(ctx, "mm", path);
  return true;
}
