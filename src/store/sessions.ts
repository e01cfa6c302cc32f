import type { Session } from "../sessions/plan.ts";
import type { Connection } from "./connection.ts";
import * as sql from "./statements.ts";

/** What a Date can hold. */
const MAX_MS = 8.64e15;

function inRange(ms: unknown): number | null {
  return typeof ms === "number" && Math.abs(ms) <= MAX_MS ? ms : null;
}

/**
 * A time in milliseconds since 1970: our own, else from the seconds that SQLite made of a text. Null where
 * neither is a time.
 */
export function storedTime(ownMs: unknown, seconds: unknown): number | null {
  return inRange(ownMs) ?? inRange(typeof seconds === "number" ? seconds * 1000 : null);
}

/** When a session last gave a sign of life, by the last of which a hook told, its last event, else its start. */
export function lastSignOfLife(
  ownMs: unknown,
  eventSeconds: unknown,
  startSeconds: unknown,
): number | null {
  const event = storedTime(null, eventSeconds);
  const own = inRange(ownMs);
  if (own === null) return event ?? storedTime(null, startSeconds);
  return Math.max(own, event ?? own);
}

/** A row of `sessions` as it may be. */
export interface SessionRow {
  readonly id: unknown;
  readonly agent_id: unknown;
  readonly started_at: unknown;
  readonly ended_at: unknown;
  readonly summary: unknown;
  readonly metadata: unknown;
  readonly namespace: unknown;
}

/** A stored value as text, null for NULL. */
export function textOrNull(value: unknown): string | null {
  if (value === null || value === undefined) return null;
  return value instanceof Uint8Array ? new TextDecoder().decode(value) : String(value);
}

/** A stored value as text, whatever another program put there. */
export function text(value: unknown): string {
  return textOrNull(value) ?? "";
}

/** A stored JSON object; `{}` for anything else. */
export function parseMetadata(value: unknown): Readonly<Record<string, unknown>> {
  if (typeof value !== "string" || value === "{}" || value === "") return {};
  try {
    const parsed: unknown = JSON.parse(value);
    const isObject = typeof parsed === "object" && parsed !== null && !Array.isArray(parsed);
    return isObject ? (parsed as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

/** A row of `sessions` made to fit. */
export function toSession(row: SessionRow): Session {
  return {
    id: text(row.id),
    agentId: text(row.agent_id),
    startedAt: text(row.started_at),
    endedAt: textOrNull(row.ended_at),
    summary: textOrNull(row.summary),
    metadata: parseMetadata(row.metadata),
    namespace: text(row.namespace),
  };
}

export function findSession(db: Connection, id: string): Session | null {
  const row = db.query<SessionRow, [string]>(sql.SESSION_BY_ID).get(id);
  return row === null ? null : toSession(row);
}

/** The sessions whose id begins with `prefix`, newest first, at most `limit`. */
export function findSessionsByPrefix(db: Connection, prefix: string, limit: number): Session[] {
  return db
    .query<SessionRow, [string, number]>(sql.SESSIONS_BY_PREFIX)
    .all(prefix, limit)
    .map(toSession);
}

/** The session that an agent knows by an id of its own. */
export function findSessionByExternalId(
  db: Connection,
  agentId: string,
  externalId: string,
): Session | null {
  const row = db
    .query<SessionRow, [string, string]>(sql.SESSION_BY_EXTERNAL_ID)
    .get(agentId, externalId);
  return row === null ? null : toSession(row);
}

/** The active sessions that started strictly before the timestamp, oldest first. */
export function findStaleActiveSessions(db: Connection, startedBefore: string): Session[] {
  return db
    .query<SessionRow, [string]>(sql.STALE_ACTIVE_SESSIONS)
    .all(startedBefore)
    .map(toSession);
}

/** Whether `findStaleActiveSessions` would find any. */
export function hasStaleActiveSession(db: Connection, startedBefore: string): boolean {
  return db.query(sql.ANY_STALE_SESSION).get(startedBefore) !== null;
}

export interface NewSession {
  readonly id: string;
  readonly agentId: string;
  readonly startedAt: string;
  readonly title: string | null;
  readonly namespace: string;
}

export function insertSession(db: Connection, session: NewSession): Session {
  const { id, agentId, startedAt, title, namespace } = session;
  const metadata = title === null ? {} : { title };
  db.query(sql.INSERT_SESSION).run(id, agentId, startedAt, JSON.stringify(metadata), namespace);
  db.query(sql.INSERT_OWN_SESSION).run(id, agentId);
  return { id, agentId, startedAt, endedAt: null, summary: null, metadata, namespace };
}

/** How a session ends; `metadata` is merged into what is stored, key by key. */
export interface Ending {
  readonly endedAt: string;
  readonly summary: string | null;
  readonly metadata: Readonly<Record<string, unknown>>;
}

export function endSession(db: Connection, id: string, ending: Ending): void {
  const { endedAt, summary, metadata } = ending;
  db.query(sql.END_SESSION).run(id, endedAt, JSON.stringify(metadata), summary);
}

/** Ends exactly the sessions that `findStaleActiveSessions` gives in the same transaction, but for `except`. */
export function endStaleActiveSessions(
  db: Connection,
  startedBefore: string,
  ending: Ending,
  except: string | null = null,
): void {
  const { endedAt, summary, metadata } = ending;
  const merged = JSON.stringify(metadata);
  db.query(sql.END_STALE_SESSIONS).run(startedBefore, endedAt, merged, summary, except);
}

export function mergeMetadata(
  db: Connection,
  id: string,
  metadata: Readonly<Record<string, unknown>>,
): void {
  db.query(sql.MERGE_METADATA).run(id, JSON.stringify(metadata));
}
