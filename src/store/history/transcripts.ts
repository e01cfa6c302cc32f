import type { Connection } from "../connection.ts";
import { columnNames, insertion, MM_TRANSCRIPTS, type TranscriptRow } from "../tables.ts";

/** What tells whether a transcript has changed since it was read. */
export type SeenTranscript = Pick<
  TranscriptRow,
  "path" | "inode" | "size" | "modified_ms" | "version"
>;

/** Where a deleted session is noted instead of a file. No file's path begins so. */
const DELETED = "deleted//";
const AFTER_DELETED = "deleted/0";

const SEEN = `SELECT path, inode, size, modified_ms, version FROM mm_transcripts
  WHERE client = ?1 AND NOT (path >= '${DELETED}' AND path < '${AFTER_DELETED}')`;

/** The transcripts of an agent that were read, by their paths. There may be tens of thousands. */
export function seenTranscripts(db: Connection, agent: string): Map<string, SeenTranscript> {
  const rows = db.query<SeenTranscript, [string]>(SEEN).all(agent);
  return new Map(rows.map((row) => [row.path, row]));
}

const OF_PATHS = `SELECT ${columnNames(MM_TRANSCRIPTS).join(", ")} FROM mm_transcripts
  WHERE path IN (SELECT value FROM json_each(?1))`;

/** All that was noted of some transcripts, by their paths. */
export function notedTranscripts(
  db: Connection,
  paths: readonly string[],
): Map<string, TranscriptRow> {
  const rows = db.query<TranscriptRow, [string]>(OF_PATHS).all(JSON.stringify(paths));
  return new Map(rows.map((row) => [row.path, row]));
}

const PARENTS =
  "SELECT DISTINCT parent FROM mm_transcripts WHERE client = ?1 AND parent IS NOT NULL";

/** The agent's ids of sessions from which others were forked. */
export function forkedFrom(db: Connection, agent: string): string[] {
  const rows = db.query<{ parent: string }, [string]>(PARENTS).all(agent);
  return rows.map(({ parent }) => parent);
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

const USAGE_ONLY = "SELECT 1 FROM mm_transcripts WHERE session_id = ?1 AND version < 0 LIMIT 1";

/** Whether only the usage of a session's transcript was read. */
export function isUsageOnly(db: Connection, sessionId: string): boolean {
  return db.query(USAGE_ONLY).get(sessionId) !== null;
}

const GONE = `SELECT t.path FROM mm_transcripts t WHERE t.path IN (SELECT value FROM json_each(?1))
  AND t.session_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM sessions s WHERE s.id = t.session_id)`;

/** Those of these transcripts whose session has been deleted since. */
export function deletedTranscripts(db: Connection, paths: readonly string[]): Set<string> {
  if (paths.length === 0) return new Set();
  const rows = db.query<{ path: string }, [string]>(GONE).all(JSON.stringify(paths));
  return new Set(rows.map(({ path }) => path));
}

const NOTE_DELETED = `INSERT OR REPLACE INTO mm_transcripts
    (path, client, source, inode, size, modified_ms, version) VALUES (?1, ?2, '', 0, 0, ?3, 0)`;

/** Of a deleted session nothing is kept but a hash, by which it is known when a transcript tells of it. */
function deletedPath(agent: string, externalId: string): string {
  const name = new Bun.CryptoHasher("sha256").update(`${agent}\n${externalId}`).digest("hex");
  return `${DELETED}${name}`;
}

/** Notes that sessions are being deleted at this time, in milliseconds since 1970, so that no transcript brings them back. */
export function noteDeleted(
  db: Connection,
  sessions: readonly { readonly agent: string; readonly externalId: string }[],
  now: number,
): void {
  const statement = db.query<unknown, [string, string, number]>(NOTE_DELETED);
  for (const { agent, externalId } of sessions) {
    statement.run(deletedPath(agent, externalId), agent, now);
  }
}

const NOTES = `SELECT path, modified_ms AS at FROM mm_transcripts
  WHERE client = ?1 AND path >= '${DELETED}' AND path < '${AFTER_DELETED}'`;

/** When sessions of an agent were deleted, by the agent's own ids: 0 for one that never was. */
export function deletedSessions(db: Connection, agent: string): (externalId: string) => number {
  const rows = db.query<{ path: string; at: number }, [string]>(NOTES).all(agent);
  const times = new Map(rows.map(({ path, at }) => [path, at]));
  return (externalId) => (times.size === 0 ? 0 : (times.get(deletedPath(agent, externalId)) ?? 0));
}

const FORGET = `UPDATE mm_transcripts SET passed_over = 0 WHERE client = ?1 AND passed_over > 0
  AND (SELECT m.client_version FROM mm_sessions m WHERE m.session_id = mm_transcripts.session_id) IS ?2`;

/** Forgets how many lines of an agent's version weren't understood. */
export function forgetCounts(db: Connection, agent: string, version: string | null): void {
  db.query<unknown, [string, string | null]>(FORGET).run(agent, version);
}
