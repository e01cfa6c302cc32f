import type { Connection } from "../../store/connection.ts";

const CREATE = `CREATE TABLE IF NOT EXISTS mm_deleted (session_id TEXT PRIMARY KEY, at_ms INTEGER NOT NULL) WITHOUT ROWID`;
const NOTE_HOLDER = `INSERT OR REPLACE INTO mm_deleted (session_id, at_ms) SELECT value, ?2 FROM json_each(?1)`;

const HAS = "SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'mm_deleted'";

/** Whether a database was ever synced, so that deletions have to reach a server, too. */
export function isSynced(db: Connection, databasePath: string): boolean {
  return Bun.file(`${databasePath}.mm-sync`).size > 0 || db.query(HAS).get() !== null;
}

/** Notes sessions that a person has deleted, inside the transaction that does it. `gc` leaves the server alone. */
export function noteTombstones(db: Connection, ids: readonly string[], nowMs: number): void {
  if (ids.length === 0) return;
  db.run(CREATE);
  db.query(NOTE_HOLDER).run(JSON.stringify(ids), nowMs);
}
