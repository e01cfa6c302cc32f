import type { Connection } from "./connection.ts";
import type { Event } from "./event.ts";
import { parseMetadata, text } from "./sessions.ts";
import * as sql from "./statements.ts";
import type { TypeCount } from "./summary.ts";

export interface NewEvent {
  readonly sessionId: string;
  readonly type: string;
  readonly content: string;
  readonly createdAt: string;
  readonly metadata: Readonly<Record<string, unknown>>;
}

export function insertEvent(db: Connection, event: NewEvent): void {
  const { sessionId, type, content, createdAt, metadata } = event;
  db.query(sql.INSERT_EVENT).run(sessionId, type, content, createdAt, JSON.stringify(metadata));
}

export function countEvents(db: Connection, sessionId: string): number {
  return db.query<{ count: number }, [string]>(sql.EVENT_COUNT).get(sessionId)?.count ?? 0;
}

/** Most frequent type first, ties in first-seen order. */
export function countEventsByType(db: Connection, sessionId: string): TypeCount[] {
  return db.query<TypeCount, [string]>(sql.EVENT_COUNTS_BY_TYPE).all(sessionId);
}

interface EventRow {
  readonly event_type: unknown;
  readonly content: unknown;
  readonly created_at: unknown;
  readonly metadata: unknown;
  readonly created_local: unknown;
}

export interface ListedEvent extends Event {
  /** When it was stored in local time, to the minute. */
  readonly createdLocal: string;
}

/** The last `limit` events (all where it is null) in the order in which they were stored. */
export function lastEvents(
  db: Connection,
  sessionId: string,
  type: string | null,
  limit: number | null,
): ListedEvent[] {
  return db
    .query<EventRow, [string, string | null, number]>(sql.LAST_EVENTS)
    .all(sessionId, type, limit ?? -1)
    .map((row) => ({
      type: text(row.event_type),
      content: text(row.content),
      createdAt: text(row.created_at),
      createdLocal: text(row.created_local),
      metadata: parseMetadata(row.metadata),
    }));
}
