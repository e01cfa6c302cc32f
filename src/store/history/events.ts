import { toTimestamp } from "../../text/time.ts";
import type { Connection } from "../connection.ts";
import { INSERT_EVENT } from "../statements.ts";

/** A stored event, as far as a transcript's can be the same. */
export interface StoredEvent {
  readonly id: number;
  readonly type: string;
  readonly content: string;
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly dedupKey: string;
  /** What names it in a transcript; null where its key does, or no transcript has told it. */
  readonly line: string | null;
  /** Whether a hook told it, with 1 for true. */
  readonly isHooked: number;
}

const STORED = `SELECT e.id, e.event_type AS type, e.content, m.at_ms AS at, m.dedup_key AS dedupKey, m.line,
    json_valid(e.metadata) AND json_extract(e.metadata, '$.event') IS NOT NULL AS isHooked
  FROM session_events e JOIN mm_events m ON m.event_id = e.id WHERE e.session_id = ?1 AND e.id > ?2 ORDER BY e.id`;

/** The events of a session with a higher row id. Those that were logged by hand aren't among them. */
export function storedEventsAfter(db: Connection, sessionId: string, after: number): StoredEvent[] {
  return db.query<StoredEvent, [string, number]>(STORED).all(sessionId, after);
}

/** An event of a transcript, ready to be stored. */
export interface ToldEvent {
  readonly type: string;
  readonly content: string;
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly at: number;
  readonly dedupKey: string;
  readonly line: string | null;
}

/** Converts times that follow each other, of which most differ in their seconds alone. */
function timestamps(): (ms: number) => string {
  let minute = Number.NaN;
  let beginning = "";
  return (ms) => {
    const now = Math.floor(ms / 60_000);
    if (now !== minute) beginning = toTimestamp(new Date(ms)).slice(0, 17);
    minute = now;
    return `${beginning}${String(Math.floor(ms / 1000) - now * 60).padStart(2, "0")}+00:00`;
  };
}

const INSERT_TOLD =
  "INSERT INTO mm_events (event_id, session_id, at_ms, dedup_key, line) VALUES (?1, ?2, ?3, ?4, ?5)";

/**
 * Adds events to a session, inside the caller's transaction.
 * @returns the row id of the last one, or 0 where there are none
 */
export function appendTold(
  db: Connection,
  sessionId: string,
  events: readonly ToldEvent[],
): number {
  const insert = db.query(INSERT_EVENT);
  const insertTold = db.query(INSERT_TOLD);
  const timestamp = timestamps();
  let last = 0;
  for (const { type, content, metadata, at, dedupKey, line } of events) {
    const row = insert.run(sessionId, type, content, timestamp(at), JSON.stringify(metadata));
    last = Number(row.lastInsertRowid);
    insertTold.run(last, sessionId, at, dedupKey, line);
  }
  return last;
}

const COMPLETE = `UPDATE session_events SET event_type = ?2, content = iif(content = '', ?5, content), metadata = json_patch(?3, json_patch(
    CASE WHEN json_valid(metadata) THEN metadata ELSE '{}' END, ?4)) WHERE id = ?1`;

const NAME = "UPDATE mm_events SET line = ?2 WHERE event_id = ?1 AND line IS NULL";

/** What a transcript adds to an event that a hook told. */
export interface Completion {
  readonly id: number;
  readonly type: string;
  /** For one that has none. */
  readonly content: string;
  /** Keys that the event lacks. */
  readonly lacking: Readonly<Record<string, unknown>>;
  /** Keys that are corrected. */
  readonly corrected: Readonly<Record<string, unknown>>;
  readonly line: string | null;
}

export function completeEvent(db: Connection, completion: Completion): void {
  const { id, type, content, lacking, corrected, line } = completion;
  const [added, changed] = [JSON.stringify(lacking), JSON.stringify(corrected)];
  db.query(COMPLETE).run(id, type, added, changed, content);
  if (line !== null) db.query(NAME).run(id, line);
}

const DELETE_EVENTS = "DELETE FROM session_events WHERE id IN (SELECT value FROM json_each(?1))";

/** Deletes events that turned out to be another session's. */
export function deleteEvents(db: Connection, ids: readonly number[]): void {
  if (ids.length > 0) db.query(DELETE_EVENTS).run(JSON.stringify(ids));
}

/** What only hooks tell, by a range of the index: most events of a session are calls of tools. */
const onlyHooked = (
  from: string,
  to: string,
) => `SELECT event_id AS id, at_ms AS at, dedup_key FROM mm_events
  WHERE session_id = ?1 AND dedup_key >= '${from}' AND dedup_key < '${to}' AND line IS NULL`;

/** Of a subagent that goes on under its old id, hooks tell more than the transcript, but nothing after its last line. */
const REPEATED = `SELECT id, at FROM (${onlyHooked("prompt:", "prompt;")} UNION ALL ${onlyHooked("compact:", "compact;")}
    UNION ALL ${onlyHooked("subagent-", "subagent.")}
      AND at_ms > (SELECT max(at_ms) FROM mm_events WHERE session_id = ?1 AND line IS NOT NULL)) m
  WHERE EXISTS (SELECT 1 FROM mm_events t
    WHERE t.session_id = ?1 AND t.dedup_key = m.dedup_key AND t.line IS NOT NULL)`;

/** Events of a session that only hooks tell, under the key of one that its transcript tells, too. */
export function repeatedEvents(
  db: Connection,
  sessionId: string,
): { readonly id: number; readonly at: number }[] {
  return db.query<{ id: number; at: number }, [string]>(REPEATED).all(sessionId);
}

const IN_TIME = `SELECT e.id, coalesce(m.at_ms, unixepoch(e.created_at) * 1000, 0) AS at
  FROM session_events e LEFT JOIN mm_events m ON m.event_id = e.id WHERE e.session_id = ?1 ORDER BY e.id`;

const IS_OUT_OF_ORDER = `SELECT 1 FROM (SELECT at, lag(at) OVER (ORDER BY id) AS earlier FROM (${IN_TIME}))
  WHERE at < earlier LIMIT 1`;

/**
 * The events of a session from the first one on whose row id isn't in the order of their times, in that order. By
 * row ids readers list them. Empty where all are.
 */
export function eventsOutOfOrder(db: Connection, sessionId: string): number[] {
  if (db.query(IS_OUT_OF_ORDER).get(sessionId) === null) return [];
  const stored = db.query<{ id: number; at: number }, [string]>(IN_TIME).all(sessionId);
  const sorted = stored.toSorted((a, b) => a.at - b.at || a.id - b.id);
  const first = sorted.findIndex(({ id }, index) => id !== stored[index]?.id);
  return first < 0 ? [] : sorted.slice(first).map(({ id }) => id);
}
