import * as fs from "node:fs";
import { basename, dirname } from "node:path";
import { UserError } from "../errors.ts";
import { quoteForPosix } from "../text/shell-words.ts";
import { lookInGuarded, readBeginningGuarded, realPathOf, statOf } from "./guard.ts";
import {
  DATABASE_HEADER_BYTES,
  type DatabaseHeader,
  MOST_JOURNAL_HEADER_BYTES,
  readDatabaseHeader,
  readJournalHeader,
  readWal,
} from "./sqlite-format.ts";

/**
 * A write-ahead log or rollback journal that isn't of the database beside it. SQLite goes by the name alone:
 * it would play one into whatever database it finds there, and removes one that lies beside an empty file.
 */
export interface Stray {
  readonly file: string;
  readonly bytes: number;
  /** What has happened to the database that it was of. */
  readonly database: "missing" | "empty" | "replaced";
}

/** A log says early whose it is; what is past this is not looked at. */
const MAX_LOG_BYTES = 64 * 1024 * 1024;

function bytesOf(file: string): number {
  const stat = statOf(fs, file, "refused");
  return stat?.isFile() === true ? stat.size : 0;
}

/** The beginning of a file; empty where it can't be read. */
function beginningOf(file: string, bytes: number): Uint8Array {
  try {
    return readBeginningGuarded(fs, file, bytes);
  } catch {
    return new Uint8Array();
  }
}

/** Whether the database can be the one whose first page the log changes: the counter goes on, or is in it. */
function continues({ counter }: DatabaseHeader, firstPages: readonly Uint8Array[]): boolean {
  const counters = firstPages.map((page) => readDatabaseHeader(page)?.counter ?? 0);
  const [first = 0] = counters;
  return counter >= first - 1 && counter <= Math.max(...counters);
}

/** What a write-ahead log holds; null for nothing, or where it can't be read. */
function loggedIn(file: string) {
  try {
    return lookInGuarded(fs, file, (readAt, bytes) =>
      readWal(readAt, Math.min(bytes, MAX_LOG_BYTES)),
    );
  } catch {
    return null;
  }
}

function isOthersWal(path: string, file: string): boolean {
  const header = readDatabaseHeader(beginningOf(path, DATABASE_HEADER_BYTES));
  const log = loggedIn(file);
  // What SQLite takes for no database, or for an empty log, is its to say.
  if (header === null || log === null || log.count === 0) return false;
  if (log.pageSize !== header.pageSize) return true;
  return log.firstPages.length > 0 && !continues(header, log.firstPages);
}

/** A database with a write-ahead log has a journal only while its first page is changed to that mode. */
function isOthersJournal(path: string, file: string): boolean {
  const header = readDatabaseHeader(beginningOf(path, DATABASE_HEADER_BYTES));
  const journal = readJournalHeader(beginningOf(file, MOST_JOURNAL_HEADER_BYTES));
  if (header === null || !header.hasWal || journal === null) return false;
  const isOfFirstPage = journal.records <= 1 && (journal.firstPage ?? 1) === 1;
  return !isOfFirstPage || journal.pages !== fs.statSync(path).size / header.pageSize;
}

/** A journal of a database that was empty before holds nothing of it, and belongs to an empty file. */
function holdsPages(file: string): boolean {
  const header = readJournalHeader(beginningOf(file, MOST_JOURNAL_HEADER_BYTES));
  return header !== null && header.pages > 0;
}

/** Whether there is a journal of a transaction that may have been cut short. */
export function hasOpenJournal(databasePath: string): boolean {
  const file = `${realPathOf(fs, databasePath)}-journal`;
  return readJournalHeader(beginningOf(file, MOST_JOURNAL_HEADER_BYTES)) !== null;
}

const IS_STRAY: Readonly<
  Record<Stray["database"], Record<"wal" | "journal", (path: string, file: string) => boolean>>
> = {
  missing: { wal: () => true, journal: () => true },
  empty: { wal: () => true, journal: (_, file) => holdsPages(file) },
  replaced: { wal: isOthersWal, journal: isOthersJournal },
};

function lookOnce(path: string): Stray[] {
  const size = statOf(fs, path, "followed")?.size;
  const database = size === undefined ? "missing" : size === 0 ? "empty" : "replaced";
  return (["wal", "journal"] as const).flatMap((kind) => {
    const file = `${path}-${kind}`;
    const bytes = bytesOf(file);
    return bytes > 0 && IS_STRAY[database][kind](path, file) ? [{ file, bytes, database }] : [];
  });
}

function stampOf(path: string): string {
  return ["", "-wal", "-journal"]
    .map((end) => statOf(fs, `${path}${end}`, "followed"))
    .map((stat) => `${stat?.ino} ${stat?.size} ${stat?.mtimeMs}`)
    .join();
}

/** The logs beside a database that aren't its own; none where others are just changing them. */
export function findStrays(databasePath: string): Stray[] {
  const path = realPathOf(fs, databasePath);
  const before = stampOf(path);
  const found = lookOnce(path);
  return stampOf(path) === before ? found : [];
}

const SAID: Readonly<Record<Stray["database"], string>> = {
  missing: "is gone",
  empty: "was emptied",
  replaced: "was replaced by another one",
};

/** What has happened to the database, and what is left of the one before. */
export function describeStray({ file, bytes, database }: Stray, path: string): string {
  return `the database ${path} ${SAID[database]}; ${file} holds ${bytes} bytes of the one before`;
}

/** What is in the place of files that SQLite makes beside a database, and is none. */
export function listNoFiles(databasePath: string): string[] {
  const path = realPathOf(fs, databasePath);
  const files = ["-journal", "-wal", "-shm"].map((end) => `${path}${end}`);
  return files.filter((file) => statOf(fs, file, "refused")?.isFile() === false);
}

/** The first of them, or null. */
export function findNoFile(databasePath: string): string | null {
  return listNoFiles(databasePath)[0] ?? null;
}

/** SQLite would wait for a pipe there, read a device for ever, and refuses a link. */
function requireFiles(path: string): void {
  const file = findNoFile(path);
  if (file !== null) throw noFile(file);
}

export function noFile(file: string): UserError {
  return new UserError(
    "database_unusable",
    `${file} is not a file, and SQLite needs it to be one`,
    "move it aside with `mm doctor --fix`; nothing was changed",
  );
}

/** @throws UserError `database_unusable` where SQLite would destroy a log that isn't the database's own */
export function requireNoStray(path: string): void {
  requireFiles(path);
  const [stray] = findStrays(path);
  if (stray === undefined) return;
  throw new UserError(
    "database_unusable",
    describeStray(stray, path),
    "put back the database that it belongs to, or move it aside with `mm doctor --fix`; nothing was changed",
  );
}

/**
 * Whether the database is empty, though what programs share that have it open is still beside it: one of them has
 * it open, or was killed.
 */
export function isEmptiedInUse(databasePath: string): boolean {
  const path = realPathOf(fs, databasePath);
  return statOf(fs, path, "followed")?.size === 0 && bytesOf(`${path}-shm`) > 0;
}

export function emptiedInUse(path: string): UserError {
  return new UserError(
    "database_unusable",
    `the database ${path} was emptied while a program had it open`,
    `end that program if it still runs (\`fuser ${quoteForPosix(path)}\` names it), then: mm doctor --fix`,
  );
}

const SET_ASIDE = /^-(?:wal|journal)\.left-\d+$/u;

/** What strays were renamed to, in the order of their names; none where the folder can't be read. */
export function listSetAside(databasePath: string): string[] {
  const path = realPathOf(fs, databasePath);
  const folder = dirname(path);
  const name = basename(path);
  try {
    const names = fs.readdirSync(folder).filter((file) => {
      return file.startsWith(name) && SET_ASIDE.test(file.slice(name.length));
    });
    const files = names.sort().map((file) => `${folder}/${file}`);
    return files.filter((file) => statOf(fs, file, "refused")?.isFile());
  } catch {
    return [];
  }
}

/** Renames a file so that SQLite doesn't find it. @returns its new name */
export function setFileAside(file: string): string {
  let n = 1;
  while (fs.lstatSync(`${file}.left-${n}`, { throwIfNoEntry: false }) !== undefined) n++;
  fs.renameSync(file, `${file}.left-${n}`);
  return `${file}.left-${n}`;
}

/** Renames a database's strays. @returns their new names */
export function setStraysAside(path: string): string[] {
  return findStrays(path).map(({ file }) => setFileAside(file));
}

/** Renames what is in the place of such files and is none. @returns their new names */
export function setNoFilesAside(path: string): string[] {
  return listNoFiles(path).map(setFileAside);
}
