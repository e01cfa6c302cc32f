import * as fs from "node:fs";
import { closeSync, constants, existsSync, lstatSync, openSync } from "node:fs";
import { dirname } from "node:path";
import { codeOf, UserError } from "../errors.ts";
import { whyRefused } from "../files/errno.ts";
import { statOf } from "../files/guard.ts";
import {
  describeStray,
  emptiedInUse,
  findNoFile,
  findStrays,
  isEmptiedInUse,
  noFile,
} from "../files/strays.ts";
import type { Config } from "../settings/home.ts";
import { homeFault } from "../settings/no-folder.ts";
import { may } from "./opening/otherwise.ts";

/** SQLite opens the database, its log, the log's index and their folder at once. */
const NEEDED_DESCRIPTORS = 4;

/** Why this process can't open as many files as SQLite needs; null if it can. */
function whyNoDescriptors(folder: string): string | null {
  const open: number[] = [];
  try {
    while (open.length < NEEDED_DESCRIPTORS) open.push(openSync(folder, constants.O_RDONLY));
    return null;
  } catch (error) {
    return ["EMFILE", "ENFILE"].includes(codeOf(error)) ? whyRefused(error) : null;
  } finally {
    for (const fd of open) closeSync(fd);
  }
}

function unusable(message: string, hint: string): UserError {
  return new UserError("database_unusable", message, hint);
}

const ELSEWHERE = "set MM_DB to another file, or MM_HOME to another folder";

function whyNotOpened(path: string): UserError {
  if (lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() && !existsSync(path)) {
    return unusable(
      `the database ${path} is a dangling link`,
      "remove the link, or create what it leads to",
    );
  }
  const folder = dirname(path);
  if (!existsSync(folder)) return unusable(`no such folder: ${folder}`, ELSEWHERE);
  const limit = whyNoDescriptors(folder);
  if (limit !== null) return outOfDescriptors(path, limit);
  if (existsSync(path) && !may(path, constants.R_OK)) return unreadable(path);
  return whyNotWritten(path);
}

function outOfDescriptors(path: string, limit: string): UserError {
  return new UserError(
    "database_unwritable",
    `can't open the database ${path}: ${limit}`,
    "allow more with `ulimit -n`, or end programs that have many open, then run this again",
  );
}

function unreadable(path: string): UserError {
  return new UserError(
    "database_unwritable",
    `can't read ${path}: permission denied`,
    `make ${path} readable, or ${ELSEWHERE}`,
  );
}

function whyNotWritten(path: string): UserError {
  const odd = findNoFile(path);
  if (odd !== null) return noFile(odd);
  const files = ["", "-wal", "-shm"].map((end) => `${path}${end}`);
  const blocked =
    files.find((file) => existsSync(file) && !may(file, constants.W_OK)) ?? dirname(path);
  return new UserError(
    "database_unwritable",
    `can't write to ${blocked}: it is read-only or belongs to someone else`,
    `make ${blocked} writable, or ${ELSEWHERE}`,
  );
}

function noSpace(path: string): UserError {
  return new UserError(
    "database_unwritable",
    `no space is left for the database ${path}`,
    "free some space and run it again; what was stored before is intact",
  );
}

function ofSqlite(code: string, path: string): UserError | null {
  if (code.startsWith("SQLITE_") && statOf(fs, path, "followed")?.isDirectory()) {
    return unusable(`the database ${path} is a directory`, ELSEWHERE);
  }
  if (code.startsWith("SQLITE_BUSY") || code.startsWith("SQLITE_LOCKED")) {
    if (isEmptiedInUse(path)) return emptiedInUse(path);
    return new UserError(
      "database_locked",
      `the database is locked by another program: ${path}`,
      "wait for that program or stop it (`fuser` names it), then run this again",
    );
  }
  if (code === "SQLITE_NOTADB") {
    return unusable(
      `not a SQLite database: ${path}`,
      `nothing was changed; move the file away, or ${ELSEWHERE}`,
    );
  }
  if (code.startsWith("SQLITE_CORRUPT")) return damaged(path);
  if (code === "SQLITE_FULL" || code.startsWith("SQLITE_IOERR")) return noSpaceOrBroken(code, path);
  if (code === "SQLITE_READONLY_ROLLBACK") return cutShort(path);
  if (code.startsWith("SQLITE_READONLY") || code === "SQLITE_PERM") return whyNotWritten(path);
  return code.startsWith("SQLITE_CANTOPEN") ? whyNotOpened(path) : null;
}

function cutShort(path: string): UserError {
  return new UserError(
    "database_unwritable",
    `can't read ${path}: a program that wrote to it was cut short, and nothing may be written here to undo that`,
    `copy it with ${path}-journal to where that is allowed, and name the copy by MM_DB`,
  );
}

function damaged(path: string): UserError {
  const [stray] = findStrays(path);
  if (stray !== undefined) {
    return unusable(describeStray(stray, path), "move that file aside with `mm doctor --fix`");
  }
  return unusable(
    `the database is damaged: ${path}`,
    "copy it, then save what is readable with `sqlite3 FILE .recover`",
  );
}

const LACKS_TABLE = /^no such table: (?:main\.)?(sessions|session_events|mm_\w+)$/u;

/** What another program has done to the tables, or what a database that is named by mistake has instead. */
function ofTables(code: string, error: unknown, path: string): UserError | null {
  if (code !== "SQLITE_ERROR" && !code.startsWith("SQLITE_CONSTRAINT")) return null;
  const message = error instanceof Error ? error.message : code;
  const table = LACKS_TABLE.exec(message)?.[1];
  if (table !== undefined) {
    return unusable(
      `the database ${path} has no table ${table}`,
      "`mm doctor --fix` makes the tables that are missing; nothing was changed",
    );
  }
  return unusable(
    `the tables in ${path} are not as mm and memtomem make them: ${message}`,
    `another program has made or changed them; nothing was changed; ${ELSEWHERE}`,
  );
}

function noSpaceOrBroken(code: string, path: string): UserError {
  if (code === "SQLITE_IOERR_SHORT_READ") {
    return unusable(
      `the database ${path} is cut off, or was replaced while another program has it open`,
      "end that program (`fuser` names it), then run this again; nothing was changed",
    );
  }
  const isSpace = ["SQLITE_FULL", "SQLITE_IOERR_SHMSIZE", "SQLITE_IOERR_WRITE"].includes(code);
  return isSpace
    ? noSpace(path)
    : unusable(`can't read or write the database ${path} (${code})`, "check the disk and the file");
}

/** A file system such as /proc takes no folders, and says that there is none. */
function withoutFolder(error: unknown, path: string): UserError | null {
  const isOfFolder = (error as { syscall?: unknown } | null)?.syscall === "mkdir";
  if (codeOf(error) !== "ENOENT" || !isOfFolder) return null;
  const hint = "set MM_HOME to another folder";
  return new UserError("database_unwritable", `can't create ${dirname(path)}`, hint);
}

function ofSystem(error: unknown, code: string, path: string): UserError | null {
  if (code === "EMFILE" || code === "ENFILE") return outOfDescriptors(path, whyRefused(error));
  if (code === "ENOSPC" || code === "EDQUOT" || code === "EFBIG") return noSpace(path);
  if (code === "EACCES" || code === "EPERM" || code === "EROFS") {
    // The nearest folder that exists is the one that refused.
    let folder = dirname(path);
    while (!existsSync(folder) && folder !== dirname(folder)) folder = dirname(folder);
    if (!may(folder, constants.X_OK)) return unreadable(folder);
    return new UserError(
      "database_unwritable",
      `can't create files in ${folder}: it is read-only or belongs to someone else`,
      `make it writable, or set MM_HOME to another folder`,
    );
  }
  if (code === "ENAMETOOLONG") {
    return unusable(`the path of the database is too long: ${path.slice(0, 80)}…`, ELSEWHERE);
  }
  if (["ELOOP", "EFTYPE", "EISDIR", "ERR_FS_EISDIR"].includes(code)) {
    const why = whyRefused({ code: code.replace("ERR_FS_", "") });
    return unusable(
      `something else is in the place of a file beside ${path}: ${why}`,
      "move it away; nothing was changed",
    );
  }
  if (code === "ENOTDIR" || code === "EEXIST") {
    return unusable(`a part of the path is not a folder: ${dirname(path)}`, ELSEWHERE);
  }
  return null;
}

/**
 * Turns what SQLite or the system threw about a database into a message that names it; others come back as they are.
 * @param config where else things are, if the database isn't all that is looked at
 */
export function explainFault(error: unknown, path: string, config?: Config): unknown {
  if (error instanceof UserError) return error;
  const code = codeOf(error);
  return (
    (config && homeFault(config.home, config.isHomeNamed)) ??
    ofTables(code, error, path) ??
    ofSqlite(code, path) ??
    ofSystem(error, code, path) ??
    withoutFolder(error, path) ??
    error
  );
}
