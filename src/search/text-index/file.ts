import { constants, Database } from "bun:sqlite";
import * as fs from "node:fs";
import { existsSync, rmSync } from "node:fs";
import { codeOf, UserError } from "../../errors.ts";
import { removeNoFile, touch } from "../../files/guard.ts";
import {
  type Connection,
  lockWithoutFiles,
  type Reading,
  readerUri,
} from "../../store/connection.ts";
import { explainFault } from "../../store/faults.ts";
import { standInForOwnTables } from "../../store/schema.ts";
import { setLockWait } from "../../store/statements.ts";
import type { View } from "../../store/store.ts";
import { isAtLeast, versionNumbers } from "../../text/version.ts";
import * as sql from "./statements.ts";

/** Whether documents can be deleted from the index, or it has to be rebuilt without them. */
export type IndexKind = "deletable" | "append-only";

/** The `user_version` of each kind of index. */
const FORMS: Readonly<Record<IndexKind, number>> = { deletable: 7, "append-only": 8 };

/** The kind of index for this version of SQLite. Before 3.44, deleting damages the index. */
export function kindFor(version: string): IndexKind {
  return isAtLeast(versionNumbers(version), [3, 44]) ? "deletable" : "append-only";
}

/** @throws UserError `search_unavailable` if this SQLite has no FTS5 */
export function indexKind(db: Connection): IndexKind {
  const found = db.query<{ version: string; fts5: number }, []>(sql.CAPABILITIES).get();
  const { version = "", fts5 = 0 } = found ?? {};
  if (fts5 === 0) throw withoutFts5(version);
  return kindFor(version);
}

export function withoutFts5(version: string): UserError {
  return new UserError(
    "search_unavailable",
    `this system's SQLite ${version} has no full-text search (FTS5)`,
    "`mm session list` and `mm session events` show what there is",
  );
}

/** What the file holds: nothing yet, an index as this `mm` creates it with this SQLite, or another one. */
export function indexForm(db: Connection, kind: IndexKind): "empty" | "own" | "other" {
  const version = db.query<{ user_version: number }, []>(sql.FORM).get();
  if (version?.user_version === FORMS[kind]) return "own";
  const tables = db.query<{ n: number }, []>(sql.TABLE_COUNT).get();
  return version?.user_version === 0 && tables?.n === 0 ? "empty" : "other";
}

/** Creates an empty index inside the caller's transaction, unless another process has been faster. */
export function createIndex(db: Connection, kind: IndexKind): void {
  if (indexForm(db, kind) !== "empty") return;
  db.run(sql.createSearch(kind === "deletable"));
  db.run(sql.TABLES);
  db.run(sql.setForm(FORMS[kind]));
}

/** The database that is indexed. */
export interface Source {
  readonly path: string;
  readonly reading: Reading;
  /** The longest wait for a lock, in milliseconds. */
  readonly waitMs: number;
}

/** Where the index is: in its file, writable or read-only, or in memory for one connection. */
export type IndexLocation = "file" | "read-only file" | "memory";

const { SQLITE_OPEN_READWRITE, SQLITE_OPEN_READONLY, SQLITE_OPEN_URI } = constants;

/** @throws UserError `search_unavailable` */
export function sourceOf({ db, reading }: View, path: string): Source {
  indexKind(db);
  const wait = db.query<{ timeout: number }, []>(sql.LOCK_WAIT).get();
  return { path, reading, waitMs: wait?.timeout ?? 0 };
}

/** The file of a database's search index. `mm` may remove any file of this name. */
export function indexPath(databasePath: string): string {
  return `${databasePath}.mm-search`;
}

export function hasIndexFile(databasePath: string): boolean {
  return existsSync(indexPath(databasePath));
}

/** Removes an index. A process that has it open notices at its next transaction. */
export function removeIndex(databasePath: string): void {
  for (const end of ["-journal", ""]) {
    rmSync(`${indexPath(databasePath)}${end}`, { force: true });
  }
}

/**
 * Opens an index and creates it if it is missing. The database is attached read-only as `source`, so that a
 * transaction locks only the index.
 * @throws SQLiteError or the system's error
 */
export function openIndex(source: Source, location: IndexLocation): Connection {
  const path = location === "memory" ? ":memory:" : indexPath(source.path);
  // SQLite would wait for a pipe, and whatever has these names is ours.
  if (location !== "memory") for (const end of ["", "-journal"]) removeNoFile(fs, `${path}${end}`);
  if (location === "file") touch(fs, path);
  const mode = location === "read-only file" ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE;
  const db = new Database(path, mode | SQLITE_OPEN_URI);
  try {
    db.run(setLockWait(source.waitMs));
    if (source.reading === "log") lockWithoutFiles(db);
    db.query("ATTACH ?1 AS source").run(readerUri(source.path, source.reading));
    db.run(sql.INDEX_SETTINGS);
    if (db.query(sql.HAS_OWN_TABLES).get() === null) standInForOwnTables(db);
    return db;
  } catch (error) {
    db.close(true);
    throw error;
  }
}

const NOT_WHOLE = /^SQLITE_(?:CORRUPT|NOTADB|FORMAT|IOERR_SHORT_READ)/u;
const LACKS_TABLES = /malformed|vtable constructor|no such (?:table|column): \S*search_/u;

/** Whether an error means that the index must be rebuilt. */
export function isDamaged(error: unknown): boolean {
  const code = codeOf(error);
  return (
    NOT_WHOLE.test(code) || (code === "SQLITE_ERROR" && LACKS_TABLES.test((error as Error).message))
  );
}

/** Whether another process has removed the index, or its journal during a transaction. */
export function isRemoved(error: unknown): boolean {
  return /^SQLITE_(?:READONLY_DBMOVED|IOERR_DELETE_NOENT)$/u.test(codeOf(error));
}

const CANT_CREATE =
  /^(?:EACCES|EPERM|EROFS|EISDIR|ENOENT|ELOOP|EFTYPE|SQLITE_READONLY|SQLITE_CANTOPEN|SQLITE_IOERR_READ$)/u;

/** Whether an error means that the index can't be written. */
export function isUnwritable(error: unknown): boolean {
  return CANT_CREATE.test(codeOf(error));
}

export function isBusy(error: unknown): boolean {
  return codeOf(error).startsWith("SQLITE_BUSY");
}

/** Turns an error of the index into a message for people. */
export function explainIndexFault(error: unknown, source: Source): unknown {
  if (isBusy(error)) {
    return new UserError(
      "database_locked",
      `the search index is locked by another program: ${indexPath(source.path)}`,
      "wait for that program or stop it (`fuser` names it), then run this again",
    );
  }
  // If a rebuilt index is still damaged, the database is; tables of other names are the database's.
  const isOfSource = isDamaged(error) || codeOf(error) === "SQLITE_ERROR";
  return explainFault(error, isOfSource ? source.path : indexPath(source.path));
}
