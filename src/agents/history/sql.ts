import { Database } from "bun:sqlite";

const WAIT_MS = 500;
const HAS_TABLE = "SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = ?1";

/** Opens a database that its agent may be writing at the same time. @throws SQLiteError */
export function openAgents(path: string): Database {
  const db = new Database(path, { readonly: true, strict: true });
  db.run(`PRAGMA busy_timeout = ${WAIT_MS}`);
  return db;
}

/** Whether it has all of these tables. */
export function hasTables(db: Database, names: readonly string[]): boolean {
  return names.every((name) => db.query<unknown, [string]>(HAS_TABLE).get(name) !== null);
}
