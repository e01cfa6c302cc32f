import { toTimestamp } from "../../text/time.ts";
import type { Connection } from "../connection.ts";
import { countedEnd, endSession } from "../ends.ts";
import { type Event, type EventLikeness, wasSeen } from "../events.ts";
import { moveToEnd } from "./move.ts";

/** What a hook tells of a session that has a transcript. */
interface HookedEvent extends EventLikeness, Pick<Event, "type" | "content" | "metadata"> {
  /** Whether its time is only that of the hook, which may have come late. */
  readonly isUntimed: boolean;
}

/** A minute, less what the seconds of two times may be off: by less than that a push takes an event for the same. */
const STAYS_MS = 59_000;

/** A transcript's times and a hook's differ by less. */
const NEAR_MS = 60_000;

const IS_HOOKED = "(json_valid(e.metadata) AND json_extract(e.metadata, '$.event') IS NOT NULL)";

const FROM = "FROM mm_events m JOIN session_events e ON e.id = m.event_id WHERE m.session_id = ?1";

interface Told {
  readonly id: number;
  readonly at: number;
  /** 1 for true. */
  readonly isHooked: number;
}

const KEYED = `SELECT e.id, m.at_ms AS at, m.dedup_key AS key, ${IS_HOOKED} AS isHooked ${FROM}
  AND m.dedup_key IN (?2, ?3) ORDER BY isHooked, abs(m.at_ms - ?4) LIMIT 1`;

/** What stands under the event's key, or that by which a transcript knows better whether a tool failed. */
function underKey(db: Connection, sessionId: string, { dedupKey, at }: HookedEvent) {
  const [kind, ...id] = dedupKey.split(":");
  const other = kind === "tool-call" ? "tool-error" : kind === "tool-error" ? "tool-call" : kind;
  return db
    .query<Told & { key: string }, [string, string, string, number]>(KEYED)
    .get(sessionId, dedupKey, [other, ...id].join(":"), at);
}

/** Whether a prompt has no id, so that another one with the same words has the same key. */
function isNameless({ type, dedupKey }: HookedEvent): boolean {
  return type === "prompt" && dedupKey.split(":").length === 2;
}

/**
 * What only a transcript has told so far, under a key that the hook can't know; ?3 is null for a prompt of which the
 * hook tells no word. Hooks tell of one compaction more than once.
 */
const NEAR = `SELECT e.id, m.at_ms AS at, ${IS_HOOKED} AS isHooked ${FROM} AND e.event_type = ?2
    AND (e.event_type = 'compact' OR (NOT ${IS_HOOKED} AND m.line IS NOT NULL
      AND (?5 OR m.dedup_key = 'line:' || m.line) AND e.content = coalesce(?3, e.content)))
    AND m.at_ms BETWEEN ?4 - ${NEAR_MS} AND ?4 + ${NEAR_MS} ORDER BY isHooked, abs(m.at_ms - ?4) LIMIT 1`;

const NEXT = `SELECT e.id, m.at_ms AS at, 0 AS isHooked, e.event_type AS type, e.content ${FROM}
  AND e.event_type IN ('prompt', 'compact') AND NOT ${IS_HOOKED} ORDER BY m.at_ms, e.id LIMIT 1`;

/** Hooks that come late tell in order what the transcript tells: this one, what no other has told. */
function next(
  db: Connection,
  sessionId: string,
  type: string,
  content: string | null,
): Told | null {
  const told = db.query<Told & { type: string; content: string }, [string]>(NEXT).get(sessionId);
  const isSame = type === "compact" || content === null || told?.content === content;
  return told?.type === type && isSame ? told : null;
}

function byContent(db: Connection, sessionId: string, event: HookedEvent): Told | null {
  const { type, at, isUntimed } = event;
  const isAnyOnes = isNameless(event);
  const content = isAnyOnes && event.content === "" ? null : event.content;
  const near = db
    .query<Told, [string, string, string | null, number, number]>(NEAR)
    .get(sessionId, type, content, at, isAnyOnes ? 1 : 0);
  return near ?? (isUntimed ? next(db, sessionId, type, content) : null);
}

/** Its own key named it until now. */
const SET_KEY = `UPDATE mm_events SET dedup_key = ?2, at_ms = ?3, line = coalesce(line,
    replace(replace(dedup_key, 'tool-call:', 'tool:'), 'tool-error:', 'tool:')) WHERE event_id = ?1`;

/** The hook's words count, but that its transcript knows better whether a tool failed. */
const CLAIM = `UPDATE session_events SET event_type = iif(?2 = 'error', ?2, event_type), content = coalesce(nullif(?3, ''), content),
    created_at = ?5, metadata = json_patch(json_patch(metadata, ?4), iif(json_extract(metadata, '$.ok') IS 0,
      iif(json_extract(metadata, '$.error') IS NULL, json_object('ok', json('false')),
        json_object('ok', json('false'), 'error', json_extract(metadata, '$.error'))), '{}'))
  WHERE id = ?1`;

/** From now on it is as if the hook had come first. */
function claim(db: Connection, told: Told, event: HookedEvent): void {
  const { type, content, dedupKey, at, metadata } = event;
  db.query(SET_KEY).run(told.id, dedupKey, at);
  const createdAt = toTimestamp(new Date(at));
  db.query(CLAIM).run(told.id, type, content, JSON.stringify(metadata), createdAt);
  // What is a moment earlier or later stays where it is until the transcript is read again.
  if (Math.abs(told.at - at) > STAYS_MS) moveToEnd(db, [told.id]);
}

const TOLD_UNTIL = `SELECT max(at_ms) AS at FROM mm_events WHERE session_id = ?1 AND line IS NOT NULL`;

/** The time of the last event that a transcript names, in milliseconds since 1970. */
function toldUntil(db: Connection, sessionId: string): number {
  return db.query<{ at: number | null }, [string]>(TOLD_UNTIL).get(sessionId)?.at ?? 0;
}

const HAS_TWIN = `SELECT 1 ${FROM} AND m.dedup_key = ?2 AND m.line IS NOT NULL LIMIT 1`;

/** A database of all sessions is read from its mark on. */
export const READ_AGAIN = `UPDATE mm_transcripts SET modified_ms = NULL, mark = min(mark, ?2)
  WHERE session_id = ?1 OR path = (SELECT transcript FROM mm_sessions WHERE session_id = ?1)`;

/** Has the next pass read a session's transcript even if that hasn't changed. */
export function readAgain(db: Connection, sessionId: string): void {
  db.query(READ_AGAIN).run(sessionId, toldUntil(db, sessionId));
}

/**
 * Whether a prompt without an id is told once more: its transcript was read beyond it, and tells no other. Whether
 * what comes later was told before, only the transcript knows, which is read again.
 */
function isRepeat(db: Connection, sessionId: string, event: HookedEvent): boolean {
  if (db.query(HAS_TWIN).get(sessionId, event.dedupKey) === null) return false;
  if (event.at <= toldUntil(db, sessionId)) return isNameless(event);
  readAgain(db, sessionId);
  return false;
}

/** Whether a hook tells an event for the first time, or one that another hook or only a transcript has told. */
export type Retold = "new" | "by a hook" | "by a transcript";

/** Whether a session with a transcript has an event already; what only the transcript has told becomes the hook's. */
export function retold(db: Connection, sessionId: string, event: HookedEvent): Retold {
  const keyed = underKey(db, sessionId, event);
  if (keyed !== null && keyed.isHooked === 0) {
    claim(db, keyed, event);
    return "by a transcript";
  }
  if (wasSeen(db, sessionId, event)) return "by a hook";
  if (keyed !== null && keyed.key !== event.dedupKey) return "by a hook";
  const isAgain = event.type.startsWith("subagent_") && keyed !== null;
  if (isAgain && Math.abs(keyed.at - event.at) <= NEAR_MS) return "by a hook";
  const told = byContent(db, sessionId, event);
  if (told === null) return isRepeat(db, sessionId, event) ? "by a hook" : "new";
  if (told.isHooked === 1) return "by a hook";
  claim(db, told, event);
  return "by a transcript";
}

/** Ends a session of which only its transcript tells that nothing happens any more; at its last moment, in milliseconds since 1970. */
export function endByTranscript(
  db: Connection,
  id: string,
  at: number,
  keepsSummary: boolean,
): void {
  const counted = countedEnd(db, id);
  endSession(db, id, {
    at,
    by: "transcript",
    reason: "transcript",
    summary: counted.summary,
    replacesSummary: !keepsSummary,
    metadata: counted.metadata,
    event: null,
    micros: null,
  });
}
