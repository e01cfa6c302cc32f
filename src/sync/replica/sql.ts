import type { Connection } from "../../store/connection.ts";
import { addEvent, putSession, type StoredRow } from "../../store/stored-rows.ts";
import { MM_SESSIONS } from "../../store/tables.ts";
import { isObject } from "../../text/text.ts";
import { toTimestamp } from "../../text/time.ts";
import { SESSION_COLUMNS } from "../push/rows.ts";
import * as sql from "./statements.ts";

/** A source as the server tells it. */
export interface RemoteSource {
  readonly sourceId: string;
  readonly machine: string;
  readonly owner: string;
  readonly isOwn: boolean;
  readonly lastRev: number;
  /** When it last pushed, in milliseconds since 1970; null if it never did. */
  readonly pushedMs: number | null;
}

export function createReplica(db: Connection): void {
  db.run(sql.CREATE_REPLICA);
}

/** Up to which revision a source was pulled, if the filter of then will do; otherwise it starts over. */
export function pulledRev(
  db: Connection,
  sourceId: string,
  isCoveredBy: (filter: string) => boolean,
): number {
  const row = db.query<{ rev: number; filter: string }, [string]>(sql.PULLED_SOURCE).get(sourceId);
  return row !== null && isCoveredBy(row.filter) ? row.rev : 0;
}

export function noteSource(db: Connection, source: RemoteSource, filter: string): void {
  const { sourceId, machine, owner, isOwn, pushedMs } = source;
  db.query(sql.SET_PULLED_SOURCE).run(sourceId, machine, owner, Number(isOwn), filter, pushedMs);
}

export function setRev(db: Connection, sourceId: string, rev: number): void {
  db.query(sql.SET_REV).run(sourceId, rev);
}

export function setPulled(db: Connection, sourceIds: readonly string[], nowMs: number): void {
  for (const id of sourceIds) db.query(sql.SET_PULLED).run(id, nowMs);
}

/** When anything was last pulled, in milliseconds since 1970; null if nothing ever was. */
export function lastPull(db: Connection): number | null {
  if (db.query(sql.HAS_SOURCES).get() === null) return null;
  return db.query<{ ms: number | null }, []>(sql.LAST_PULL).get()?.ms ?? null;
}

/** What the replica knows of a session of one source. */
export interface Holder {
  readonly sourceId: string;
  readonly rev: number;
  readonly eventCount: number;
  readonly lastEvent: number;
  /** Whether it is of the same user. */
  readonly isOwn: boolean;
  /** Whether its rows are here; of copies in several sources only one's are. */
  readonly isStored: boolean;
}

interface HolderRow {
  readonly source_id: string;
  readonly rev: number;
  readonly event_count: number;
  readonly last_event: number;
  readonly is_own: number;
  readonly is_stored: number;
}

export function holdersOf(db: Connection, sessionId: string): Holder[] {
  return db
    .query<HolderRow, [string]>(sql.HOLDERS)
    .all(sessionId)
    .map((row) => ({
      sourceId: row.source_id,
      rev: row.rev,
      eventCount: row.event_count,
      lastEvent: row.last_event,
      isOwn: row.is_own === 1,
      isStored: row.is_stored === 1,
    }));
}

export function noteHolder(
  db: Connection,
  sessionId: string,
  holder: Omit<Holder, "isOwn"> & { readonly externalId: string | null },
): void {
  const { sourceId, rev, eventCount, lastEvent, externalId, isStored } = holder;
  db.query(sql.NOTE_HOLDER).run(
    sourceId,
    sessionId,
    rev,
    eventCount,
    lastEvent,
    externalId,
    Number(isStored),
  );
}

export function forgetHolder(db: Connection, sourceId: string, sessionId: string): void {
  db.query(sql.FORGET).run(sourceId, sessionId);
}

/** Has the next pull get a source's sessions from a revision on. */
export function goBack(db: Connection, { sourceId, rev }: Holder): void {
  db.query(sql.GO_BACK).run(sourceId, rev - 1);
}

/** A session as the server tells it. */
export interface PulledSession {
  readonly session_id: string;
  readonly rev: string;
  readonly bucket: string;
  readonly agent_id: string;
  readonly client: string | null;
  readonly external_id: string | null;
  readonly parent_id: string | null;
  readonly project: string | null;
  readonly branch: string | null;
  readonly model: string | null;
  readonly title: string | null;
  readonly summary: string | null;
  readonly namespace: string | null;
  readonly event_count: number;
  readonly last_event: string;
  readonly print: string;
  readonly metadata: string;
  readonly own: string;
  readonly started_ms: number | null;
  readonly ended_ms: number | null;
  readonly last_ms: number | null;
  readonly is_deleted: boolean;
}

/** What travels of `mm_sessions` beside the server's columns, and nothing else that somebody stored there. */
function ownOf(text: string): StoredRow {
  const told: unknown = JSON.parse(text);
  if (!isObject(told)) return {};
  return Object.fromEntries(
    SESSION_COLUMNS.map((name) => {
      const value = told[name];
      const isFit = MM_SESSIONS[name].type.startsWith("TEXT")
        ? typeof value === "string"
        : Number.isSafeInteger(value);
      return [name, isFit ? (value as string | number) : null] as const;
    }),
  );
}

const timestamp = (ms: number | null) => (ms === null ? null : toTimestamp(new Date(ms)));

function isTaken(db: Connection, { agent_id, external_id, session_id }: PulledSession): boolean {
  return db.query(sql.HAS_EXTERNAL).get(agent_id, external_id, session_id) !== null;
}

/** Stores a session's own row and its calls, in place of those of before. */
export function storeSession(
  db: Connection,
  sourceId: string,
  session: PulledSession,
  usage: readonly StoredRow[],
): void {
  const { session_id: id, started_ms: started, ended_ms: ended } = session;
  for (const { client = null, call_id = null } of usage) {
    db.query(sql.TAKE_CALL).run(client, call_id, id, sourceId);
  }
  const own = ownOf(session.own);
  const row = {
    id,
    agent_id: session.agent_id,
    started_at: timestamp(started) ?? "",
    ended_at: timestamp(ended),
    summary: session.summary,
    metadata: session.metadata,
    namespace: session.namespace ?? "default",
  };
  putSession(db, {
    row,
    usage,
    own: {
      ...own,
      keeps_summary: own["keeps_summary"] ?? 0,
      started: own["started"] ?? 0,
      history: own["history"] ?? 0,
      // Two machines may go on with the same conversation, and only one row may have its id.
      external_id: isTaken(db, session) ? null : session.external_id,
      parent_id: session.parent_id,
      client: session.client,
      model: session.model,
      project: session.project,
      branch: session.branch,
      last_event_ms: session.last_ms,
      ended_ms: ended,
    },
  });
}

/** An event as the server tells it. */
export interface PulledEvent {
  readonly session_id: string;
  readonly seq: string;
  readonly at_ms: number | null;
  readonly type: string;
  readonly content: string;
  readonly metadata: string;
}

/** Stores an event, and that it is here. */
export function storeEvent(db: Connection, sourceId: string, event: PulledEvent): void {
  const { session_id, seq, at_ms, type, content, metadata } = event;
  const row = {
    event_type: type,
    content,
    chunk_ids: "[]",
    created_at: timestamp(at_ms) ?? "",
    metadata,
  };
  const own = at_ms === null ? null : { at_ms: Math.round(at_ms), dedup_key: `seq:${seq}` };
  addEvent(db, session_id, { row, own });
  db.query(sql.SET_LAST_EVENT).run(sourceId, session_id, Number(seq));
}
