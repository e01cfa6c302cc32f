import * as fs from "node:fs";
import { accessSync, constants, existsSync, realpathSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { codeOf } from "../../errors.ts";
import { realPathOf } from "../../files/guard.ts";
import { hasOpenJournal } from "../../files/strays.ts";
import { openReading, openWriter, type Reader, type Reading } from "../connection.ts";

/** Whether this process may use a path so: a mode of access(2). */
export function may(path: string, mode: number): boolean {
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

/** How to read a database that can't be opened as usual because nothing may be written beside it; null where that isn't why. */
function readingWithoutFiles(error: unknown, path: string): Reading | null {
  if (!/^SQLITE_(?:CANTOPEN|READONLY|IOERR)/u.test(codeOf(error))) return null;
  if (!existsSync(path) || writable(dirname(realpathSync(path)))) return null;
  // Half of a transaction may be in the database, and undoing it means writing.
  if (hasOpenJournal(path)) return null;
  const log = statSync(`${realpathSync(path)}-wal`, { throwIfNoEntry: false });
  return (log?.size ?? 0) > 0 ? "log" : "no log";
}

/** Undoes what a program that was cut short has written, which a connection that only reads may not. */
function undoCutShort(path: string, waitMs: number): void {
  const db = openWriter(path, waitMs);
  try {
    db.query("SELECT 1 FROM sqlite_schema LIMIT 1").get();
  } finally {
    db.close(true);
  }
}

/**
 * Reads a database that couldn't be opened as usual: one beside which nothing can be written without SQLite's other
 * files, and one that a program that was cut short has left after undoing what that wrote.
 * @param error why it couldn't be opened
 * @throws the same where that has another reason; UserError `database_newer`; SQLiteError
 */
export function openOtherwise(error: unknown, path: string, waitMs: number): Reader {
  const isWritable = writable(path) && writable(dirname(realPathOf(fs, path)));
  if (codeOf(error) === "SQLITE_READONLY_ROLLBACK" && isWritable) {
    undoCutShort(path, waitMs);
    return openReading(path, waitMs);
  }
  const reading = readingWithoutFiles(error, path);
  if (reading === null) throw error;
  return openReading(path, waitMs, reading);
}
