import { Database } from "bun:sqlite";
import { codeOf, UserError } from "../errors.ts";
import { META, setLockWait } from "./statements.ts";
import { SCHEMA_VERSION } from "./tables.ts";

export type Connection = Database;

/** A kept write-ahead log grows to this size before it is folded into the database. */
const MAX_KEPT_WAL_BYTES = 512 * 1024;

/** How far the database at hand is `mm`'s: no own tables yet, those of an older `mm`, ready, or just created. */
export type Readiness =
  | { readonly kind: "foreign" }
  | { readonly kind: "older" }
  | { readonly kind: "ready" }
  | { readonly kind: "new"; readonly createdAs: string };

/** @throws SQLiteError */
export function openReader(path: string, waitMs: number): Connection {
  const db = new Database(path, { readonly: true, strict: true });
  db.run(setLockWait(waitMs));
  return db;
}

/** @throws SQLiteError, also where the file doesn't exist */
export function openWriter(path: string, waitMs: number): Connection {
  const db = new Database(path, { readwrite: true, create: false, strict: true });
  db.run(`${setLockWait(waitMs)}; PRAGMA synchronous = NORMAL; PRAGMA foreign_keys = ON`);
  return db;
}

/**
 * Looks at `mm_meta`.
 * @throws UserError `database_newer`; SQLiteError where this is no usable database
 */
export function readinessOf(db: Connection, path: string): Readiness {
  let rows: { key: string; value: string }[];
  try {
    rows = db.query<{ key: string; value: string }, []>(META).all();
  } catch (error) {
    // SQLITE_ERROR is the code of a missing table.
    if (codeOf(error) === "SQLITE_ERROR") return { kind: "foreign" };
    throw error;
  }
  const meta = new Map(rows.map(({ key, value }) => [key, value]));
  const version = Number(meta.get("schema_version") ?? 0);
  if (version > SCHEMA_VERSION) {
    throw new UserError(
      "database_newer",
      `${path} was written by a newer mm (schema ${version}, this mm knows ${SCHEMA_VERSION})`,
      "upgrade this mm; nothing was changed",
    );
  }
  if (version !== SCHEMA_VERSION) return { kind: version > 0 ? "older" : "foreign" };
  const createdAs = meta.get("created_as");
  return createdAs === undefined ? { kind: "ready" } : { kind: "new", createdAs };
}

/**
 * Closes a writer and keeps its write-ahead log while that is small. The last connection to close would
 * copy the log into the database and sync both, three to four fsyncs a call; a reader that closes last can't.
 * What was committed is in the log either way, and the next connection finds it there.
 */
export function closeWriter(db: Connection, path: string): void {
  const walBytes = Bun.file(`${path}-wal`).size;
  let reader: Database | null = null;
  if (walBytes > 0 && walBytes < MAX_KEPT_WAL_BYTES) {
    try {
      reader = openReader(path, 0);
      // A connection takes its place among the others only when it first reads.
      reader.query("SELECT 1 FROM sqlite_schema LIMIT 1").get();
    } catch {
      // Without the reader the log is folded in now, which is only slower.
    }
  }
  db.close(true);
  reader?.close(true);
}
