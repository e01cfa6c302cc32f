import { dirname, resolve } from "node:path";
import type { Context } from "../context.ts";
import { codeOf, UserError } from "../errors.ts";
import { createDurably, type Disk } from "../files/durable.ts";
import { whyRefused } from "../files/errno.ts";
import { giveFolderToOwner, giveToOwner, readGuarded } from "../files/guard.ts";
import { quoteForPosix } from "../text/shell-words.ts";

/** What changing a file needs of the world. */
export interface Writer extends Pick<Context, "now" | "newId"> {
  readonly files: Disk;
}

const MAX_LINKS = 40;
const PRIVATE_FOLDER = 0o700;
const PERMISSIONS = 0o7777;
/** A name that no agent reads as settings, a hook or a plugin. */
const TEMPORARY = /^\.mm-[0-9a-f-]+\.tmp$/u;
/** Agents keep more than settings in some of these files, but not this much. */
const MAX_BYTES = 64 * 1024 * 1024;
/** What a killed process left behind is removed when it is this old. */
const LEFTOVER_MS = 60_000;

/** One change of one file; null stands for no file. */
export interface Change {
  readonly path: string;
  readonly before: string | null;
  readonly after: string | null;
  /** Mode of a file that isn't there yet. */
  readonly newMode: number;
}

const READING = { EFBIG: "it is too large" };

function isMissing(error: unknown): boolean {
  return codeOf(error) === "ENOENT" || codeOf(error) === "ENOTDIR";
}

/**
 * The text of a file, or null where there is none.
 * @throws UserError `settings_unreadable`
 */
export function readText(files: Disk, path: string): string | null {
  try {
    // The decoder would swallow a byte order mark.
    const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
    return decoder.decode(readGuarded(files, path, MAX_BYTES, "followed"));
  } catch (error) {
    if (isMissing(error)) return null;
    const problem =
      error instanceof TypeError ? "it is not UTF-8 text" : whyRefused(error, READING);
    throw new UserError("settings_unreadable", `can't read ${path}: ${problem}`);
  }
}

/** The file that a path leads to through symbolic links, whether or not it is there. */
function targetOf(files: Disk, path: string): string {
  let target = path;
  for (let links = 0; links < MAX_LINKS; links++) {
    const stat = files.lstatSync(target, { throwIfNoEntry: false });
    if (stat === undefined || !stat.isSymbolicLink()) return target;
    target = resolve(dirname(target), files.readlinkSync(target));
  }
  throw new UserError("settings_unreadable", `can't read ${path}: too many symbolic links`);
}

/** Makes a folder with those above it and returns the ones that were missing, topmost first. */
export function makeFolder(files: Disk, folder: string, mode = PRIVATE_FOLDER): string[] {
  const missing: string[] = [];
  let at = folder;
  while (files.statSync(at, { throwIfNoEntry: false }) === undefined) {
    missing.unshift(at);
    at = dirname(at);
  }
  for (const made of missing) {
    try {
      files.mkdirSync(made, { mode });
      // The process's mask may have taken some of it.
      files.chmodSync(made, mode);
      giveFolderToOwner(files, made);
    } catch (error) {
      if (codeOf(error) !== "EEXIST") throw error;
    }
  }
  return missing;
}

function syncFolder(files: Disk, folder: string): void {
  try {
    const fd = files.openSync(folder, "r");
    try {
      files.fsyncSync(fd);
    } finally {
      files.closeSync(fd);
    }
  } catch {
    // Not every system lets a folder be opened; the rename itself is done.
  }
}

function removeLeftovers({ files, now }: Writer, folder: string): void {
  try {
    for (const name of files.readdirSync(folder)) {
      const path = `${folder}/${name}`;
      if (!TEMPORARY.test(name)) continue;
      const age = now().getTime() - files.statSync(path).mtimeMs;
      if (age > LEFTOVER_MS) files.unlinkSync(path);
    }
  } catch {
    // Somebody else may have removed it; the next write looks again.
  }
}

/** The owner and group that a file has can't be given to a new one. */
class OwnerLost extends Error {}

function keepOwner(files: Disk, fd: number, { uid, gid }: { uid: number; gid: number }): void {
  const now = files.fstatSync(fd);
  if (now.uid === uid && now.gid === gid) return;
  try {
    files.fchownSync(fd, uid, gid);
  } catch {
    throw new OwnerLost();
  }
}

/** A file beside the target with the new text on the disk, with the mode and owner that the target has. */
function writeTemporary(
  { files, newId }: Writer,
  target: string,
  text: string,
  newMode: number,
): string {
  const temporary = `${dirname(target)}/.mm-${newId()}.tmp`;
  const old = files.statSync(target, { throwIfNoEntry: false });
  createDurably(files, temporary, text, (fd) => {
    if (old === undefined) giveToOwner(files, fd, dirname(target));
    else keepOwner(files, fd, old);
    files.fchmodSync(fd, old === undefined ? newMode : old.mode & PERMISSIONS);
  });
  return temporary;
}

function replaceWhole(ctx: Writer, { path, before, newMode }: Change, after: string): boolean {
  const { files } = ctx;
  const target = targetOf(files, path);
  const temporary = writeTemporary(ctx, target, after, newMode);
  try {
    if (readText(files, path) !== before) {
      files.unlinkSync(temporary);
      return false;
    }
    files.renameSync(temporary, target);
    return true;
  } catch (error) {
    files.unlinkSync(temporary);
    throw error;
  }
}

function overwrite(files: Disk, fd: number, text: string): void {
  const bytes = new TextEncoder().encode(text);
  for (let done = 0; done < bytes.length; ) {
    done += files.writeSync(fd, bytes, done, bytes.length - done, done);
  }
  files.ftruncateSync(fd, bytes.length);
  files.fsyncSync(fd);
}

/** Writes into the file itself, which keeps what it is; a failure puts the old text back. */
function writeInPlace(files: Disk, { path, before }: Change, after: string): boolean {
  if (before === null || readText(files, path) !== before) return false;
  const { O_RDWR, O_NOFOLLOW } = files.constants;
  const fd = files.openSync(targetOf(files, path), O_RDWR | (O_NOFOLLOW ?? 0));
  try {
    overwrite(files, fd, after);
    return true;
  } catch (error) {
    overwrite(files, fd, before);
    throw error;
  } finally {
    files.closeSync(fd);
  }
}

/** Whether a new file can't take the old one's place, for instance where that is mounted alone into a container. */
function hasToStay(error: unknown): boolean {
  return error instanceof OwnerLost || codeOf(error) === "EBUSY";
}

function replace(ctx: Writer, change: Change): boolean {
  const { files } = ctx;
  const { path, before, after } = change;
  if (after === null) {
    if (readText(files, path) !== before) return false;
    if (before !== null) files.unlinkSync(targetOf(files, path));
    return true;
  }
  try {
    return replaceWhole(ctx, change, after);
  } catch (error) {
    if (before === null || !hasToStay(error)) throw error;
    try {
      return writeInPlace(files, change, after);
    } catch (failure) {
      throw codeOf(failure) === "EACCES" ? error : failure;
    }
  }
}

/** @throws UserError `settings_unwritable` */
function refuse(path: string, error: unknown): never {
  if (error instanceof UserError) throw error;
  if (error instanceof OwnerLost) {
    throw new UserError(
      "settings_unwritable",
      `can't write ${path}: it belongs to another user or group, which a new file can't keep`,
      `make it your own: sudo chown "$(id -un):$(id -gn)" ${quoteForPosix(path)}`,
    );
  }
  throw new UserError(
    "settings_unwritable",
    `can't write ${path}: ${codeOf(error) || String(error)}`,
    "nothing in it was changed",
  );
}

/**
 * Writes one change so that the file is the old one or the new one whatever happens, through symbolic links. A file
 * whose owner or group a new one can't have, or that can't be replaced, is written in its place.
 * Returns false, and does nothing, if the file isn't what it was when the change was planned.
 * @throws UserError `settings_unwritable`, `settings_unreadable`
 */
export function applyChange(ctx: Writer, change: Change): boolean {
  const { files } = ctx;
  try {
    const target = targetOf(files, change.path);
    const folder = dirname(target);
    if (change.after !== null) makeFolder(files, folder, change.newMode === 0o600 ? 0o700 : 0o755);
    const done = replace(ctx, change);
    removeLeftovers(ctx, folder);
    syncFolder(files, folder);
    return done;
  } catch (error) {
    refuse(change.path, error);
  }
}

/**
 * Checks that a file can be written, before any file is.
 * @throws UserError `settings_unwritable`
 */
export function checkWritable(files: Disk, path: string): void {
  try {
    let folder = dirname(targetOf(files, path));
    while (files.statSync(folder, { throwIfNoEntry: false }) === undefined)
      folder = dirname(folder);
    files.accessSync(folder, files.constants.W_OK | files.constants.X_OK);
  } catch (error) {
    refuse(path, error);
  }
}

/** Removes folders that are empty, the last first. */
export function removeFolders(files: Disk, folders: readonly string[]): void {
  for (const folder of folders.toReversed()) {
    try {
      files.rmdirSync(folder);
    } catch {
      return;
    }
  }
}
