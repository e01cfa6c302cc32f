import { UserError } from "../errors.ts";
import type { Connection } from "./connection.ts";

/** Whether documents can leave the index, or it has to be made anew without them. */
export type IndexKind = "deletable" | "append-only";

/** What stands in `mm_meta` for an index of this form. */
const FORM = "1";
const META_KEY = "search_index";

// Larger level-0 segments than the standard's four are merged at once, since short transactions write small ones.
const TABLES = `
CREATE TABLE IF NOT EXISTS mm_search_sessions (
  doc INTEGER PRIMARY KEY AUTOINCREMENT,
  session_id TEXT NOT NULL UNIQUE,
  text TEXT NOT NULL,
  is_open INTEGER NOT NULL
);
CREATE INDEX IF NOT EXISTS mm_search_open ON mm_search_sessions(session_id) WHERE is_open;
CREATE TABLE IF NOT EXISTS mm_search_progress (
  event_id INTEGER NOT NULL,
  session_id TEXT,
  checked_ms INTEGER NOT NULL
);
DELETE FROM mm_search_sessions;
DELETE FROM mm_search_progress;
INSERT INTO mm_search_progress (event_id, session_id, checked_ms) VALUES (0, NULL, 0);
`;

function createSearch(kind: IndexKind): string {
  const deletes = kind === "deletable" ? "contentless_delete = 1, " : "";
  return `DROP TABLE IF EXISTS mm_search;
    CREATE VIRTUAL TABLE IF NOT EXISTS mm_search USING fts5(
      text, content = '', ${deletes}tokenize = 'unicode61 remove_diacritics 2');
    INSERT INTO mm_search (mm_search, rank) VALUES ('automerge', 8)`;
}

/** What a SQLite of this version can do; before 3.44 a delete damages the index. */
export function kindFor(version: string): IndexKind {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  return major > 3 || (major === 3 && minor >= 44) ? "deletable" : "append-only";
}

/** @throws UserError `search_unavailable` where this SQLite has no FTS5 */
export function indexKind(db: Connection): IndexKind {
  const found = db
    .query<{ version: string; fts5: number }, []>(
      `SELECT sqlite_version() AS version,
        EXISTS (SELECT 1 FROM pragma_module_list WHERE name = 'fts5') AS fts5`,
    )
    .get();
  const { version = "", fts5 = 0 } = found ?? {};
  if (fts5 === 0) throw withoutFts5(version);
  return kindFor(version);
}

export function withoutFts5(version: string): UserError {
  return new UserError(
    "search_unavailable",
    `this system's SQLite ${version} has no full-text search (FTS5)`,
    "`mm session list` and `mm session events` show what there is",
  );
}

/** Whether there is an index of the form that this `mm` makes with this SQLite. */
export function hasIndex(db: Connection, kind: IndexKind): boolean {
  const found = db
    .query<{ value: string | null; tables: number }, [string]>(
      `SELECT (SELECT value FROM mm_meta WHERE key = ?1) AS value, (SELECT count(*) FROM sqlite_schema
        WHERE name IN ('mm_search', 'mm_search_sessions', 'mm_search_progress')) AS tables`,
    )
    .get(META_KEY);
  return found?.value === `${FORM} ${kind}` && found.tables === 3;
}

/** Makes the index, empty, in the place of any other, inside the caller's transaction. */
export function createIndex(db: Connection, kind: IndexKind): void {
  db.run(createSearch(kind));
  db.run(TABLES);
  db.query("INSERT OR REPLACE INTO mm_meta (key, value) VALUES (?1, ?2)").run(
    META_KEY,
    `${FORM} ${kind}`,
  );
}

/** Has the next search make the index anew, inside the caller's transaction. */
export function discardIndex(db: Connection): void {
  db.query("DELETE FROM mm_meta WHERE key = ?1").run(META_KEY);
}
