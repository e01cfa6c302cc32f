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
const MAX_SPOOL_BYTES = 64 * 1024 * 1024;
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

function sizeOf(folder: string): number {
  const sizes = spooledFiles(folder).map(
    (name) => statSync(`${folder}/${name}`, { throwIfNoEntry: false })?.size ?? 0,
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}

function writeDurably(path: string, text: string): void {
  const fd = openSync(path, "wx", 0o600);
  try {
    writeSync(fd, text);
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

/** The oldest spooled calls. */
export function readSpooled(folder: string): Spooled[] {
  return spooledFiles(folder)
    .slice(0, MAX_FILES_A_CALL)
    .flatMap((name) => {
      const file = `${folder}/${name}`;
      try {
        return [{ file, value: JSON.parse(readFileSync(file, "utf8")) as unknown }];
      } catch (error) {
        return codeOf(error) === "ENOENT" ? [] : [{ file, value: null }];
      }
    });
}

/** Removes what has been taken in, and the folder when it is empty. */
export function removeSpooled(folder: string, files: readonly string[]): void {
  for (const file of files) rmSync(file, { force: true });
  try {
    rmdirSync(folder);
  } catch {
    // More has come meanwhile.
  }
}
