import { Database } from "bun:sqlite";
import { codeOf, UserError } from "../errors.ts";
import { META, setLockWait } from "./statements.ts";
import { SCHEMA_VERSION } from "./tables.ts";

export type Connection = Database;

/** The write-ahead log may grow to this size before it is copied into the database. */
const MAX_KEPT_WAL_BYTES = 512 * 1024;

/** The state of `mm`'s own tables in a database: none yet, those of an older `mm`, ready, or just created. */
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

/** @throws SQLiteError, also if the file doesn't exist */
export function openWriter(path: string, waitMs: number): Connection {
  const db = new Database(path, { readwrite: true, create: false, strict: true });
  db.run(`${setLockWait(waitMs)}; PRAGMA synchronous = NORMAL; PRAGMA foreign_keys = ON`);
  return db;
}

/**
 * Reads the version from `mm_meta`.
 * @throws UserError `database_newer`; SQLiteError if this is no usable database
 */
export function readinessOf(db: Connection, path: string): Readiness {
  let rows: { key: string; value: string }[];
  try {
    rows = db.query<{ key: string; value: string }, []>(META).all();
  } catch (error) {
    // SQLITE_ERROR means that the table is missing.
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
 * Closes a writer and keeps its write-ahead log while it is small. The last connection to close copies the
 * log into the database and syncs both, which takes three to four fsyncs, unless it is a reader. So a reader
 * closes last here. Committed data is safe in the log, where the next connection finds it.
 */
export function closeWriter(db: Connection, path: string): void {
  const walBytes = Bun.file(`${path}-wal`).size;
  let reader: Database | null = null;
  if (walBytes > 0 && walBytes < MAX_KEPT_WAL_BYTES) {
    try {
      reader = openReader(path, 0);
      // SQLite counts a connection only from its first read on.
      reader.query("SELECT 1 FROM sqlite_schema LIMIT 1").get();
    } catch {
      // Without the reader the log is copied now, which is only slower.
    }
  }
  db.close(true);
  reader?.close(true);
}
