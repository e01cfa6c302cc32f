import type { AgentName } from "../agents/agents.ts";
import { statOf } from "../files/guard.ts";
import { isObject } from "../text/text.ts";
import type { EditContext } from "./places.ts";
import { applyChange, readText } from "./write.ts";

/** Whose file: an agent's, or our own settings. */
export type Owner = AgentName | "mm";

/** What of ours a file can hold. */
export type PartName = "hooks" | "server";

/** What a file was before `mm` changed it, and what `mm` wrote: there is no other copy. */
export interface Receipt {
  readonly client: Owner;
  readonly path: string;
  /** The text before our first installation; null for no file. It is kept for the user, whatever comes after. */
  readonly original: string | null;
  /** The text without anything of ours, with what others have changed since; null for no file. */
  readonly without: string | null;
  /** What we wrote instead, the latest last. */
  readonly wrote: readonly string[];
  /** Folders that were made for the file. */
  readonly folders: readonly string[];
  /** What of ours is in the file; hooks alone where it doesn't say. */
  readonly holds?: readonly string[];
}

const PRIVATE = 0o600;

const RECEIPT = /^(?!mm-)[a-z]+-[0-9a-f]{16}\.json$/u;

export function receiptName(agent: Owner, path: string): string {
  return `${agent}-${Bun.hash.wyhash(path).toString(16).padStart(16, "0")}.json`;
}

function receiptPath({ places }: EditContext, agent: Owner, path: string): string {
  return `${places.home}/hooks/${receiptName(agent, path)}`;
}

function isList(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((one) => typeof one === "string");
}

function isReceipt(value: unknown, path: string): value is Receipt {
  if (!isObject(value)) return false;
  const { original, without, wrote, folders, holds = [], path: own } = value;
  const areTexts = [original, without].every((text) => text === null || typeof text === "string");
  return own === path && areTexts && isList(wrote) && isList(folders) && isList(holds);
}

/** The names of the receipts of agents' files that hold hooks, or may. */
export function hookReceiptNames({ files, places }: EditContext): string[] {
  const folder = `${places.home}/hooks`;
  try {
    const names = files.readdirSync(folder).filter((name) => RECEIPT.test(name));
    return names.filter((name) => mayHold("hooks", files, `${folder}/${name}`));
  } catch {
    return [];
  }
}

function mayHold(part: PartName, files: EditContext["files"], path: string): boolean {
  try {
    const { holds = ["hooks"] } = JSON.parse(readText(files, path) ?? "{}") as Partial<Receipt>;
    return holds.includes(part);
  } catch {
    return true;
  }
}

/** The receipt of an agent's file; null if there is none that can be read. */
export function readReceipt(ctx: EditContext, agent: Owner, path: string): Receipt | null {
  try {
    const text = readText(ctx.files, receiptPath(ctx, agent, path));
    const value: unknown = JSON.parse(text ?? "null");
    return isReceipt(value, path) ? value : null;
  } catch {
    return null;
  }
}

/** Whether there is one, even one that can't be read; none where the home can't be entered. */
function hasReceipt(ctx: EditContext, agent: Owner, path: string): boolean {
  return statOf(ctx.files, receiptPath(ctx, agent, path), "followed") !== undefined;
}

/** Whether there is one that says that this is in the file, or one that can't be read. */
export function mayHavePart(
  ctx: EditContext,
  { agent, path, part }: { agent: Owner; path: string; part: { name: PartName } },
): boolean {
  if (!hasReceipt(ctx, agent, path)) return false;
  return mayHold(part.name, ctx.files, receiptPath(ctx, agent, path));
}

export function writeReceipt(ctx: EditContext, receipt: Receipt): void {
  const { client: agent, path: own } = receipt;
  if (readReceipt(ctx, agent, own) === null) dropReceipt(ctx, agent, own);
  const path = receiptPath(ctx, agent, own);
  const after = `${JSON.stringify(receipt, null, 1)}\n`;
  const before = readText(ctx.files, path);
  // Nobody else writes it: this is done under the lock.
  if (before !== after) applyChange(ctx, { path, before, after, newMode: PRIVATE });
}

/** Removes the receipt of a file, even one that can't be read. */
export function dropReceipt(ctx: EditContext, agent: Owner, path: string): void {
  if (hasReceipt(ctx, agent, path)) ctx.files.unlinkSync(receiptPath(ctx, agent, path));
}
