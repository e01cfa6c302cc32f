import { dirname } from "node:path";
import type { AgentName } from "../agents/agents.ts";
import { UserError } from "../errors.ts";
import type { Disk } from "../files/durable.ts";
import { type Baseline, SettingsFault } from "./editor.ts";
import type { EditContext, Scope } from "./places.ts";
import { dropReceipt, type PartName, type Receipt, readReceipt, writeReceipt } from "./receipt.ts";
import { applyChange, readText, removeFolders } from "./write.ts";

/** Something of ours that stands in a settings file, and how it goes again; every other byte stays. */
export interface OwnPart {
  readonly name: PartName;
  /** @throws SettingsFault */
  find(text: string): readonly unknown[];
  /** @throws SettingsFault */
  uninstall(text: string, baseline: Baseline): string | null;
}

/** One agent's settings file, and what of ours in it is meant. */
export interface Target {
  readonly agent: AgentName;
  readonly scope: Scope;
  readonly path: string;
  readonly part: OwnPart;
  /** What else of ours may stand in the same file. */
  readonly others: readonly OwnPart[];
}

/** What to do to one file; nothing is written before all files are planned. */
export interface Plan<T extends Target = Target> {
  readonly target: T;
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

/** What would be left of the current file without anything of ours. */
function without({ part, others }: Target, { before, receipt, isUntouched }: Known): string | null {
  if (before === null) return null;
  if (isUntouched && receipt !== null) return receipt.without;
  const baseline = receipt === null ? undefined : baselineOf(receipt);
  let left: string | null = before;
  for (const each of [part, ...others]) left = left && each.uninstall(left, baseline);
  return left;
}

/** The parts of ours in a text. */
function partsIn({ part, others }: Target, text: string | null): OwnPart[] {
  return text === null ? [] : [part, ...others].filter((each) => each.find(text).length > 0);
}

/** What a receipt says of what is in the file; nothing where that is hooks alone, as it once always was. */
function holding(parts: readonly OwnPart[]): Pick<Receipt, "holds"> {
  const holds = parts.map(({ name }) => name).sort();
  return Bun.deepEquals(holds, ["hooks"]) ? {} : { holds };
}

/**
 * @param install puts the part into the text, as it is wanted
 * @throws UserError `settings_unreadable`
 */
export function planInstall<T extends Target>(
  ctx: EditContext,
  target: T,
  install: (text: string | null, baseline: Baseline) => string,
): Plan<T> {
  const { agent, path } = target;
  const known = look(ctx, target);
  const { before, receipt: oldReceipt, isUntouched } = known;
  return refusing(path, () => {
    const rest = without(target, known);
    const isNew = partsIn(target, before).length === 0;
    // In a file with entries of ours but without a receipt, nobody knows what else is ours.
    const unknown: Baseline = isNew ? { text: before, wrote: [] } : undefined;
    const baseline = oldReceipt === null ? unknown : baselineOf(oldReceipt);
    const after = install(before, baseline);
    if (after === before && oldReceipt !== null) {
      return { target, before, after, receipt: oldReceipt, oldReceipt };
    }
    const earlier = isUntouched ? (oldReceipt?.wrote.slice(-1) ?? []) : [];
    const folders = oldReceipt?.folders ?? missingFolders(ctx.files, path);
    const wrote = [...new Set([...earlier, after])];
    const original = oldReceipt === null ? rest : oldReceipt.original;
    const made = { client: agent, path, original, without: rest, wrote, folders };
    const receipt = { ...made, ...holding(partsIn(target, after)) };
    return { target, before, after, receipt, oldReceipt };
  });
}

/** What becomes of a file in which another part of ours stays. */
function planLess<T extends Target>(target: T, known: Known): Plan<T> {
  const { before, receipt: oldReceipt, isUntouched } = known;
  const baseline = oldReceipt === null ? undefined : baselineOf(oldReceipt);
  const after = before === null ? null : target.part.uninstall(before, baseline);
  if (oldReceipt === null || after === before || after === null) {
    return { target, before, after, receipt: oldReceipt, oldReceipt };
  }
  const wrote = [...(isUntouched ? oldReceipt.wrote.slice(-1) : []), after];
  const { holds: _, ...old } = oldReceipt;
  const rest = without(target, known);
  const receipt = { ...old, without: rest, wrote, ...holding(partsIn(target, after)) };
  return { target, before, after, receipt, oldReceipt };
}

/** @throws UserError `settings_unreadable` */
export function planUninstall<T extends Target>(ctx: EditContext, target: T): Plan<T> {
  const known = look(ctx, target);
  const { before, receipt: oldReceipt } = known;
  return refusing(target.path, () => {
    if (partsIn(target, before).some((part) => part !== target.part)) {
      return planLess(target, known);
    }
    return { target, before, after: without(target, known), receipt: null, oldReceipt };
  });
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
  throw new UserError("settings_busy", `${first.target.path} keeps changing`);
}
