import { type Connection, lookAtFile, type Reading, readerUri } from "../store/connection.ts";
import { storedMs, storedText, textOrNull } from "../store/rows.ts";
import { HAS_SOURCES } from "../sync/replica/statements.ts";
import type { PulledSource } from "./choose.ts";
import * as sql from "./statements.ts";

interface SourceRow {
  readonly source_id: string;
  readonly machine: string;
  readonly owner: string;
  readonly is_own: number;
  readonly pushed_ms: number | null;
}

/** The sources in a replica; none where no pull has been. */
export function listPulledSources(db: Connection): PulledSource[] {
  if (db.query(HAS_SOURCES).get() === null) return [];
  return db
    .query<SourceRow, []>(sql.PULLED_SOURCES)
    .all()
    .map((row) => ({
      sourceId: storedText(row.source_id),
      machine: storedText(row.machine),
      owner: storedText(row.owner),
      isOwn: row.is_own === 1,
      pushedMs: typeof row.pushed_ms === "number" ? row.pushed_ms : null,
    }));
}

/** The sources of sessions, by the sessions' ids. */
export function sourceIdsOf(
  db: Connection,
  ids: readonly string[],
  sourceIds: readonly string[],
): Map<string, string> {
  const rows = db
    .query<{ id: string; source_id: string }, [string, string]>(sql.HOLDERS_OF)
    .all(JSON.stringify(ids), JSON.stringify(sourceIds));
  return new Map(rows.map(({ id, source_id: source }) => [id, source]));
}

/** The sources that have a session, the one with most events first. */
export function sourcesWith(db: Connection, id: string): string[] {
  const rows = db.query<{ source_id: string }, [string]>(sql.ALSO_ON).all(id);
  return rows.map(({ source_id: source }) => source);
}

/** A session of another machine's source, or with null of this machine. */
export interface Continued {
  readonly id: string;
  readonly sourceId: string | null;
}

/** What an agent calls a session. */
export interface Conversation {
  readonly id: string;
  readonly agentId: string;
  readonly externalId: string;
}

/** Where others went on with a conversation. */
export function continuedThere(db: Connection, conversation: Conversation): Continued[] {
  const { id, agentId, externalId } = conversation;
  return db
    .query<{ id: string; source_id: string }, [string, string, string]>(sql.CONTINUED_ON)
    .all(agentId, externalId, id)
    .map((row) => ({ id: row.id, sourceId: row.source_id }));
}

/** The same in this machine's database. */
export function continuedHere(db: Connection, conversation: Conversation): Continued[] {
  const { id, agentId, externalId } = conversation;
  return db
    .query<{ id: string }, [string, string, string]>(sql.CONTINUED_HERE)
    .all(agentId, externalId, id)
    .map((row) => ({ id: row.id, sourceId: null }));
}

/** The agent's own id of a pulled session. */
export function pulledExternalId(db: Connection, id: string): string | null {
  const row = db.query<{ external_id: unknown }, [string]>(sql.EXTERNAL_ID).get(id);
  return textOrNull(row?.external_id);
}

export function hasSession(db: Connection, id: string): boolean {
  return db.query(sql.IS_HERE).get(id) !== null;
}

/** A session that is here and in the replica, and how many events each has. */
export interface Twofold {
  readonly id: string;
  readonly here: number;
  readonly there: number;
}

/** The address by which a connection that reads in this way attaches another database beside its own. */
function addressOf(path: string, reading: Reading): string {
  return reading === "shared" ? path : readerUri(path, reading);
}

/** The sessions that this machine and these sources have, from a connection to this machine's database. */
export function listTwofold(
  db: Connection,
  reading: Reading,
  replica: string,
  sourceIds: readonly string[],
): Twofold[] {
  db.query(sql.ATTACH_REPLICA).run(addressOf(replica, reading));
  return db.query<Twofold, [string]>(sql.IN_BOTH).all(JSON.stringify(sourceIds));
}

/** What of a database is read. */
export interface Narrowing {
  /** The sources whose sessions are meant; null for all that are there. */
  readonly sourceIds: readonly string[] | null;
  /** Sessions that are better read elsewhere. */
  readonly leftOut: readonly string[];
  /** The folders that clones of projects have on this machine. */
  readonly clones: ReadonlyMap<string, string>;
}

/** Has a connection see only what is meant, and where projects are on this machine. */
export function narrow(db: Connection, schema: sql.Schema, narrowing: Narrowing): void {
  const { sourceIds, leftOut, clones } = narrowing;
  if (sourceIds !== null || leftOut.length > 0) {
    db.run(sql.LEFT_OUT);
    db.query(sql.FILL_LEFT_OUT).run(JSON.stringify(leftOut));
    db.run(sql.CHOSEN);
    db.query(sql.FILL_CHOSEN).run(JSON.stringify(sourceIds ?? []));
    db.run(sql.narrowedSessions(schema, sourceIds !== null));
  }
  if (clones.size === 0) return;
  db.run(sql.CLONES);
  for (const [project, folder] of clones) db.query(sql.ADD_CLONE).run(project, folder);
  db.run(sql.locatedSessions(schema));
}

/** A session's last sign of life in milliseconds since 1970; 0 where nothing that is stored is a time. */
export function lastSign(db: Connection, id: string): number {
  return storedMs(db.query<{ at: unknown }, [string]>(sql.LAST_SIGN).get(id)?.at) ?? 0;
}

/** Has a connection to the replica see no call of a model that another session in this machine's database has. */
export function leaveOutCalls(db: Connection, reading: Reading, databasePath: string): void {
  if (!lookAtFile(databasePath).isSized) return;
  db.query(sql.ATTACH_HERE).run(addressOf(databasePath, reading));
  if (db.query(sql.HAS_CALLS).get() !== null) db.run(sql.CALLS_ONLY_THERE);
}
