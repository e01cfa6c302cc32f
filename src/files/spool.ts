import * as fs from "node:fs";
import { existsSync, lstatSync, readdirSync, renameSync, rmdirSync, rmSync } from "node:fs";
import { basename } from "node:path";
import { codeOf } from "../errors.ts";
import { createDurably } from "./durable.ts";
import { giveToOwner, makeOwnFolder, readGuarded } from "./guard.ts";

/** More than the largest call takes. */
const MAX_CALL_BYTES = 16 * 1024 * 1024;

/** @throws the system's error */
function readText(file: string): string {
  return new TextDecoder().decode(readGuarded(fs, file, MAX_CALL_BYTES, "refused"));
}

/** The names in a folder of ours. @throws the system's error, ELOOP for a link */
function namesIn(folder: string): string[] {
  if (lstatSync(folder).isSymbolicLink()) throw Object.assign(new Error(), { code: "ELOOP" });
  return readdirSync(folder);
}

/** A call that takes spooled ones in takes at most so many. */
const MAX_FILES_A_CALL = 100;
/** As many that can't be drained are kept, the newest. */
const MAX_SET_ASIDE = 100;
const MAX_SET_ASIDE_BYTES = 16 * 1024 * 1024;
const MAX_SAMPLED_FILES = 500;
const MAX_SPOOL_BYTES = 64 * 1024 * 1024;
/** A writer takes milliseconds; one that has taken this long is dead. */
const HALF_AFTER_MS = 60_000;
const SPOOLED = /^\d+-[0-9a-f-]+\.json$/u;

/** A spooled call: its file, its id and what it holds, or null where that can't be read as JSON. */
export interface Spooled {
  readonly file: string;
  readonly id: string;
  readonly value: unknown;
}

/** What there is in the spool. */
export interface Spool {
  /** The oldest calls. */
  readonly calls: readonly Spooled[];
  /** Whether there is no other call, not even one that is being written. */
  readonly isAll: boolean;
}

function spooledFiles(folder: string): string[] {
  try {
    return namesIn(folder)
      .filter((name) => SPOOLED.test(name))
      .sort();
  } catch {
    return [];
  }
}

/** The files of all spooled calls, oldest first; none where there is no spool. */
export function listSpooled(folder: string): string[] {
  return spooledFiles(folder).map((name) => `${folder}/${name}`);
}

/** What a spooled call holds. @throws the system's error, SyntaxError */
export function readCall(file: string): unknown {
  return JSON.parse(readText(file));
}

/** Where a file goes that can't be drained: apart, so that an empty spool costs nothing to look at. */
function asideOf(folder: string): string {
  return `${folder}.bad`;
}

function bytesIn(folder: string, names: readonly string[]): number {
  return names.reduce(
    (sum, name) => sum + (lstatSync(`${folder}/${name}`, { throwIfNoEntry: false })?.size ?? 0),
    0,
  );
}

/** Of many files only some are looked at: a call has milliseconds left for this. */
function sizeOf(folder: string): number {
  const names = spooledFiles(folder);
  const sample = names.slice(-MAX_SAMPLED_FILES);
  const average = bytesIn(folder, sample) / Math.max(sample.length, 1);
  const aside = asideOf(folder);
  return average * names.length + (existsSync(aside) ? bytesIn(aside, readdirSync(aside)) : 0);
}

/** How many calls wait in the spool. */
export function countSpooled(folder: string): number {
  return spooledFiles(folder).length;
}

function removeQuietly(file: string): void {
  try {
    rmSync(file, { force: true });
  } catch {
    // What can't be written to can't be removed from either.
  }
}

/** Whether the folder can be made again: an emptied one is removed, and root may have left one that is empty. */
function isMadeAnew(folder: string, code: string): boolean {
  if (code === "ENOENT") return true;
  if (code !== "EACCES" && code !== "EPERM") return false;
  try {
    rmdirSync(folder);
    return true;
  } catch {
    return false;
  }
}

/**
 * Keeps a call that the database could not take, in a file of its own that is there whole or not at all.
 * @returns false where the spool is full
 * @throws the system's error where the folder can't be written
 */
export function spool(folder: string, at: number, id: string, value: unknown): boolean {
  if (sizeOf(folder) > MAX_SPOOL_BYTES) return false;
  const path = `${folder}/${at}-${id}.json`;
  for (let attempt = 0; ; attempt++) {
    makeOwnFolder(fs, folder);
    try {
      createDurably(fs, `${path}.tmp`, JSON.stringify(value), (fd) => giveToOwner(fs, fd, folder));
      renameSync(`${path}.tmp`, path);
      return true;
    } catch (error) {
      removeQuietly(`${path}.tmp`);
      if (attempt === 3 || !isMadeAnew(folder, codeOf(error))) throw error;
    }
  }
}

/** What writers that were killed have left. */
function removeHalves(folder: string, names: readonly string[], now: number): void {
  for (const name of names) {
    if (!name.endsWith(".json.tmp") || !SPOOLED.test(name.slice(0, -".tmp".length))) continue;
    const written = lstatSync(`${folder}/${name}`, { throwIfNoEntry: false })?.mtimeMs;
    if (written !== undefined && written < now - HALF_AFTER_MS) {
      rmSync(`${folder}/${name}`, { force: true });
    }
  }
}

/** What can be no call of ours: a link, a pipe or device, a folder, or a file that is too large. */
const NO_CALL: ReadonlySet<string> = new Set(["ELOOP", "EFTYPE", "EISDIR", "EFBIG"]);

/** A file's text; null for one that is gone, undefined for one that can't be read now, empty for what is no call. */
function textOf(file: string): string | null | undefined {
  try {
    return readText(file);
  } catch (error) {
    if (NO_CALL.has(codeOf(error))) return "";
    return codeOf(error) === "ENOENT" ? null : undefined;
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function idOf(name: string): string {
  return name.slice(name.indexOf("-") + 1, -".json".length);
}

/**
 * What is spooled. Read while the database's lock is held, no other call can be at the same files, and one
 * that isn't there has been drained for good.
 */
export function readSpooled(folder: string, now: number): Spool {
  let all: string[];
  try {
    removeHalves(folder, namesIn(folder), now);
    all = namesIn(folder).filter((name) => SPOOLED.test(name.replace(/\.tmp$/u, "")));
  } catch {
    // It is no folder, or none of ours.
    return { calls: [], isAll: false };
  }
  const calls: Spooled[] = [];
  let gone = 0;
  let chars = 0;
  for (const name of all.filter((each) => !each.endsWith(".tmp")).sort()) {
    if (calls.length === MAX_FILES_A_CALL || chars > MAX_CALL_BYTES) break;
    const file = `${folder}/${name}`;
    const text = textOf(file);
    chars += text?.length ?? 0;
    if (text === null) gone++;
    else if (text !== undefined) calls.push({ file, id: idOf(name), value: parsed(text) });
  }
  return { calls, isAll: calls.length + gone === all.length };
}

/** Keeps a file that can't be drained, where it isn't tried again. */
export function setAside(folder: string, file: string): void {
  const aside = asideOf(folder);
  try {
    makeOwnFolder(fs, aside);
    renameSync(file, `${aside}/${basename(file)}.bad`);
    const newestFirst = readdirSync(aside).sort().reverse();
    let bytes = 0;
    for (const [index, name] of newestFirst.entries()) {
      bytes += bytesIn(aside, [name]);
      const isTooMuch = index >= MAX_SET_ASIDE || bytes > MAX_SET_ASIDE_BYTES;
      // A folder is none of ours, and stays.
      if (isTooMuch) removeQuietly(`${aside}/${name}`);
    }
  } catch {
    // It stays, and is tried again.
  }
}

/** Removes what has been drained, and the folder when it is empty. */
export function removeSpooled(folder: string, files: readonly string[]): void {
  for (const file of files) {
    try {
      rmSync(file, { force: true });
    } catch {
      // It counts once however often it is found.
    }
  }
  try {
    rmdirSync(folder);
  } catch {
    // More has come meanwhile.
  }
}
