import { UserError } from "../errors.ts";
import type { Connection } from "../store/connection.ts";

/** Whether documents can leave the index, or it has to be made anew without them. */
export type IndexKind = "deletable" | "append-only";

/** What `user_version` is for an index of this form. */
const FORMS: Readonly<Record<IndexKind, number>> = { deletable: 3, "append-only": 4 };

const TABLES = `
CREATE TABLE search_sessions (
  doc INTEGER PRIMARY KEY AUTOINCREMENT,
  session_id TEXT NOT NULL UNIQUE,
  text TEXT NOT NULL,
  is_open INTEGER NOT NULL
);
CREATE INDEX search_open ON search_sessions(session_id, is_open, text) WHERE is_open;
CREATE TABLE search_progress (
  event_id INTEGER NOT NULL,
  mark_id INTEGER,
  mark TEXT,
  session_rowid INTEGER NOT NULL,
  checked_ms INTEGER NOT NULL,
  has_remains INTEGER NOT NULL
);
INSERT INTO search_progress VALUES (0, NULL, NULL, 0, 0, 0);
`;

// Larger level-0 segments than the standard's four are merged at once, since each transaction writes two.
function createSearch(kind: IndexKind): string {
  const deletes = kind === "deletable" ? "contentless_delete = 1, " : "";
  return `CREATE VIRTUAL TABLE main.search_text USING fts5(
      text, content = '', ${deletes}tokenize = 'unicode61 remove_diacritics 2');
    INSERT INTO search_text (search_text, rank) VALUES ('automerge', 8)`;
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

/** What is in the file: nothing yet, an index of the form that this `mm` makes with this SQLite, or another. */
export function indexForm(db: Connection, kind: IndexKind): "empty" | "own" | "other" {
  const version = db.query<{ user_version: number }, []>("PRAGMA main.user_version").get();
  if (version?.user_version === FORMS[kind]) return "own";
  const tables = db.query<{ n: number }, []>("SELECT count(*) AS n FROM main.sqlite_schema").get();
  return version?.user_version === 0 && tables?.n === 0 ? "empty" : "other";
}

/** Makes an index, empty, in an empty file, inside the caller's transaction; another process may have been faster. */
export function createIndex(db: Connection, kind: IndexKind): void {
  if (indexForm(db, kind) !== "empty") return;
  db.run(createSearch(kind));
  db.run(TABLES);
  db.run(`PRAGMA main.user_version = ${FORMS[kind]}`);
}
