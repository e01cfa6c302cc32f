import type { Stats } from "node:fs";
import { dirname } from "node:path";
import { codeOf } from "../errors.ts";
import { type Disk, writeAll } from "./durable.ts";

// The one place that opens files which someone else may have put there: a pipe, a device, a link or a file
// without end. Nothing here waits, reads without a bound or writes through a link.

/** Links are followed where people put them, as for settings; never where only `mm` puts files. */
export type Links = "followed" | "refused";

const LEAST_READ = 65_536;

function fault(code: string, path: string): Error {
  return Object.assign(new Error(`${code}: ${path}`), { code });
}

/**
 * Opens a regular file.
 * @param flags of open(2), beside those that keep it from waiting
 * @throws the system's error: ELOOP for a link that is refused, EISDIR, EFTYPE for a pipe, device or socket
 */
export function openGuarded(files: Disk, path: string, flags: number, links: Links): number {
  const { O_NONBLOCK, O_NOFOLLOW } = files.constants;
  // Windows has neither flag.
  const never = (O_NONBLOCK ?? 0) | (links === "refused" ? (O_NOFOLLOW ?? 0) : 0);
  let fd: number;
  try {
    fd = files.openSync(path, flags | never, 0o600);
  } catch (error) {
    // A pipe without a reader, and a socket.
    throw codeOf(error) === "ENXIO" ? fault("EFTYPE", path) : error;
  }
  const stat = files.fstatSync(fd);
  if (stat.isFile()) return fd;
  files.closeSync(fd);
  throw fault(stat.isDirectory() ? "EISDIR" : "EFTYPE", path);
}

/** The bytes of an open file from a position on, at most so many. */
function readPart(files: Disk, fd: number, position: number, length: number): Uint8Array {
  const buffer = new Uint8Array(length);
  let done = 0;
  while (done < length) {
    const read = files.readSync(fd, buffer, done, length - done, position + done);
    if (read === 0) break;
    done += read;
  }
  return buffer.subarray(0, done);
}

/**
 * The bytes of a file.
 * @throws the system's error; those of `openGuarded`, and EFBIG for a file of more than `maxBytes`
 */
export function readGuarded(files: Disk, path: string, maxBytes: number, links: Links): Uint8Array {
  const fd = openGuarded(files, path, files.constants.O_RDONLY, links);
  try {
    const { size } = files.fstatSync(fd);
    // A file of the system's own has more in it than its size says.
    const length = Math.min(Math.max(size, LEAST_READ), maxBytes) + 1;
    const bytes = size > maxBytes ? null : readPart(files, fd, 0, length);
    if (bytes === null || bytes.length > maxBytes) throw fault("EFBIG", path);
    return bytes;
  } finally {
    files.closeSync(fd);
  }
}

/** The first bytes of an open file, which may be longer. @throws the system's error */
export function readFirst(files: Disk, fd: number, bytes: number): Uint8Array {
  return readPart(files, fd, 0, Math.min(bytes, files.fstatSync(fd).size));
}

/** The first bytes of a file, which may be longer. @throws the system's error, or one of `openGuarded` */
export function readBeginningGuarded(files: Disk, path: string, bytes: number): Uint8Array {
  const fd = openGuarded(files, path, files.constants.O_RDONLY, "followed");
  try {
    return readFirst(files, fd, bytes);
  } finally {
    files.closeSync(fd);
  }
}

/**
 * Runs `work` with what reads an open file here and there, and with its size.
 * @throws the system's error, or one of `openGuarded`
 */
export function lookInGuarded<T>(
  files: Disk,
  path: string,
  work: (readAt: (position: number, length: number) => Uint8Array, bytes: number) => T,
): T {
  const fd = openGuarded(files, path, files.constants.O_RDONLY, "followed");
  try {
    const readAt = (position: number, length: number) => readPart(files, fd, position, length);
    return work(readAt, files.fstatSync(fd).size);
  } finally {
    files.closeSync(fd);
  }
}

/** What is there; what can't be looked at, since its folder is none for instance, isn't there. */
export function statOf(files: Disk, path: string, links: Links): Stats | undefined {
  try {
    const stat = links === "followed" ? files.statSync : files.lstatSync;
    return stat(path, { throwIfNoEntry: false });
  } catch {
    return undefined;
  }
}

/** Where a path leads through links: SQLite keeps its own files there. The path itself where that can't be told. */
export function realPathOf(files: Disk, path: string): string {
  try {
    return files.realpathSync(path);
  } catch {
    return path;
  }
}

/** What root makes belongs to the owner of the folder that it is in, as SQLite does it: others couldn't use it. */
export function giveToOwner(files: Disk, fd: number, folder: string): void {
  try {
    const { uid, gid } = files.statSync(folder);
    const made = files.fstatSync(fd);
    if (made.uid === 0 && uid !== 0) files.fchownSync(fd, uid, gid);
  } catch {
    // It stays root's, which `mm doctor` tells of.
  }
}

/** Opens a file of ours to add to it; it is made where it is missing. The caller closes it. */
export function openToAppend(files: Disk, path: string): number {
  const { O_WRONLY, O_APPEND, O_CREAT } = files.constants;
  const fd = openGuarded(files, path, O_WRONLY | O_APPEND | O_CREAT, "refused");
  giveToOwner(files, fd, dirname(path));
  return fd;
}

/** Adds text to a file of ours, in one write where the disk takes it. */
export function appendGuarded(files: Disk, path: string, text: string): void {
  const fd = openToAppend(files, path);
  try {
    writeAll(files, fd, text);
  } finally {
    files.closeSync(fd);
  }
}

/** Removes a link, pipe or device where a file of ours should be. @throws the system's error */
export function removeNoFile(files: Disk, path: string): void {
  const stat = statOf(files, path, "refused");
  if (stat !== undefined && !stat.isFile() && !stat.isDirectory()) files.rmSync(path);
}

/** Makes an empty file of ours where there is none. */
export function touch(files: Disk, path: string): void {
  files.closeSync(openToAppend(files, path));
}

/** The same for a folder that was made just now. */
export function giveFolderToOwner(files: Disk, folder: string): void {
  const { O_RDONLY, O_DIRECTORY, O_NOFOLLOW } = files.constants;
  if (O_DIRECTORY === undefined) return;
  const fd = files.openSync(folder, O_RDONLY | O_DIRECTORY | (O_NOFOLLOW ?? 0));
  giveToOwner(files, fd, dirname(folder));
  files.closeSync(fd);
}

function makeOne(files: Disk, folder: string): void {
  try {
    files.mkdirSync(folder, { mode: 0o700 });
  } catch (error) {
    if (codeOf(error) === "EEXIST") return;
    throw error;
  }
  giveFolderToOwner(files, folder);
}

/**
 * Makes a folder for its user alone, with those above it. A folder that is there keeps its mode.
 * @throws the system's error: ENOTDIR where something else is there
 */
export function makePrivateFolder(files: Disk, folder: string): void {
  if (files.statSync(folder, { throwIfNoEntry: false })?.isDirectory()) return;
  if (dirname(folder) !== folder) makePrivateFolder(files, dirname(folder));
  makeOne(files, folder);
  // A file or a link that leads nowhere is there, and no folder.
  if (statOf(files, folder, "followed")?.isDirectory() !== true) throw fault("ENOTDIR", folder);
}

/**
 * Makes a folder in which only `mm` puts files.
 * @throws the system's error: ENOTDIR where something else is there, ELOOP for a link
 */
export function makeOwnFolder(files: Disk, folder: string): void {
  const there = files.lstatSync(folder, { throwIfNoEntry: false });
  if (there?.isSymbolicLink()) throw fault("ELOOP", folder);
  makePrivateFolder(files, folder);
}
