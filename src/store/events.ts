import type { TypeCount } from "../text/summary.ts";
import type { Connection } from "./connection.ts";
import * as sql from "./statements.ts";
import { columnNames, insertion, MM_EVENTS, type OwnEventRow } from "./tables.ts";

/** The event types that `activity log` accepts. The database may contain others. */
export const LOGGED_TYPES = [
  "tool_call",
  "subagent_start",
  "subagent_stop",
  "decision",
  "error",
  "prompt",
  "note",
] as const;

export type LoggedType = (typeof LOGGED_TYPES)[number];

/** A row of `session_events`. */
export interface Event {
  readonly type: string;
  readonly content: string;
  /** As stored, normally in the format of `toTimestamp`. */
  readonly createdAt: string;
  /** `{}` if the stored text is no JSON object. */
  readonly metadata: Readonly<Record<string, unknown>>;
}

/** Content up to this many bytes of UTF-8 is stored whole. */
export const MAX_CONTENT_BYTES = 1_048_576;

/** What `mm` knows about an event that a hook reported. */
interface OwnEvent {
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly dedupKey: string;
  /** The microseconds that this call of mm had taken so far. */
  readonly micros: number | null;
  /** What names it in a transcript, where its key doesn't. */
  readonly line?: string | null;
}

export interface NewEvent {
  readonly sessionId: string;
  readonly type: string;
  readonly content: string;
  readonly createdAt: string;
  readonly metadata: Readonly<Record<string, unknown>>;
  /** Null for an event that was logged by hand. */
  readonly own: OwnEvent | null;
}

const INSERT_OWN_EVENT = insertion("mm_events", columnNames(MM_EVENTS));

/** Adds an event to a session. Only imports write events in another way. */
export function appendEvent(db: Connection, event: NewEvent): void {
  const { sessionId, type, content, createdAt, metadata, own } = event;
  const { lastInsertRowid } = db
    .query(sql.INSERT_EVENT)
    .run(sessionId, type, content, createdAt, JSON.stringify(metadata));
  if (own === null) return;
  db.query<unknown, [OwnEventRow]>(INSERT_OWN_EVENT).run({
    event_id: Number(lastInsertRowid),
    session_id: sessionId,
    at_ms: own.at,
    dedup_key: own.dedupKey,
    own_us: own.micros,
    line: own.line ?? null,
  });
}

/** What a second delivery of an event has in common with the first. */
export interface EventLikeness {
  readonly dedupKey: string;
  /** Milliseconds since 1970. */
  readonly at: number;
  /** Their times are at most so many milliseconds apart. */
  readonly withinMs: number;
  /** Nothing else of the session was stored after the first. */
  readonly inRow: boolean;
}

/** Whether the same event of the session is stored. */
export function wasSeen(
  db: Connection,
  sessionId: string,
  { dedupKey, at, withinMs, inRow }: EventLikeness,
): boolean {
  const seen = inRow ? sql.SEEN_LAST : sql.SEEN_BEFORE;
  return db.query(seen).get(sessionId, dedupKey, at - withinMs, at + withinMs) !== null;
}

const LAST_OF = "SELECT max(id) AS id FROM session_events WHERE session_id = ?1";

/** The row id of a session's last event, or 0 where it has none. */
export function lastEventOf(db: Connection, sessionId: string): number {
  return db.query<{ id: number | null }, [string]>(LAST_OF).get(sessionId)?.id ?? 0;
}

/** The type of the session's last event, or null where it has none. */
export function lastEventType(db: Connection, sessionId: string): string | null {
  return db.query<{ type: string }, [string]>(sql.LAST_TYPE).get(sessionId)?.type ?? null;
}

export function countEvents(db: Connection, sessionId: string): number {
  return db.query<{ count: number }, [string]>(sql.EVENT_COUNT).get(sessionId)?.count ?? 0;
}

/** Counts events by type, most frequent first, ties in first-seen order. */
export function countEventsByType(db: Connection, sessionId: string): TypeCount[] {
  return db.query<TypeCount, [string]>(sql.EVENT_COUNTS_BY_TYPE).all(sessionId);
}
