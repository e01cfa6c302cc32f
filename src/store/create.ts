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

/** What is known of the processes of this machine. */
export interface Processes {
  readonly pid: number;
  isAlive(pid: number): boolean;
}

const LEFTOVER = /\.(\d+)\.new$/u;

/** File names beside the database under which processes that are gone, or still at it, create one. */
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
 * Creates the database whole or not at all: it is written under another name and linked into place, and
 * of several processes that do so at once the first one wins.
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
    // Without hard links (FAT, some network shares) an empty file is filled in place.
    if (code === "EPERM" || code === "ENOTSUP" || code === "EOPNOTSUPP" || code === "ENOSYS") {
      closeSync(openSync(path, "a", 0o600));
    } else if (code !== "EEXIST") throw error;
  } finally {
    rmSync(unfinished, { force: true });
  }
}

/**
 * Called in the first transaction on a new database: a creator that was killed between linking and
 * unlinking has left the other name behind. The mark goes when no creator is at work any more.
 */
export function finishCreation(db: Connection, path: string, processes: Processes): void {
  removeLeftovers(path, processes);
  if (leftoversOf(path).length === 0) db.run("DELETE FROM mm_meta WHERE key = 'created_as'");
}

/** Switching to WAL ignores the busy timeout when several connections try at once, hence the loop. */
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

/** Adds what `mm` needs to a database that another program made, or that is still empty. */
export function adoptDatabase(path: string, waitMs: number): void {
  const db = openWriter(path, waitMs);
  try {
    const mode = db.query<{ journal_mode: string }, []>("PRAGMA journal_mode").get();
    // Only takes effect while the file has no page yet.
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
 * A file that has no size is missing or empty, or it can't be looked at.
 * @throws the system's error, or SQLite's code, in the last case
 */
export function requireAbsent(path: string): void {
  const stat = lstatSync(path, { throwIfNoEntry: false });
  const fault = (code: string) => Object.assign(new Error(`${code}: ${path}`), { code });
  if (stat?.isSymbolicLink() && !existsSync(path)) throw fault("SQLITE_CANTOPEN");
  if (stat !== undefined) return;
  const folder = statSync(dirname(path), { throwIfNoEntry: false });
  if (folder !== undefined && !folder.isDirectory()) throw fault("ENOTDIR");
}

/** @throws UserError `invalid_database_path` where the folder of a database that `MM_DB` names is missing */
export function requireFolder(path: string): void {
  if (existsSync(dirname(path))) return;
  throw new UserError(
    "invalid_database_path",
    `the folder of the database doesn't exist: ${dirname(path)}`,
    "create it, or name another file",
  );
}
