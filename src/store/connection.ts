import { constants, Database } from "bun:sqlite";
import { codeOf, UserError } from "../errors.ts";
import { META, SIGN_LOG, setLockWait } from "./statements.ts";
import { SCHEMA_VERSION } from "./tables.ts";

export type Connection = Database;

/** What a store needs from the outside world. */
export interface StoreHost {
  /** Tells a database that is made from every other one. */
  newId(): string;
  /** The longest wait for a lock, in milliseconds. */
  readonly waitMs: number;
  warn(message: string): void;
}

/** A long run asks more often than so many different questions; what isn't kept is compiled at each of them. */
Database.MAX_QUERY_CACHE_SIZE = 100;

/** The write-ahead log may grow to this size before it is copied into the database. */
const MAX_KEPT_WAL_BYTES = 512 * 1024;

/** The state of `mm`'s own tables in a database: none yet, those of an older `mm`, ready, or just created. */
export type Readiness =
  | { readonly kind: "foreign" }
  | { readonly kind: "older" }
  | { readonly kind: "ready"; readonly file: number }
  | { readonly kind: "new"; readonly createdAs: string; readonly file: null };

/** Where nothing can be written beside a database it is read without the files that SQLite makes there. */
const WITHOUT_FILES = {
  /** With what its write-ahead log holds. */
  log: "mode=ro&vfs=unix-none",
  "no log": "mode=ro&immutable=1",
} as const;

/** How a database is read: `shared` with those who write to it. */
export type Reading = "shared" | keyof typeof WITHOUT_FILES;

/** The address of a database for SQLite, read-only. */
export function readerUri(path: string, reading: Reading): string {
  const file = path.split("/").map(encodeURIComponent).join("/");
  return `file:${file}?${reading === "shared" ? "mode=ro" : WITHOUT_FILES[reading]}`;
}

/** A log without its shared memory is this connection's own; said before the database is read or attached. */
export function lockWithoutFiles(db: Connection): void {
  db.run("PRAGMA locking_mode = EXCLUSIVE");
}

/** @throws SQLiteError */
export function openReader(path: string, waitMs: number, reading: Reading = "shared"): Connection {
  const db =
    reading === "shared"
      ? new Database(path, { readonly: true, strict: true })
      : new Database(
          readerUri(path, reading),
          constants.SQLITE_OPEN_READONLY | constants.SQLITE_OPEN_URI,
        );
  db.run(setLockWait(waitMs));
  if (reading === "log") lockWithoutFiles(db);
  return db;
}

/** What can be told of a database's file without its log in microseconds. */
export interface FileLook {
  /** Missing and empty files have no size, pipes and devices one without an end. */
  readonly isSized: boolean;
  /** Changes whenever the file does: its time in milliseconds since 1970 plus its size in bytes. */
  readonly mark: number;
}

export function lookAtFile(path: string): FileLook {
  const { size, lastModified } = Bun.file(path);
  return { isSized: size > 0 && size < Number.POSITIVE_INFINITY, mark: lastModified + size };
}

/** @throws SQLiteError, also if the file doesn't exist */
export function openWriter(path: string, waitMs: number): Connection {
  const db = new Database(path, { readwrite: true, create: false, strict: true });
  try {
    db.run(`${setLockWait(waitMs)}; PRAGMA synchronous = NORMAL; PRAGMA foreign_keys = ON`);
  } catch (error) {
    // Until it is collected it would hold its lock; nothing of a log that may not be its own is folded in.
    closeWriter(db, path, Number.POSITIVE_INFINITY);
    throw error;
  }
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
  if (createdAs !== undefined) return { kind: "new", createdAs, file: null };
  return { kind: "ready", file: Number(meta.get("file") ?? 0) };
}

/**
 * Has the first page change, whose counter tells whose a log is; inside the caller's transaction. What SQLite
 * has for that alone is not allowed to it in Bun.
 */
export function signLog(db: Connection): void {
  db.run(SIGN_LOG);
}

/**
 * Whether there is a rollback journal, which SQLite plays into the database as it opens it, or a pipe or device for a
 * log, which it would remove.
 */
export function needsLook(path: string): boolean {
  return (
    Bun.file(`${path}-journal`).size > 0 ||
    Bun.file(`${path}-wal`).size === Number.POSITIVE_INFINITY
  );
}

/** A connection that reads, and what it found. */
export interface Reader {
  readonly db: Connection;
  readonly readiness: Readiness;
  readonly reading: Reading;
}

/** @throws UserError `database_newer`; SQLiteError */
export function openReading(path: string, waitMs: number, reading: Reading = "shared"): Reader {
  const db = openReader(path, waitMs, reading);
  try {
    return { db, readiness: readinessOf(db, path), reading };
  } catch (error) {
    db.close(true);
    throw error;
  }
}

/** Whether the file is the one that the database was last written in, so that its log is its own. */
export function isKnown(readiness: Readiness, { mark }: FileLook): boolean {
  return readiness.kind === "ready" && readiness.file === mark;
}

/**
 * Closes a writer and keeps its write-ahead log while it is small. The last connection to close copies the
 * log into the database and syncs both, which takes three to four fsyncs, unless it is a reader. So a reader
 * closes last here. Committed data is safe in the log, where the next connection finds it.
 */
export function closeWriter(
  db: Connection,
  path: string,
  keptBytes: number = MAX_KEPT_WAL_BYTES,
): void {
  const walBytes = Bun.file(`${path}-wal`).size;
  let reader: Database | null = null;
  if (walBytes > 0 && walBytes < keptBytes) {
    try {
      reader = new Database(path, { readonly: true, strict: true });
      // SQLite counts a connection only from its first read on; this one reads no schema.
      reader.run("PRAGMA user_version");
    } catch {
      // Without the reader the log is copied now, which is only slower.
    }
  }
  db.close(true);
  reader?.close(true);
}
