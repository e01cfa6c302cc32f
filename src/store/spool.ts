import {
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmdirSync,
  rmSync,
  statSync,
  writeSync,
} from "node:fs";
import { codeOf } from "../errors.ts";

/** A call that takes spooled ones in takes at most so many. */
const MAX_FILES_A_CALL = 100;
const MAX_SAMPLED_FILES = 500;
const MAX_SPOOL_BYTES = 64 * 1024 * 1024;
/** A writer takes milliseconds; one that has taken this long is dead. */
const HALF_AFTER_MS = 60_000;
const SPOOLED = /^\d+-[0-9a-f-]+\.json$/u;

/** A spooled call: its file and what it holds, or null where that can't be read as JSON. */
export interface Spooled {
  readonly file: string;
  readonly value: unknown;
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

/** Of many files only some are looked at: a call has milliseconds left for this. */
function sizeOf(folder: string): number {
  const names = spooledFiles(folder);
  const sample = names.slice(-MAX_SAMPLED_FILES);
  const sizes = sample.map(
    (name) => statSync(`${folder}/${name}`, { throwIfNoEntry: false })?.size ?? 0,
  );
  const sum = sizes.reduce((total, size) => total + size, 0);
  return sample.length === 0 ? 0 : (sum / sample.length) * names.length;
}

function writeDurably(path: string, text: string): void {
  const fd = openSync(path, "wx", 0o600);
  try {
    const bytes = new TextEncoder().encode(text);
    // A disk that is nearly full takes a part without an error, and only then refuses.
    for (let done = 0; done < bytes.length; done += writeSync(fd, bytes, done));
    fsyncSync(fd);
  } finally {
    closeSync(fd);
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
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    try {
      writeDurably(`${path}.tmp`, JSON.stringify(value));
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

/** The oldest spooled calls. */
export function readSpooled(folder: string, now: number): Spooled[] {
  try {
    removeHalves(folder, now);
  } catch {
    // It is no folder, or none of ours.
  }
  return spooledFiles(folder)
    .slice(0, MAX_FILES_A_CALL)
    .flatMap((name) => {
      const file = `${folder}/${name}`;
      try {
        return [{ file, value: JSON.parse(readFileSync(file, "utf8")) as unknown }];
      } catch (error) {
        // Text that is no JSON never will be; what can't be read now may be read later.
        return error instanceof SyntaxError ? [{ file, value: null }] : [];
      }
    });
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
