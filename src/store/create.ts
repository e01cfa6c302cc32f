import * as fs from "node:fs";
import {
  closeSync,
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  rmSync,
  statSync,
} from "node:fs";
import { basename, dirname } from "node:path";
import { codeOf, UserError } from "../errors.ts";
import { createDurably } from "../files/durable.ts";
import { type Connection, openWriter } from "./connection.ts";
import { createMissing, newDatabaseImage } from "./schema.ts";
import { BEGIN, COMMIT, ROLLBACK } from "./statements.ts";

/** The processes of this machine, as far as a store needs them. */
export interface Processes {
  readonly pid: number;
  isAlive(pid: number): boolean;
}

const LEFTOVER = /\.(\d+)\.new$/u;

/** The temporary files next to the database in which processes, dead or alive, create one. */
function leftoversOf(path: string): { file: string; pid: number }[] {
  const folder = dirname(path);
  return readdirSync(folder)
    .filter((name) => name.startsWith(`${basename(path)}.`) && LEFTOVER.test(name))
    .map((name) => ({ file: `${folder}/${name}`, pid: Number(LEFTOVER.exec(name)?.[1]) }));
}

function removeLeftovers(path: string, processes: Processes): void {
  for (const { file, pid } of leftoversOf(path)) {
    if (pid !== processes.pid && !processes.isAlive(pid)) rmSync(file, { force: true });
  }
}

/**
 * Creates the database completely or not at all: writes it under another name and links it into place. If
 * several processes do this at once, the first one wins.
 */
export function createDatabase(path: string, isInHome: boolean, processes: Processes): void {
  if (isInHome) mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  if (lstatSync(path, { throwIfNoEntry: false }) !== undefined) return;
  removeLeftovers(path, processes);
  const unfinished = `${path}.${processes.pid}.new`;
  rmSync(unfinished, { force: true });
  try {
    createDurably(fs, unfinished, newDatabaseImage(basename(unfinished)));
    linkSync(unfinished, path);
  } catch (error) {
    const code = codeOf(error);
    // Without hard links (FAT, some network shares), create an empty file to fill in place.
    if (code === "EPERM" || code === "ENOTSUP" || code === "EOPNOTSUPP" || code === "ENOSYS") {
      closeSync(openSync(path, "a", 0o600));
    } else if (code !== "EEXIST") throw error;
  } finally {
    rmSync(unfinished, { force: true });
  }
}

/**
 * Removes temporary files of creators that were killed between linking and unlinking, and then the mark of a
 * new database, once no creator is at work any more. Called in the first transaction on a new database.
 */
export function finishCreation(db: Connection, path: string, processes: Processes): void {
  removeLeftovers(path, processes);
  if (leftoversOf(path).length === 0) db.run("DELETE FROM mm_meta WHERE key = 'created_as'");
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

/**
 * Accepts a missing or an empty file.
 * @throws the system's error, or one with SQLite's code, if the file can't be examined
 */
export function requireAbsent(path: string): void {
  const stat = lstatSync(path, { throwIfNoEntry: false });
  const fault = (code: string) => Object.assign(new Error(`${code}: ${path}`), { code });
  if (stat?.isSymbolicLink() && !existsSync(path)) throw fault("SQLITE_CANTOPEN");
  if (stat !== undefined) return;
  const folder = statSync(dirname(path), { throwIfNoEntry: false });
  if (folder !== undefined && !folder.isDirectory()) throw fault("ENOTDIR");
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
