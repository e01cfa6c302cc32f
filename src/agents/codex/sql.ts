import { Database } from "bun:sqlite";

const WAIT_MS = 500;

/** A thread as Codex lists it; which columns there are depends on its version. */
type Thread = Readonly<Record<string, unknown>>;

const HAS_THREADS = "SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'threads'";
const THREADS = "SELECT * FROM threads";

/** The threads in Codex' database, which it may be writing at the same time. @throws SQLiteError */
export function codexThreads(path: string): Thread[] {
  using db = new Database(path, { readonly: true, strict: true });
  db.run(`PRAGMA busy_timeout = ${WAIT_MS}`);
  if (db.query(HAS_THREADS).get() === null) return [];
  return db.query<Thread, []>(THREADS).all();
}
