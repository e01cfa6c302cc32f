import { Database } from "bun:sqlite";
import { UserError } from "../errors.ts";
import { createOwnTables, presentColumns, SCHEMA_VERSION } from "./tables.ts";

const SET_VERSION = "INSERT OR REPLACE INTO mm_meta (key, value) VALUES ('schema_version', ?1)";

// memtomem's own definitions: it adds the last column of session_events by ALTER TABLE, so it stands last here.
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

const NEEDED_COLUMNS = {
  sessions: ["id", "agent_id", "started_at", "ended_at", "summary", "metadata", "namespace"],
  session_events: ["id", "session_id", "event_type", "content", "created_at", "metadata"],
} as const;

/**
 * Makes what is missing, inside the caller's transaction. The shared tables are never altered.
 * @throws UserError `database_unusable` where a shared table lacks a column
 */
export function createMissing(db: Database, path: string): void {
  for (const [table, needed] of Object.entries(NEEDED_COLUMNS)) {
    const present = presentColumns(db, table);
    const missing = needed.filter((column) => !present.has(column));
    if (present.size > 0 && missing.length > 0) {
      throw new UserError(
        "database_unusable",
        `the table ${table} in ${path} lacks the column ${missing.join(", ")}`,
        "it was made by another program or an old memtomem; open it once with memtomem, or set MM_DB to another file",
      );
    }
  }
  db.run(SHARED_TABLES);
  createOwnTables(db);
  db.query(SET_VERSION).run(String(SCHEMA_VERSION));
}

/** The bytes of a complete, empty database. `leftover` is the file name under which it is first written. */
export function newDatabaseImage(leftover: string): Uint8Array {
  const db = new Database(":memory:", { strict: true });
  try {
    db.run("PRAGMA auto_vacuum = INCREMENTAL");
    createMissing(db, ":memory:");
    db.query("INSERT INTO mm_meta (key, value) VALUES ('created_as', ?1)").run(leftover);
    const image = db.serialize();
    // Bytes 18 and 19 of the header are the format versions; 2 is WAL (SQLite file format, §1.3.1).
    image[18] = 2;
    image[19] = 2;
    return image;
  } finally {
    db.close(true);
  }
}
