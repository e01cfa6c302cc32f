import { constants, Database } from "bun:sqlite";
import { closeSync, existsSync, openSync, rmSync } from "node:fs";
import { codeOf, UserError } from "../errors.ts";
import type { Connection } from "../store/connection.ts";
import { explainFault } from "../store/faults.ts";
import { standInForOwnTables } from "../store/schema.ts";
import { setLockWait } from "../store/statements.ts";
import type { View } from "../store/store.ts";
import { isAtLeast, versionNumbers } from "../text/version.ts";
import * as sql from "./statements.ts";

/** Whether documents can leave the index, or it has to be made anew without them. */
export type IndexKind = "deletable" | "append-only";

/** What `user_version` is for an index of this form. */
const FORMS: Readonly<Record<IndexKind, number>> = { deletable: 3, "append-only": 4 };

/** What a SQLite of this version can do; before 3.44 a delete damages the index. */
export function kindFor(version: string): IndexKind {
  return isAtLeast(versionNumbers(version), [3, 44]) ? "deletable" : "append-only";
}

/** @throws UserError `search_unavailable` where this SQLite has no FTS5 */
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

/** What is in the file: nothing yet, an index of the form that this `mm` makes with this SQLite, or another. */
export function indexForm(db: Connection, kind: IndexKind): "empty" | "own" | "other" {
  const version = db.query<{ user_version: number }, []>(sql.FORM).get();
  if (version?.user_version === FORMS[kind]) return "own";
  const tables = db.query<{ n: number }, []>(sql.TABLE_COUNT).get();
  return version?.user_version === 0 && tables?.n === 0 ? "empty" : "other";
}

/** Makes an index, empty, in an empty file, inside the caller's transaction; another process may have been faster. */
export function createIndex(db: Connection, kind: IndexKind): void {
  if (indexForm(db, kind) !== "empty") return;
  db.run(sql.createSearch(kind === "deletable"));
  db.run(sql.TABLES);
  db.run(sql.setForm(FORMS[kind]));
}

/** The database that an index is of. */
export interface Source {
  readonly path: string;
  /** How long a lock is waited for, in milliseconds. */
  readonly waitMs: number;
}

/** An index in its file, to be changed or only read, or one that goes with the connection. */
export type IndexPlace = "file" | "read-only file" | "memory";

const { SQLITE_OPEN_READWRITE, SQLITE_OPEN_READONLY, SQLITE_OPEN_URI } = constants;

/** @throws UserError `search_unavailable` */
export function sourceOf({ db }: View, path: string): Source {
  indexKind(db);
  const wait = db.query<{ timeout: number }, []>(sql.LOCK_WAIT).get();
  return { path, waitMs: wait?.timeout ?? 0 };
}

/** The file of a database's search index. Whatever has this name is `mm`'s to remove. */
export function indexPath(databasePath: string): string {
  return `${databasePath}.mm-search`;
}

export function hasIndexFile(databasePath: string): boolean {
  return existsSync(indexPath(databasePath));
}

/** Removes an index; what still has it open finds that out with its next transaction. */
export function removeIndex(databasePath: string): void {
  for (const end of ["-journal", ""]) {
    rmSync(`${indexPath(databasePath)}${end}`, { force: true });
  }
}

function readOnlyUri(path: string): string {
  return `file:${path.split("/").map(encodeURIComponent).join("/")}?mode=ro`;
}

/**
 * Opens an index, which is created where it is missing, with the database attached as `source`, read-only,
 * so that a transaction locks the index alone.
 * @throws SQLiteError or the system's error
 */
export function openIndex(source: Source, place: IndexPlace): Connection {
  const path = place === "memory" ? ":memory:" : indexPath(source.path);
  if (place === "file") closeSync(openSync(path, "a", 0o600));
  const mode = place === "read-only file" ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE;
  const db = new Database(path, mode | SQLITE_OPEN_URI);
  try {
    db.run(setLockWait(source.waitMs));
    db.query("ATTACH ?1 AS source").run(readOnlyUri(source.path));
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

/** Whether an error tells that the index must be made anew. */
export function isDamaged(error: unknown): boolean {
  const code = codeOf(error);
  return (
    NOT_WHOLE.test(code) || (code === "SQLITE_ERROR" && LACKS_TABLES.test((error as Error).message))
  );
}

/** Whether another process has removed the index meanwhile, or its journal in the middle of a transaction. */
export function isRemoved(error: unknown): boolean {
  return /^SQLITE_(?:READONLY_DBMOVED|IOERR_DELETE_NOENT)$/u.test(codeOf(error));
}

const CANT_CREATE =
  /^(?:EACCES|EPERM|EROFS|EISDIR|ENOENT|SQLITE_READONLY|SQLITE_CANTOPEN|SQLITE_IOERR_READ$)/u;

/** Whether an error tells that the index can't be written where it is. */
export function isUnwritable(error: unknown): boolean {
  return CANT_CREATE.test(codeOf(error));
}

export function isBusy(error: unknown): boolean {
  return codeOf(error).startsWith("SQLITE_BUSY");
}

/** What went wrong with the index, in words. */
export function explainIndexFault(error: unknown, source: Source): unknown {
  if (isBusy(error)) {
    return new UserError(
      "database_locked",
      `the search index is locked by another program: ${indexPath(source.path)}`,
      "wait for that program or stop it (`fuser` names it), then run this again",
    );
  }
  // An index that stays damaged after it was made anew is made from a damaged database.
  return explainFault(error, isDamaged(error) ? source.path : indexPath(source.path));
}
