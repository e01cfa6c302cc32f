import { codeOf } from "../errors.ts";
import type { Connection } from "../store/connection.ts";
import * as sql from "../store/hook-statements.ts";

/** Failures of the database, not of what is to be stored in it. */
const FAULTS =
  /^SQLITE_(?:BUSY|LOCKED|FULL|IOERR|NOMEM|READONLY|CORRUPT|CANTOPEN|NOTADB|PROTOCOL)/u;

/** Takes note of a spooled call; false where it has been taken in before. */
export function takeSpooled(db: Connection, id: string): boolean {
  return db.query(sql.TAKE_SPOOLED).run(id).changes > 0;
}

/** Forgets the calls that were taken in, but for those whose files are still there and may be found again. */
export function forgetSpooled(db: Connection, there: readonly string[]): void {
  db.query(sql.FORGET_SPOOLED).run(JSON.stringify(there));
}

/** Does something whole or not at all, inside the caller's transaction. @returns what went wrong, or null */
export function attempt(db: Connection, work: () => void): string | null {
  db.run(sql.SAVE);
  try {
    work();
    return null;
  } catch (error) {
    // A transaction that SQLite itself has rolled back can't go on, nor one whose database fails.
    if (!db.inTransaction || FAULTS.test(codeOf(error))) throw error;
    db.run(sql.UNDO);
    return error instanceof Error ? error.message : String(error);
  } finally {
    if (db.inTransaction) db.run(sql.RELEASE);
  }
}
