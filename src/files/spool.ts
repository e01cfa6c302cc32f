import * as fs from "node:fs";
import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmdirSync,
  rmSync,
  statSync,
} from "node:fs";
import { basename } from "node:path";
import { codeOf } from "../errors.ts";
import { createDurably } from "./durable.ts";

/** A spooled call and the session that it is about. */
export interface SpooledCall {
  readonly file: string;
  readonly agentId: string;
  readonly externalId: string;
}

/** All spooled calls whose session can be read; none where there is no spool. */
export function spooledCalls(folder: string): SpooledCall[] {
  let names: string[] = [];
  try {
    names = readdirSync(folder).filter((name) => name.endsWith(".json"));
  } catch {
    return [];
  }
  return names.flatMap((name) => {
    const file = `${folder}/${name}`;
    try {
      const { agentId, externalId } = JSON.parse(readFileSync(file, "utf8")) as SpooledCall;
      return typeof agentId === "string" && typeof externalId === "string"
        ? [{ file, agentId, externalId }]
        : [];
    } catch {
      // A hook has taken it in meanwhile, or will say that it can't.
      return [];
    }
  });
}

export function removeCalls(calls: readonly SpooledCall[]): void {
  for (const { file } of calls) rmSync(file, { force: true });
}

/** A call that takes spooled ones in takes at most so many. */
const MAX_FILES_A_CALL = 100;
/** As many that can't be taken in are kept, the newest. */
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
    return readdirSync(folder)
      .filter((name) => SPOOLED.test(name))
      .sort();
  } catch {
    return [];
  }
}

/** Where a file goes that can't be taken in: apart, so that an empty spool costs nothing to look at. */
function asideOf(folder: string): string {
  return `${folder}.bad`;
}

function bytesIn(folder: string, names: readonly string[]): number {
  return names.reduce(
    (sum, name) => sum + (statSync(`${folder}/${name}`, { throwIfNoEntry: false })?.size ?? 0),
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

/**
 * Keeps a call that the database could not take, in a file of its own that is there whole or not at all.
 * @returns false where the spool is full
 * @throws the system's error where the folder can't be written
 */
export function spool(folder: string, at: number, id: string, value: unknown): boolean {
  if (sizeOf(folder) > MAX_SPOOL_BYTES) return false;
  const path = `${folder}/${at}-${id}.json`;
  for (let attempt = 0; ; attempt++) {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    try {
      createDurably(fs, `${path}.tmp`, JSON.stringify(value));
      renameSync(`${path}.tmp`, path);
      return true;
    } catch (error) {
      rmSync(`${path}.tmp`, { force: true });
      // Whoever emptied the spool meanwhile has removed its folder.
      if (codeOf(error) !== "ENOENT" || attempt === 3) throw error;
    }
  }
}

/** What writers that were killed have left. */
function removeHalves(folder: string, now: number): void {
  for (const name of readdirSync(folder)) {
    if (!name.endsWith(".json.tmp") || !SPOOLED.test(name.slice(0, -".tmp".length))) continue;
    const written = statSync(`${folder}/${name}`, { throwIfNoEntry: false })?.mtimeMs;
    if (written !== undefined && written < now - HALF_AFTER_MS) {
      rmSync(`${folder}/${name}`, { force: true });
    }
  }
}

/** A file's text; null for one that is gone, undefined for one that can't be read now. */
function textOf(file: string): string | null | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    return codeOf(error) === "ENOENT" && lstatSync(file, { throwIfNoEntry: false }) === undefined
      ? null
      : undefined;
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
 * that isn't there has been taken in for good.
 */
export function readSpooled(folder: string, now: number): Spool {
  let all: string[];
  try {
    removeHalves(folder, now);
    all = readdirSync(folder).filter((name) => SPOOLED.test(name.replace(/\.tmp$/u, "")));
  } catch {
    // It is no folder, or none of ours.
    return { calls: [], isAll: false };
  }
  const calls: Spooled[] = [];
  let gone = 0;
  for (const name of all.filter((each) => !each.endsWith(".tmp")).sort()) {
    if (calls.length === MAX_FILES_A_CALL) break;
    const file = `${folder}/${name}`;
    const text = textOf(file);
    if (text === null) gone++;
    else if (text !== undefined) calls.push({ file, id: idOf(name), value: parsed(text) });
  }
  return { calls, isAll: calls.length + gone === all.length };
}

/** Keeps a file that can't be taken in, where it isn't tried again. */
export function setAside(folder: string, file: string): void {
  const aside = asideOf(folder);
  try {
    mkdirSync(aside, { recursive: true, mode: 0o700 });
    renameSync(file, `${aside}/${basename(file)}.bad`);
    const newestFirst = readdirSync(aside).sort().reverse();
    let bytes = 0;
    for (const [index, name] of newestFirst.entries()) {
      bytes += bytesIn(aside, [name]);
      const isTooMuch = index >= MAX_SET_ASIDE || bytes > MAX_SET_ASIDE_BYTES;
      if (isTooMuch) rmSync(`${aside}/${name}`, { force: true });
    }
  } catch {
    // It stays, and is tried again.
  }
}

/** Removes what has been taken in, and the folder when it is empty. */
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
