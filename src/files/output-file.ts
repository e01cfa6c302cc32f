import * as fs from "node:fs";
import {
  closeSync,
  fstatSync,
  fsyncSync,
  linkSync,
  lstatSync,
  openSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
} from "node:fs";
import { basename, dirname } from "node:path";
import { codeOf, UserError } from "../errors.ts";
import { writeAll } from "./durable.ts";
import { whyRefused } from "./errno.ts";

/** A file that appears under its name whole or not at all. */
export interface OutputFile {
  write(text: string): void;
  /** Puts it in its place. */
  finish(): void;
  /** Leaves nothing behind. */
  discard(): void;
}

const REASONS = {
  EBADF: "it isn't open for writing",
  ENOENT: "its folder doesn't exist",
  ENOTDIR: "a part of its path is not a folder",
};

function refuse(path: string, error: unknown): never {
  throw new UserError("output", `can't write ${path}: ${whyRefused(error, REASONS)}`);
}

function exists(path: string): UserError {
  return new UserError(
    "output",
    `the file exists: ${path}`,
    "--force replaces it; nothing was written",
  );
}

function place(temporary: string, path: string, replaces: boolean): void {
  if (replaces) {
    renameSync(temporary, path);
    return;
  }
  try {
    // Unlike a rename, a link never replaces what somebody else has put there meanwhile.
    linkSync(temporary, path);
    rmSync(temporary);
  } catch (error) {
    if (codeOf(error) === "EEXIST") throw exists(path);
    renameSync(temporary, path);
  }
}

/**
 * The descriptor of this process that a path names, or null. What the shell has opened is written to as it is:
 * opening it by name would start the file again, and a pipe has no name.
 */
function descriptorOf(path: string): number | null {
  if (path === "/dev/stderr") return 2;
  const number = /^\/(?:dev|proc\/self)\/fd\/(\d{1,6})$/u.exec(path)?.[1];
  return number === undefined ? null : Number(number);
}

/** Whether a descriptor is for us: the shell opens files, pipes and devices, and all others are the engine's own. */
function isOpenForUs(fd: number): boolean {
  try {
    const stat = fstatSync(fd);
    return stat.isFile() || stat.isFIFO() || stat.isCharacterDevice() || stat.isSocket();
  } catch {
    return false;
  }
}

/** What was written before a failure stays written. */
function openedFile(path: string, fd: number): OutputFile {
  return {
    write: (text) => attempt(path, () => writeAll(fs, fd, text)),
    finish() {},
    discard() {},
  };
}

function attempt<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof UserError) throw error;
    return refuse(path, error);
  }
}

/**
 * Creates a file that its user alone may read; it appears under its name when it is finished.
 * @throws UserError `output` if it exists and must not be replaced, or can't be written
 */
export function createOutputFile(path: string, replaces: boolean, id: string): OutputFile {
  const fd = descriptorOf(path);
  if (fd !== null) {
    if (isOpenForUs(fd)) return openedFile(path, fd);
    throw new UserError("output", `can't write ${path}: it isn't open`, "name a file");
  }
  return attempt(path, () => createNamed(path, replaces, id));
}

function createNamed(path: string, replaces: boolean, id: string): OutputFile {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat?.isDirectory()) throw new UserError("output", `it is a folder: ${path}`, "name a file");
  // A pipe or a device is written to as it is: a file in its place would destroy it.
  const isSpecial = stat !== undefined && !stat.isFile();
  // A link that leads nowhere is in the way too.
  const isTaken = lstatSync(path, { throwIfNoEntry: false }) !== undefined;
  if (isTaken && !isSpecial && !replaces) throw exists(path);
  const target = stat === undefined || isSpecial ? path : realpathSync(path);
  const temporary = isSpecial ? path : `${dirname(target)}/.${basename(target)}.${id}.tmp`;
  const fd = attempt(path, () => openSync(temporary, isSpecial ? "w" : "wx", 0o600));
  return {
    write: (text) => attempt(path, () => writeAll(fs, fd, text)),
    finish: () =>
      attempt(path, () => {
        if (!isSpecial) fsyncSync(fd);
        closeSync(fd);
        if (!isSpecial) place(temporary, target, replaces);
      }),
    discard: () => {
      try {
        closeSync(fd);
      } catch {
        // It has been closed already.
      }
      if (!isSpecial) rmSync(temporary, { force: true });
    },
  };
}
