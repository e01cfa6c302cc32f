import { Database } from "bun:sqlite";
import { UserError } from "../errors.ts";
import { setDatabaseHeader } from "../files/sqlite-format.ts";
import {
  type Columns,
  columnNames,
  MM_EVENTS,
  MM_SESSIONS,
  MM_TRANSCRIPTS,
  MM_USAGE,
  SCHEMA_VERSION,
} from "./tables.ts";

const SET_VERSION = "INSERT OR REPLACE INTO mm_meta (key, value) VALUES ('schema_version', ?1)";

// memtomem's own definitions. It adds the last column of session_events by ALTER TABLE, so it must be last here.
const SHARED_TABLES = `
CREATE TABLE IF NOT EXISTS sessions (
  id TEXT PRIMARY KEY,
  agent_id TEXT NOT NULL DEFAULT 'default',
  started_at TEXT NOT NULL,
  ended_at TEXT,
  summary TEXT,
  metadata TEXT NOT NULL DEFAULT '{}',
  namespace TEXT NOT NULL DEFAULT 'default'
);
CREATE INDEX IF NOT EXISTS idx_sessions_agent ON sessions(agent_id);
CREATE INDEX IF NOT EXISTS idx_sessions_started ON sessions(started_at);
CREATE TABLE IF NOT EXISTS session_events (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  session_id TEXT NOT NULL REFERENCES sessions(id) ON DELETE CASCADE,
  event_type TEXT NOT NULL,
  content TEXT NOT NULL,
  chunk_ids TEXT DEFAULT '[]',
  created_at TEXT NOT NULL,
  metadata TEXT DEFAULT '{}'
);
CREATE INDEX IF NOT EXISTS idx_session_events_session ON session_events(session_id);
`;

function definition(columns: Columns): string {
  return Object.entries(columns)
    .map(([name, { type, key = "" }]) => `${name} ${type} ${key}`.trimEnd())
    .join(",\n  ");
}

// An event that a hook reports changes only the index of live sessions, none of those of past sessions and of forks.
const OWN_TABLES = `
CREATE TABLE IF NOT EXISTS mm_meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS mm_sessions (
  ${definition(MM_SESSIONS)},
  UNIQUE (agent_id, external_id)
);
CREATE INDEX IF NOT EXISTS mm_sessions_live ON mm_sessions(last_event_ms)
  WHERE client IS NOT NULL AND ended_ms IS NULL;
CREATE INDEX IF NOT EXISTS mm_sessions_past ON mm_sessions(last_event_ms)
  WHERE last_event_ms IS NOT NULL AND (client IS NULL OR ended_ms IS NOT NULL);
CREATE INDEX IF NOT EXISTS mm_sessions_forks ON mm_sessions(parent_id) WHERE parent_id IS NOT NULL;
CREATE INDEX IF NOT EXISTS mm_sessions_project ON mm_sessions(project, ended_ms) WHERE project IS NOT NULL;
CREATE INDEX IF NOT EXISTS mm_sessions_root ON mm_sessions(root) WHERE project IS NULL AND root IS NOT NULL;
CREATE TABLE IF NOT EXISTS mm_events (
  ${definition(MM_EVENTS)}
);
CREATE INDEX IF NOT EXISTS mm_events_dedup ON mm_events(session_id, dedup_key);
CREATE TABLE IF NOT EXISTS mm_renamed (
  session_id TEXT PRIMARY KEY REFERENCES sessions(id) ON DELETE CASCADE
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS mm_early_ends (
  agent_id TEXT NOT NULL,
  external_id TEXT NOT NULL,
  at_ms INTEGER NOT NULL,
  reason TEXT,
  PRIMARY KEY (agent_id, external_id)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS mm_usage (
  ${definition(MM_USAGE)},
  PRIMARY KEY (client, call_id)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS mm_usage_session ON mm_usage(session_id);
CREATE TABLE IF NOT EXISTS mm_transcripts (
  ${definition(MM_TRANSCRIPTS)}
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS mm_transcripts_session ON mm_transcripts(session_id) WHERE session_id IS NOT NULL;
CREATE TABLE IF NOT EXISTS mm_spooled (id TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS mm_sessions_active ON sessions(started_at) WHERE ended_at IS NULL;
CREATE INDEX IF NOT EXISTS mm_sessions_ended ON sessions(ended_at) WHERE ended_at IS NOT NULL;
`;

const OWN_COLUMNS: Readonly<Record<string, Columns>> = {
  mm_sessions: MM_SESSIONS,
  mm_events: MM_EVENTS,
  mm_usage: MM_USAGE,
  mm_transcripts: MM_TRANSCRIPTS,
};

/** The column names of a table in the database; empty if there is no such table. */
function presentColumns(db: Database, table: string): Set<string> {
  const rows = db
    .query<{ name: string }, [string]>("SELECT name FROM pragma_table_info(?1)")
    .all(table);
  return new Set(rows.map(({ name }) => name));
}

/** @throws UserError `database_unusable` where a column is missing that rows can't be without */
function addMissingColumns(db: Database, path: string): void {
  for (const [table, columns] of Object.entries(OWN_COLUMNS)) {
    const present = presentColumns(db, table);
    for (const [name, { type }] of Object.entries(columns)) {
      if (present.has(name)) continue;
      if (type.endsWith("NOT NULL")) throw lacking(table, path, [name], CHANGED_BY_ANOTHER);
      db.run(`ALTER TABLE ${table} ADD COLUMN ${name} ${type}`);
    }
  }
}

const CHANGED_BY_ANOTHER =
  "another program has changed it; set MM_DB to another file, or MM_HOME to another folder";

function lacking(table: string, path: string, columns: readonly string[], hint: string): UserError {
  const what = `the table ${table} in ${path} lacks the column ${columns.join(", ")}`;
  return new UserError("database_unusable", what, hint);
}

/** Creates `mm`'s own tables and columns that are missing, inside the caller's transaction. */
function createOwnTables(db: Database, path: string): void {
  db.run(OWN_TABLES);
  addMissingColumns(db, path);
}

/**
 * Creates empty temporary tables in place of `mm`'s own in a database that only memtomem has written to, so
 * that queries need only one form.
 */
export function standInForOwnTables(db: Database): void {
  db.run(`CREATE TEMP TABLE mm_sessions (${columnNames(MM_SESSIONS).join(", ")});
    CREATE TEMP TABLE mm_events (${columnNames(MM_EVENTS).join(", ")});
    CREATE TEMP TABLE mm_usage (${columnNames(MM_USAGE).join(", ")});
    CREATE TEMP TABLE mm_transcripts (${columnNames(MM_TRANSCRIPTS).join(", ")});
    CREATE TEMP TABLE mm_renamed (session_id);
    CREATE TEMP TABLE mm_early_ends (agent_id, external_id, at_ms, reason)`);
}

const TABLES = [
  "sessions",
  "session_events",
  "mm_meta",
  "mm_sessions",
  "mm_events",
  "mm_renamed",
  "mm_early_ends",
  "mm_usage",
  "mm_transcripts",
  "mm_spooled",
] as const;

/** The names of the tables that a database should have and hasn't. */
export function missingTables(db: Database): string[] {
  return TABLES.filter((table) => presentColumns(db, table).size === 0);
}

/** The columns of `mm`'s own tables that a database should have and hasn't, as `table.column`. */
export function missingColumns(db: Database): string[] {
  return Object.entries(OWN_COLUMNS).flatMap(([table, columns]) => {
    const present = presentColumns(db, table);
    const missing = columnNames(columns).filter((name) => present.size > 0 && !present.has(name));
    return missing.map((name) => `${table}.${name}`);
  });
}

const NEEDED_COLUMNS = {
  sessions: ["id", "agent_id", "started_at", "ended_at", "summary", "metadata", "namespace"],
  session_events: ["id", "session_id", "event_type", "content", "created_at", "metadata"],
} as const;

/**
 * Creates everything that is missing, inside the caller's transaction. Never alters the shared tables.
 * @throws UserError `database_unusable` if a shared table lacks a column
 */
export function createMissing(db: Database, path: string): void {
  for (const [table, needed] of Object.entries(NEEDED_COLUMNS)) {
    const present = presentColumns(db, table);
    const missing = needed.filter((column) => !present.has(column));
    if (present.size > 0 && missing.length > 0) {
      throw lacking(
        table,
        path,
        missing,
        "it was made by another program or an old memtomem; open it once with memtomem, or set MM_DB to another file",
      );
    }
  }
  const hasEvents = presentColumns(db, "session_events").size > 0;
  db.run(SHARED_TABLES);
  createOwnTables(db, path);
  // Events are numbered from 1 again: the rows of those that went with their table would be in the way.
  if (!hasEvents) db.run("DELETE FROM mm_events");
  db.query(SET_VERSION).run(String(SCHEMA_VERSION));
}

const DEFINITIONS = "SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY rowid";

/**
 * A copy in memory of a database's tables, without their rows, in which what was missing is made. The caller closes it.
 * @throws UserError `database_unusable` or SQLiteError where it can't be made, as in the database itself
 */
export function copyWithAllTables(db: Database, path: string): Database {
  const copy = new Database(":memory:", { strict: true });
  try {
    for (const { sql } of db.query<{ sql: string }, []>(DEFINITIONS).all()) {
      try {
        copy.run(sql);
      } catch {
        // It needs another program's extension, or comes with a table that does.
      }
    }
    createMissing(copy, path);
    return copy;
  } catch (error) {
    copy.close(true);
    throw error;
  }
}

/**
 * The bytes of a complete, empty database.
 * @param leftover the file name under which it is first written
 * @param counter what its first page's changes are counted from, so that no other database's log goes on from it
 */
export function newDatabaseImage(leftover: string, counter: number): Uint8Array {
  const db = new Database(":memory:", { strict: true });
  try {
    db.run("PRAGMA auto_vacuum = INCREMENTAL");
    createMissing(db, ":memory:");
    db.query("INSERT INTO mm_meta (key, value) VALUES ('created_as', ?1)").run(leftover);
    const image = db.serialize();
    setDatabaseHeader(image, counter);
    return image;
  } finally {
    db.close(true);
  }
}
