import type { Connection } from "./connection.ts";
import * as sql from "./hook-statements.ts";
import { INSERT_EVENT } from "./statements.ts";

export interface HookEventRow {
  readonly sessionId: string;
  readonly type: string;
  readonly content: string;
  readonly createdAt: string;
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly at: number;
  readonly dedupKey: string;
  /** Microseconds that this call of mm had taken by then. */
  readonly ownMicros: number | null;
}

export function insertHookEvent(db: Connection, event: HookEventRow): void {
  const { sessionId, type, content, createdAt, metadata, at, dedupKey, ownMicros } = event;
  const { lastInsertRowid } = db
    .query(INSERT_EVENT)
    .run(sessionId, type, content, createdAt, JSON.stringify(metadata));
  db.query(sql.INSERT_HOOK_EVENT).run(lastInsertRowid, sessionId, at, dedupKey, ownMicros);
}

/** Whether an event with this key is stored whose time is at most so many milliseconds from `at`. */
export function wasSeen(
  db: Connection,
  sessionId: string,
  dedupKey: string,
  at: number,
  withinMs: number,
): boolean {
  return db.query(sql.SEEN_BEFORE).get(sessionId, dedupKey, at - withinMs, at + withinMs) !== null;
}
