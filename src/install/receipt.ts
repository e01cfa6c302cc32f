import type { Client } from "../domain/agents.ts";
import { applyChange, type Disk, readText, removeFolders } from "./write.ts";

/** What was there before `mm` came to a file, and what it wrote: the only copy that is kept. */
export interface Receipt {
  readonly client: Client;
  readonly path: string;
  /** The text before our first installation; null for no file. Kept for the user, whatever came after. */
  readonly original: string | null;
  /** The text without anything of ours, with what others have changed since; null for no file. */
  readonly without: string | null;
  /** What we made of that, the last text last. */
  readonly wrote: readonly string[];
  /** Folders that were made for the file. */
  readonly folders: readonly string[];
}

const PRIVATE = 0o600;

function receiptPath(home: string, client: Client, path: string): string {
  const hash = Bun.hash.wyhash(path).toString(16).padStart(16, "0");
  return `${home}/hooks/${client}-${hash}.json`;
}

function isList(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((one) => typeof one === "string");
}

function isReceipt(value: unknown, path: string): value is Receipt {
  if (typeof value !== "object" || value === null) return false;
  const { original, without, wrote, folders, path: own } = value as Record<string, unknown>;
  const areTexts = [original, without].every((text) => text === null || typeof text === "string");
  return own === path && areTexts && isList(wrote) && isList(folders);
}

/** The receipt of a client's file; null where there is none that can be read. */
export function readReceipt(
  files: Disk,
  home: string,
  client: Client,
  path: string,
): Receipt | null {
  const text = readText(files, receiptPath(home, client, path));
  if (text === null) return null;
  try {
    const value: unknown = JSON.parse(text);
    return isReceipt(value, path) ? value : null;
  } catch {
    return null;
  }
}

function store(files: Disk, path: string, text: string | null): void {
  const before = readText(files, path);
  // Nobody else writes it: this is done under the lock.
  if (before !== text) applyChange(files, { path, before, after: text, newMode: PRIVATE });
}

export function writeReceipt(files: Disk, home: string, receipt: Receipt): void {
  store(
    files,
    receiptPath(home, receipt.client, receipt.path),
    `${JSON.stringify(receipt, null, 1)}\n`,
  );
}

/** Forgets a receipt whose file is as it was, with the folders that were made for it. */
export function dropReceipt(files: Disk, home: string, receipt: Receipt): void {
  store(files, receiptPath(home, receipt.client, receipt.path), null);
  removeFolders(files, receipt.folders);
}
