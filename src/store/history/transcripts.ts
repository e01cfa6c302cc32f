import type { Connection } from "../connection.ts";
import { columnNames, insertion, MM_TRANSCRIPTS, type TranscriptRow } from "../tables.ts";

const ALL = `SELECT ${columnNames(MM_TRANSCRIPTS).join(", ")} FROM mm_transcripts WHERE client = ?1`;

/** The transcripts of an agent that were read, by their paths. */
export function readTranscripts(db: Connection, agent: string): Map<string, TranscriptRow> {
  const rows = db.query<TranscriptRow, [string]>(ALL).all(agent);
  return new Map(rows.map((row) => [row.path, row]));
}

const NOTE = insertion("mm_transcripts", columnNames(MM_TRANSCRIPTS)).replace(
  "INSERT",
  "INSERT OR REPLACE",
);

/** Notes how transcripts were when they were read. */
export function noteTranscripts(db: Connection, rows: readonly TranscriptRow[]): void {
  const statement = db.query<unknown, [TranscriptRow]>(NOTE);
  for (const row of rows) statement.run(row);
}

const GONE = `SELECT t.path FROM mm_transcripts t WHERE t.client = ?1 AND t.session_id IS NOT NULL
  AND NOT EXISTS (SELECT 1 FROM sessions s WHERE s.id = t.session_id)`;

/** The transcripts whose session has been deleted since. */
export function deletedTranscripts(db: Connection, agent: string): Set<string> {
  const rows = db.query<{ path: string }, [string]>(GONE).all(agent);
  return new Set(rows.map(({ path }) => path));
}

const FORGET = `UPDATE mm_transcripts SET passed_over = 0 WHERE client = ?1 AND passed_over > 0
  AND (SELECT m.client_version FROM mm_sessions m WHERE m.session_id = mm_transcripts.session_id) IS ?2`;

/** Forgets how many lines of an agent's version weren't understood. */
export function forgetCounts(db: Connection, agent: string, version: string | null): void {
  db.query<unknown, [string, string | null]>(FORGET).run(agent, version);
}
