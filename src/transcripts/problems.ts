import { codeOf } from "../errors.ts";
import { whyRefused } from "../files/errno.ts";

/** What is wrong with an agent's database, by SQLite's codes. */
const DATABASE: Readonly<Record<string, string>> = {
  SQLITE_CANTOPEN: "it can't be opened",
  SQLITE_NOTADB: "it is no database",
  SQLITE_CORRUPT: "it is damaged",
  SQLITE_BUSY: "it is locked",
  SQLITE_ERROR: "its tables are not those that mm knows",
};

/** What can't be read, and why. */
export function problemOf(path: string, error: unknown): string {
  const why = whyRefused(error, DATABASE);
  return `${path}: ${why || (error instanceof Error ? error.message : codeOf(error))}`;
}
