import { Database } from "bun:sqlite";
import { UserError } from "../errors.ts";

/** The version of the `mm_` tables that this program reads and writes. */
export const SCHEMA_VERSION = 2;

/** The columns of the tables that an export holds, in its order; a session's and an event's ids are not the store's own. */

export const SESSION_COLUMNS = [
  "id",
  "agent_id",
  "started_at",
  "ended_at",
  "summary",
  "metadata",
  "namespace",
] as const;

export const OWN_SESSION_COLUMNS = [
  "external_id",
  "parent_id",
  "client",
  "client_version",
  "model",
  "project",
  "remote",
  "root",
  "cwd",
  "branch",
  "transcript",
  "title_from",
  "last_event_ms",
  "ended_ms",
  "ended_by",
  "end_reason",
  "keeps_summary",
  "started",
  "start_event",
  "start_us",
  "end_event",
  "end_us",
] as const;

export const EVENT_COLUMNS = [
  "event_type",
  "content",
  "chunk_ids",
  "created_at",
  "metadata",
] as const;

export const OWN_EVENT_COLUMNS = ["at_ms", "dedup_key", "own_us"] as const;

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

const OWN_TABLES = `
CREATE TABLE IF NOT EXISTS mm_meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS mm_sessions (
  session_id TEXT PRIMARY KEY REFERENCES sessions(id) ON DELETE CASCADE,
  agent_id TEXT NOT NULL,
  external_id TEXT,
  parent_id TEXT,
  client TEXT,
  client_version TEXT,
  model TEXT,
  project TEXT,
  remote TEXT,
  root TEXT,
  cwd TEXT,
  branch TEXT,
  transcript TEXT,
  title_from TEXT,
  started INTEGER NOT NULL DEFAULT 0,
  last_event_ms INTEGER,
  ended_ms INTEGER,
  ended_by TEXT,
  end_reason TEXT,
  keeps_summary INTEGER NOT NULL DEFAULT 0,
  start_event TEXT,
  start_us INTEGER,
  end_event TEXT,
  end_us INTEGER,
  UNIQUE (agent_id, external_id)
);
CREATE INDEX IF NOT EXISTS mm_sessions_live ON mm_sessions(last_event_ms)
  WHERE client IS NOT NULL AND ended_ms IS NULL;
CREATE INDEX IF NOT EXISTS mm_sessions_project ON mm_sessions(project, ended_ms) WHERE project IS NOT NULL;
CREATE TABLE IF NOT EXISTS mm_events (
  event_id INTEGER PRIMARY KEY REFERENCES session_events(id) ON DELETE CASCADE,
  session_id TEXT NOT NULL,
  at_ms INTEGER NOT NULL,
  dedup_key TEXT NOT NULL,
  own_us INTEGER
);
CREATE INDEX IF NOT EXISTS mm_events_dedup ON mm_events(session_id, dedup_key);
CREATE TABLE IF NOT EXISTS mm_early_ends (
  agent_id TEXT NOT NULL,
  external_id TEXT NOT NULL,
  at_ms INTEGER NOT NULL,
  reason TEXT,
  PRIMARY KEY (agent_id, external_id)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS mm_spooled (id TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS mm_sessions_active ON sessions(started_at) WHERE ended_at IS NULL;
INSERT OR REPLACE INTO mm_meta (key, value) VALUES ('schema_version', '${SCHEMA_VERSION}');
`;

/** What `mm_sessions` of the first version lacks. */
const ADDED_COLUMNS = {
  start_event: "TEXT",
  start_us: "INTEGER",
  end_event: "TEXT",
  end_us: "INTEGER",
} as const;

const NEEDED_COLUMNS = {
  sessions: ["id", "agent_id", "started_at", "ended_at", "summary", "metadata", "namespace"],
  session_events: ["id", "session_id", "event_type", "content", "created_at", "metadata"],
} as const;

function columnsOf(db: Database, table: string): Set<string> {
  const rows = db
    .query<{ name: string }, [string]>("SELECT name FROM pragma_table_info(?1)")
    .all(table);
  return new Set(rows.map(({ name }) => name));
}

function addColumns(db: Database): void {
  const present = columnsOf(db, "mm_sessions");
  for (const [name, type] of Object.entries(ADDED_COLUMNS)) {
    if (!present.has(name)) db.run(`ALTER TABLE mm_sessions ADD COLUMN ${name} ${type}`);
  }
}

/**
 * Makes what is missing, inside the caller's transaction. The shared tables are never altered.
 * @throws UserError `database_unusable` where a shared table lacks a column
 */
export function createMissing(db: Database, path: string): void {
  for (const [table, needed] of Object.entries(NEEDED_COLUMNS)) {
    const present = columnsOf(db, table);
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
  db.run(OWN_TABLES);
  addColumns(db);
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
