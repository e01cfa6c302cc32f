import {
  accessSync,
  closeSync,
  constants,
  existsSync,
  lstatSync,
  openSync,
  statSync,
} from "node:fs";
import { dirname } from "node:path";
import { codeOf, UserError } from "../errors.ts";
import { whyRefused } from "../files/errno.ts";

function may(path: string, mode: number): boolean {
  try {
    accessSync(path, mode);
    return true;
  } catch {
    return false;
  }
}

function writable(path: string): boolean {
  return may(path, constants.W_OK);
}

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
  const folder = dirname(path);
  const blocked = existsSync(path) && !writable(path) ? path : folder;
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
  if (code.startsWith("SQLITE_") && statSync(path, { throwIfNoEntry: false })?.isDirectory()) {
    return unusable(`the database ${path} is a directory`, ELSEWHERE);
  }
  if (code.startsWith("SQLITE_BUSY") || code.startsWith("SQLITE_LOCKED")) {
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
  if (code.startsWith("SQLITE_CORRUPT")) {
    return unusable(
      `the database is damaged: ${path}`,
      "copy it, then save what is readable with `sqlite3 FILE .recover`",
    );
  }
  if (code === "SQLITE_FULL" || code.startsWith("SQLITE_IOERR")) return noSpaceOrBroken(code, path);
  if (code.startsWith("SQLITE_READONLY") || code === "SQLITE_PERM") return whyNotWritten(path);
  return code.startsWith("SQLITE_CANTOPEN") ? whyNotOpened(path) : null;
}

function noSpaceOrBroken(code: string, path: string): UserError {
  const isSpace = ["SQLITE_FULL", "SQLITE_IOERR_SHMSIZE", "SQLITE_IOERR_WRITE"].includes(code);
  return isSpace
    ? noSpace(path)
    : unusable(`can't read or write the database ${path} (${code})`, "check the disk and the file");
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
  if (code === "ENOTDIR" || code === "EEXIST") {
    return unusable(`a part of the path is not a folder: ${dirname(path)}`, ELSEWHERE);
  }
  return null;
}

/** Turns what SQLite or the system threw about a database into a message that names it; others come back as they are. */
export function explainFault(error: unknown, path: string): unknown {
  if (error instanceof UserError) return error;
  const code = codeOf(error);
  return ofSqlite(code, path) ?? ofSystem(error, code, path) ?? error;
}
