import { Database } from "bun:sqlite";
import * as fs from "node:fs";
import { existsSync, linkSync, lstatSync, rmSync, type Stats, statSync } from "node:fs";
import { basename, dirname } from "node:path";
import { codeOf, UserError } from "../errors.ts";
import { createDurably } from "../files/durable.ts";
import {
  giveToOwner,
  makePrivateFolder,
  realPathOf,
  removeNoFile,
  statOf,
  touch,
} from "../files/guard.ts";
import {
  emptiedInUse,
  isEmptiedInUse,
  requireNoStray,
  setNoFilesAside,
  setStraysAside,
} from "../files/strays.ts";
import { type Connection, openWriter, type StoreHost } from "./connection.ts";
import { createMissing, newDatabaseImage } from "./schema.ts";
import {
  BEGIN,
  BEGIN_ALONE,
  COMMIT,
  FORGET_CREATION,
  ROLLBACK,
  setLockWait,
  WITHOUT_JOURNAL,
} from "./statements.ts";

/** The names under which a database is made, and locked meanwhile. */
const UNFINISHED = ".new";
const LOCK = ".lock";

const MAX_TRIES = 100;

/**
 * Runs `work` while no other process does so for this database, unless another has made it meanwhile. The lock
 * is SQLite's on an empty file: it holds between containers that know nothing of one another's processes, and
 * goes when its holder dies.
 */
function alone(path: string, waitMs: number, work: () => void): void {
  const lock = `${path}${LOCK}`;
  for (let tries = 1; tries <= MAX_TRIES && !isThere(path); tries++) {
    removeNoFile(fs, lock);
    touch(fs, lock);
    const file = statOf(fs, lock, "refused")?.ino;
    const held = openLock(lock);
    if (held === null) continue;
    try {
      held.run(`${setLockWait(waitMs)}; ${WITHOUT_JOURNAL}`);
      held.run(BEGIN_ALONE);
      // What the holder before has removed is no lock any more.
      if (statOf(fs, lock, "refused")?.ino === file) workAndRemove(lock, path, work);
    } finally {
      held.close();
    }
  }
}

/** Null if the holder before has just removed it: SQLite would make another one, which nobody removes. */
function openLock(lock: string): Database | null {
  try {
    return new Database(lock, { readwrite: true, create: false });
  } catch (error) {
    if (codeOf(error) === "SQLITE_CANTOPEN") return null;
    throw error;
  }
}

/** A creation that fails leaves no lock behind either, and is tried no more. */
function workAndRemove(lock: string, path: string, work: () => void): void {
  try {
    if (!isThere(path)) work();
  } finally {
    rmSync(lock, { force: true });
  }
}

function isThere(path: string): boolean {
  return statOf(fs, path, "refused") !== undefined;
}

/** Two databases that are made at any time and place have counters that are far apart. */
function counterFrom(id: string): number {
  return 0x10000 + (Bun.hash.crc32(id) >>> 2);
}

function writeImage(path: string, id: string): void {
  const unfinished = `${path}${UNFINISHED}`;
  rmSync(unfinished, { force: true });
  try {
    const image = newDatabaseImage(basename(unfinished), counterFrom(id));
    createDurably(fs, unfinished, image, (fd) => giveToOwner(fs, fd, dirname(path)));
    linkSync(unfinished, path);
  } catch (error) {
    const code = codeOf(error);
    // Without hard links (FAT, some network shares), create an empty file to fill in place.
    if (code === "EPERM" || code === "ENOTSUP" || code === "EOPNOTSUPP" || code === "ENOSYS") {
      touch(fs, path);
    } else if (!existsSync(path)) throw error;
  } finally {
    rmSync(unfinished, { force: true });
  }
}

/**
 * Creates the database whole or not at all: it is written under another name and linked into place. What a
 * database that is gone has left unfolded is renamed first.
 * @throws UserError `database_unusable` where something else is there; the system's error
 */
export function createDatabase(path: string, isInHome: boolean, host: StoreHost): void {
  if (isInHome) makePrivateFolder(fs, dirname(path));
  alone(path, host.waitMs, () => {
    for (const file of setStraysAside(path)) {
      host.warn(`what a database that is gone had not folded in is now ${file}`);
    }
    for (const file of setNoFilesAside(path)) {
      host.warn(`what was in the place of a file of SQLite's is now ${file}`);
    }
    // A program that still has that one open has marked there what is in its log.
    rmSync(`${path}-shm`, { force: true });
    writeImage(path, host.newId());
  });
  requireDatabaseFile(path);
}

/** Removes what creators that were killed have left, once there is a database. */
function removeLeftovers(path: string): void {
  rmSync(`${path}${UNFINISHED}`, { force: true });
  rmSync(`${path}${LOCK}`, { force: true });
}

/**
 * Called in the first transaction on a new database: a creator that was killed between linking and
 * unlinking has left the other name behind.
 */
export function finishCreation(db: Connection, path: string, createdAs: string): void {
  removeLeftovers(path);
  // An older mm has made it under a name with its process id.
  const isOurs = createdAs.startsWith(`${basename(path)}.`) && /\.\d+\.new$/u.test(createdAs);
  if (isOurs) rmSync(`${dirname(path)}/${createdAs}`, { force: true });
  db.run(FORGET_CREATION);
}

/** Retries in a loop, because switching to WAL ignores the busy timeout if several connections try at once. */
function switchToWal(db: Connection, waitMs: number): void {
  for (let waited = 0; ; waited += 5) {
    try {
      db.run("PRAGMA journal_mode = WAL");
      return;
    } catch (error) {
      if (!codeOf(error).startsWith("SQLITE_BUSY") || waited >= waitMs) throw error;
      Bun.sleepSync(5);
    }
  }
}

/** Adds `mm`'s tables to a database that another program created, or that is still empty. */
export function adoptDatabase(path: string, waitMs: number): void {
  removeLeftovers(path);
  const db = openWriter(path, waitMs);
  try {
    const mode = db.query<{ journal_mode: string }, []>("PRAGMA journal_mode").get();
    // This takes effect only while the file has no pages.
    db.run("PRAGMA auto_vacuum = INCREMENTAL");
    if (mode?.journal_mode !== "wal") switchToWal(db, waitMs);
    db.run(BEGIN);
    try {
      createMissing(db, path);
      db.run(COMMIT);
    } catch (error) {
      if (db.inTransaction) db.run(ROLLBACK);
      throw error;
    }
  } finally {
    db.close(true);
  }
}

function fault(code: string, path: string): Error {
  return Object.assign(new Error(`${code}: ${path}`), { code });
}

/** Whether it is one of the system's own files, which are read like files and may wait like devices. */
function isOfSystem(path: string, stat: Stats): boolean {
  return stat.size === 0 && /^\/(?:proc|sys)\//u.test(realPathOf(fs, path));
}

/**
 * Of a path without the size of a file.
 * @returns whether there is an empty file, or nothing
 * @throws the system's error, or SQLite's code, where it can't be looked at; UserError `database_unusable`
 */
export function requireDatabaseFile(path: string): "empty" | "missing" {
  const link = lstatSync(path, { throwIfNoEntry: false });
  if (link?.isSymbolicLink() && !existsSync(path)) throw fault("SQLITE_CANTOPEN", path);
  if (link === undefined) {
    const folder = statSync(dirname(path), { throwIfNoEntry: false });
    if (folder !== undefined && !folder.isDirectory()) throw fault("ENOTDIR", path);
    return "missing";
  }
  const stat = statSync(path);
  if (isOfSystem(path, stat) || (!stat.isFile() && !stat.isDirectory())) {
    throw new UserError(
      "database_unusable",
      `the database ${path} is a pipe or a device`,
      "move it away, or set MM_DB to another file",
    );
  }
  if (stat.size === 0) requireNoStray(path);
  return "empty";
}

/**
 * Of a path without the size of a file that is only read; what is written there fails or makes a new database.
 * @throws as `requireDatabaseFile`; UserError `database_unusable` where what it held is gone under a program
 */
export function requireReadable(path: string): void {
  if (requireDatabaseFile(path) === "empty" && isEmptiedInUse(path)) throw emptiedInUse(path);
}

/** @throws UserError `invalid_database_path` if the folder of the database in `MM_DB` is missing */
export function requireFolder(path: string): void {
  if (existsSync(dirname(path))) return;
  throw new UserError(
    "invalid_database_path",
    `the folder of the database doesn't exist: ${dirname(path)}`,
    "create it, or name another file",
  );
}
