import { dirname } from "node:path";
import type { AgentName } from "../agents/agents.ts";
import { UserError } from "../errors.ts";
import type { Disk } from "../files/durable.ts";
import { type Baseline, SettingsFault, type Wanted } from "./editor.ts";
import type { EditContext, Scope } from "./places.ts";
import { dropReceipt, type Receipt, readReceipt, writeReceipt } from "./receipt.ts";
import type { HookSettings } from "./settings.ts";
import { applyChange, readText, removeFolders } from "./write.ts";

/** One agent's settings file. */
export interface Target {
  readonly agent: AgentName;
  readonly settings: HookSettings;
  readonly scope: Scope;
  readonly path: string;
}

/** What to do to one file; nothing is written before all files are planned. */
export interface Plan {
  readonly target: Target;
  readonly before: string | null;
  readonly after: string | null;
  /** The receipt to keep, or null if none is needed any more. */
  readonly receipt: Receipt | null;
  readonly oldReceipt: Receipt | null;
}

const ATTEMPTS = 5;
const PRIVATE = 0o600;
const SHARED = 0o644;

/** @throws what is no fault of the file */
function problemOf(error: unknown): string {
  // The parsers go as deep as what they read.
  if (error instanceof RangeError) return "it is nested too deeply";
  if (error instanceof SettingsFault) return error.message;
  throw error;
}

/**
 * Runs an edit of a file; one that can't be edited is refused by name.
 * @throws UserError `settings_unreadable`
 */
export function refusing<T>(path: string, edit: () => T): T {
  try {
    return edit();
  } catch (error) {
    throw new UserError(
      "settings_unreadable",
      `can't edit ${path}: ${problemOf(error)}`,
      "nothing was changed",
    );
  }
}

function missingFolders(files: Disk, path: string): string[] {
  const missing: string[] = [];
  let folder = dirname(path);
  while (files.statSync(folder, { throwIfNoEntry: false }) === undefined) {
    missing.unshift(folder);
    folder = dirname(folder);
  }
  return missing;
}

interface Known {
  readonly before: string | null;
  readonly receipt: Receipt | null;
  /** The file is still what we wrote. */
  readonly isUntouched: boolean;
}

function look(ctx: EditContext, { agent, path }: Target): Known {
  const before = readText(ctx.files, path);
  const receipt = readReceipt(ctx, agent, path);
  const isUntouched = before !== null && receipt?.wrote.includes(before) === true;
  return { before, receipt, isUntouched };
}

function baselineOf(receipt: Receipt): Baseline {
  return { text: receipt.without, wrote: receipt.wrote };
}

/** What an uninstall would leave of the current file. */
function without({ settings }: Target, { before, receipt, isUntouched }: Known): string | null {
  if (before === null) return null;
  if (isUntouched && receipt !== null) return receipt.without;
  return settings.editor.uninstall(before, receipt === null ? undefined : baselineOf(receipt));
}

/** @throws UserError `settings_unreadable` */
export function planInstall(ctx: EditContext, target: Target, wanted: Wanted): Plan {
  const { agent, settings, path } = target;
  const known = look(ctx, target);
  const { before, receipt: oldReceipt, isUntouched } = known;
  return refusing(path, () => {
    const rest = without(target, known);
    const isNew = before === null || settings.editor.find(before).length === 0;
    // In a file with entries of ours but without a receipt, nobody knows what else is ours.
    const unknown: Baseline = isNew ? { text: before, wrote: [] } : undefined;
    const baseline = oldReceipt === null ? unknown : baselineOf(oldReceipt);
    const after = settings.editor.install(before, wanted, baseline);
    if (after === before && oldReceipt !== null) {
      return { target, before, after, receipt: oldReceipt, oldReceipt };
    }
    const earlier = isUntouched ? (oldReceipt?.wrote.slice(-1) ?? []) : [];
    const folders = oldReceipt?.folders ?? missingFolders(ctx.files, path);
    const wrote = [...new Set([...earlier, after])];
    const original = oldReceipt === null ? rest : oldReceipt.original;
    const receipt = { client: agent, path, original, without: rest, wrote, folders };
    return { target, before, after, receipt, oldReceipt };
  });
}

/** @throws UserError `settings_unreadable` */
export function planUninstall(ctx: EditContext, target: Target): Plan {
  const known = look(ctx, target);
  const { before, receipt: oldReceipt } = known;
  const after = refusing(target.path, () => without(target, known));
  return { target, before, after, receipt: null, oldReceipt };
}

/** Without anything of ours a file needs no receipt, nor the folders that were made for it. */
function forget(ctx: EditContext, { target, oldReceipt }: Plan): void {
  dropReceipt(ctx, target.agent, target.path);
  removeFolders(ctx.files, oldReceipt?.folders ?? []);
}

/**
 * Carries out a plan; if somebody has changed the file meanwhile, it is planned again.
 * @throws UserError `settings_busy`, `settings_unwritable`, `settings_unreadable`
 */
export function carryOut(ctx: EditContext, first: Plan, planAgain: () => Plan): void {
  let plan = first;
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const { target, before, after, receipt, oldReceipt } = plan;
    // Before the file: a receipt too many does no harm, one too few loses what was there.
    if (receipt !== null && receipt !== oldReceipt) writeReceipt(ctx, receipt);
    const newMode = target.scope === "user" ? PRIVATE : SHARED;
    if (before === after || applyChange(ctx, { path: target.path, before, after, newMode })) {
      if (receipt === null) forget(ctx, plan);
      return;
    }
    plan = planAgain();
  }
  throw new UserError("settings_busy", `${first.target.path} is changed again and again`);
}
