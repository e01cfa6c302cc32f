import { UserError } from "../errors.ts";
import type { Connection } from "../store/connection.ts";
import { noteDeleted } from "../store/history/transcripts.ts";
import { LAST_EVENT_S, lastActivity } from "../store/observed.ts";
import { storedText, textOrNull } from "../store/rows.ts";
import { removeOwnRows, unreferenced } from "./foreign-keys.ts";
import type { SessionSize } from "./limits.ts";
import type { TableReference } from "./statements.ts";

// However many events a session has, one short transaction deletes its row and mm's rows about it, so nobody
// sees a part of it. The transaction notes the session in mm_deleting; its events are then purged in slices.
// If a process is killed, the next one purges the rest.

const DELETING_VERSION = 1;

const CREATE_DELETING = `
CREATE TABLE IF NOT EXISTS mm_deleting (
  session_id TEXT PRIMARY KEY,
  last_event_id INTEGER NOT NULL
) WITHOUT ROWID;
INSERT OR IGNORE INTO mm_meta (key, value) VALUES ('deleting_version', '${DELETING_VERSION}');
`;

const HAS_DELETING = "SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'mm_deleting'";
const VERSION = "SELECT value FROM mm_meta WHERE key = 'deleting_version'";

/** An ended session's last sign of life, in milliseconds since 1970; NULL if its end is no valid time. */
const LAST_SIGN_MS = `max(unixepoch(s.ended_at) * 1000, coalesce(m.ended_ms, 0), coalesce(${lastActivity(LAST_EVENT_S)}, 0))`;

/** A condition: the session has ended, `mm` made it, and no other table refers to it. */
export function removable(references: readonly TableReference[]): string {
  return `s.ended_at IS NOT NULL AND m.session_id IS NOT NULL AND ${unreferenced(references)}`;
}

const FROM_SESSIONS = `json_each($ids) j JOIN sessions s ON s.id = j.value
  LEFT JOIN mm_sessions m ON m.session_id = s.id`;

// If the session is created again under its old id, its newer events are kept.
const NOTE_DELETING = `INSERT OR REPLACE INTO mm_deleting (session_id, last_event_id)
  SELECT j.value, (SELECT max(e.id) FROM session_events e WHERE e.session_id = j.value) AS last
  FROM json_each(?1) j WHERE last IS NOT NULL`;

const DELETE_EARLY_ENDS = `DELETE FROM mm_early_ends WHERE (agent_id, external_id) IN
  (SELECT m.agent_id, m.external_id FROM mm_sessions m JOIN json_each(?1) j ON j.value = m.session_id)`;

const DELETE_SESSIONS = "DELETE FROM sessions WHERE id IN (SELECT value FROM json_each(?1))";

const EVENTS_TO_PURGE = `SELECT e.id, length(e.content) + coalesce(length(e.metadata), 0) AS size
  FROM mm_deleting d CROSS JOIN session_events e
    ON e.session_id = d.session_id AND e.id <= d.last_event_id
  ORDER BY d.session_id, e.id`;

const COUNT_EVENTS_TO_PURGE = `SELECT count(*) AS count FROM mm_deleting d CROSS JOIN session_events e
  ON e.session_id = d.session_id AND e.id <= d.last_event_id`;

const DELETE_EVENTS = "DELETE FROM session_events WHERE id IN (SELECT value FROM json_each(?1))";

const DELETE_PURGED = `DELETE FROM mm_deleting WHERE NOT EXISTS (SELECT 1 FROM session_events e
  WHERE e.session_id = mm_deleting.session_id AND e.id <= mm_deleting.last_event_id)`;

/** A session that may be deleted. */
export interface Removable {
  readonly id: string;
  /** Milliseconds since 1970, or null if its end is no valid time. */
  readonly lastSignAt: number | null;
  readonly events: number;
}

/**
 * The sessions that may be deleted, oldest first, at most `limit` (-1 for all). With `before`, only those
 * without a sign of life since then.
 */
export function listRemovable(
  db: Connection,
  references: readonly TableReference[],
  before: number | null,
  limit: number,
): Removable[] {
  const rows = db.query<
    { id: unknown; last: number | null; events: number },
    [number | null, number]
  >(
    `SELECT s.id, ${LAST_SIGN_MS} AS last,
        (SELECT count(*) FROM session_events e WHERE e.session_id = s.id) AS events
      FROM mm_sessions m JOIN sessions s ON s.id = m.session_id
      WHERE ${removable(references)} AND (?1 IS NULL OR last < ?1)
      ORDER BY last IS NULL, last, s.rowid LIMIT ?2`,
  );
  return rows
    .all(before, limit)
    .map(({ id, last, events }) => ({ id: storedText(id), lastSignAt: last, events }));
}

/** Sessions that ended long enough ago but are kept. */
export interface Kept {
  readonly notMadeByMm: number;
  readonly referredTo: number;
}

export function countKept(
  db: Connection,
  references: readonly TableReference[],
  before: number | null,
): Kept {
  const kept = db
    .query<Kept, [number | null]>(
      `SELECT count(*) FILTER (WHERE m.session_id IS NULL) AS notMadeByMm,
          count(*) FILTER (WHERE m.session_id IS NOT NULL AND NOT (${unreferenced(references)})) AS referredTo
        FROM sessions s LEFT JOIN mm_sessions m ON m.session_id = s.id
        WHERE s.ended_at IS NOT NULL AND (?1 IS NULL OR ${LAST_SIGN_MS} < ?1)`,
    )
    .get(before);
  return kept ?? { notMadeByMm: 0, referredTo: 0 };
}

/** The number of sessions that have ended, whichever program made them. */
export function countEnded(db: Connection): number {
  const sql = "SELECT count(*) AS n FROM sessions WHERE ended_at IS NOT NULL";
  return db.query<{ n: number }, []>(sql).get()?.n ?? 0;
}

export function isMadeByMm(db: Connection, id: string): boolean {
  return db.query("SELECT 1 FROM mm_sessions WHERE session_id = ?1").get(id) !== null;
}

const bytesOf = (text: string) => `coalesce(length(CAST(${text} AS BLOB)), 0)`;

const SESSION_SIZE = `SELECT count(e.id) AS events, own.fromHooks, own.keyBytes,
    coalesce(sum(${bytesOf("e.content")} + ${bytesOf("e.metadata")}), 0) AS textBytes,
    ${bytesOf("?1")} AS idBytes
  FROM (SELECT count(*) AS fromHooks, coalesce(sum(length(dedup_key)), 0) AS keyBytes
      FROM mm_events WHERE session_id = ?1) own
    LEFT JOIN session_events e ON e.session_id = ?1`;

export function sessionSize(db: Connection, id: string): SessionSize {
  const size = db.query<SessionSize, [string]>(SESSION_SIZE).get(id);
  return size ?? { events: 0, fromHooks: 0, textBytes: 0, keyBytes: 0, idBytes: 0 };
}

/** A deleted session, with the agent's own id for it. */
export interface DeletedSession {
  readonly id: string;
  readonly agentId: string | null;
  readonly externalId: string | null;
}

/**
 * Deletes the sessions among `ids` that still meet the condition on `s` and `m`, which may use $before. Times are
 * milliseconds since 1970.
 * Call it in a transaction of a connection that doesn't enforce foreign keys.
 */
export function deleteSessionRows(
  db: Connection,
  ids: readonly string[],
  condition: string,
  { before, now }: { readonly before: number | null; readonly now: number },
): DeletedSession[] {
  createDeleting(db);
  const found = db
    .query<
      { id: unknown; agent: unknown; external: unknown; client: unknown },
      [Record<string, string | number | null>]
    >(
      `SELECT s.id, m.agent_id AS agent, m.external_id AS external, m.client FROM ${FROM_SESSIONS}
        WHERE s.ended_at IS NOT NULL AND ($before IS NULL OR ${LAST_SIGN_MS} < $before) AND ${condition}`,
    )
    .all({ ids: JSON.stringify(ids), before })
    .map(({ id, agent, external, client }) => ({
      agent: textOrNull(client),
      id: storedText(id),
      agentId: textOrNull(agent),
      externalId: textOrNull(external),
    }));
  if (found.length === 0) return [];
  const list = JSON.stringify(found.map(({ id }) => id));
  const told = found.flatMap(({ agent, externalId }) =>
    agent === null || externalId === null ? [] : [{ agent, externalId }],
  );
  noteDeleted(db, told, now);
  db.query(NOTE_DELETING).run(list);
  db.query(DELETE_EARLY_ENDS).run(list);
  removeOwnRows(db, list);
  db.query(DELETE_SESSIONS).run(list);
  return found;
}

function createDeleting(db: Connection): void {
  if (!hasDeleting(db)) db.run(CREATE_DELETING);
}

/** @throws UserError `database_newer` */
function hasDeleting(db: Connection): boolean {
  if (db.query(HAS_DELETING).get() === null) return false;
  const version = Number(db.query<{ value: string }, []>(VERSION).get()?.value ?? 0);
  if (version <= DELETING_VERSION) return true;
  throw new UserError(
    "database_newer",
    `a newer mm was removing sessions (version ${version}, this mm knows ${DELETING_VERSION})`,
    "upgrade this mm; nothing was changed",
  );
}

/** The next events of deleted sessions to purge. */
export interface PurgeSlice {
  readonly ids: readonly number[];
  /** Whether these are the last ones. */
  readonly areLast: boolean;
}

/** The next events to purge, within these limits; null if no session is noted. */
export function nextSliceToPurge(
  db: Connection,
  limit: number,
  characters: number,
): PurgeSlice | null {
  if (!hasDeleting(db) || db.query("SELECT 1 FROM mm_deleting LIMIT 1").get() === null) return null;
  const ids: number[] = [];
  let sum = 0;
  for (const { id, size } of db
    .query<{ id: number; size: number }, []>(EVENTS_TO_PURGE)
    .iterate()) {
    if (ids.length === limit || sum > characters) return { ids, areLast: false };
    ids.push(id);
    sum += size;
  }
  return { ids, areLast: true };
}

export function countEventsToPurge(db: Connection): number {
  if (!hasDeleting(db)) return 0;
  return db.query<{ count: number }, []>(COUNT_EVENTS_TO_PURGE).get()?.count ?? 0;
}

/** Deletes a slice of events, with everything that cascades from them. @returns how many events */
export function purgeSlice(db: Connection, left: PurgeSlice): number {
  db.query(DELETE_EVENTS).run(JSON.stringify(left.ids));
  // Unlike the count that run() returns, this one excludes cascaded rows.
  const removed = db.query<{ count: number }, []>("SELECT changes() AS count").get()?.count ?? 0;
  if (left.areLast) db.run(DELETE_PURGED);
  return removed;
}
