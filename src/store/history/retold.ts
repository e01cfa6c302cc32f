import { toTimestamp } from "../../text/time.ts";
import type { Connection } from "../connection.ts";
import { type Event, type EventLikeness, moveToEnd, wasSeen } from "../events.ts";
import { type HookedSession, isSameProcess } from "../hooked-sessions.ts";
import type { AgentProcess } from "../rows.ts";

/** What a hook tells of a session. */
interface HookedEvent extends EventLikeness, Pick<Event, "type" | "content" | "metadata"> {
  /** Whether its time is only that of the hook, which may have come late. */
  readonly isUntimed: boolean;
  /** The process that a start is one of; null for anything else, and where nobody can tell. */
  readonly startOf: AgentProcess | null;
}

/** A transcript's times and a hook's differ by less. */
const NEAR_MS = 60_000;

const IS_HOOKED = "(json_valid(e.metadata) AND json_extract(e.metadata, '$.event') IS NOT NULL)";

const FROM = "FROM mm_events m JOIN session_events e ON e.id = m.event_id WHERE m.session_id = ?1";

interface Told {
  readonly id: number;
  readonly at: number;
}

const KEYED = `SELECT e.id, m.at_ms AS at, m.dedup_key AS key, ${IS_HOOKED} AS isHooked ${FROM}
  AND m.dedup_key IN (?2, ?3) ORDER BY isHooked, abs(m.at_ms - ?4) LIMIT 1`;

/** What stands under the event's key, or that by which a transcript knows better whether a tool failed. */
function underKey(db: Connection, sessionId: string, { dedupKey, at }: HookedEvent) {
  const [kind, ...id] = dedupKey.split(":");
  const other = kind === "tool-call" ? "tool-error" : kind === "tool-error" ? "tool-call" : kind;
  return db
    .query<Told & { key: string; isHooked: number }, [string, string, string, number]>(KEYED)
    .get(sessionId, dedupKey, [other, ...id].join(":"), at);
}

/** What only a transcript has told so far, under a key of its own. Hooks tell of one compaction more than once. */
const NEAR = `SELECT e.id, m.at_ms AS at ${FROM} AND e.event_type = ?2
    AND (e.event_type = 'compact' OR (m.dedup_key = 'line:' || m.line AND e.content = ?3))
    AND m.at_ms BETWEEN ?4 - ${NEAR_MS} AND ?4 + ${NEAR_MS} ORDER BY abs(m.at_ms - ?4) LIMIT 1`;

const NEXT = `SELECT e.id, m.at_ms AS at, e.event_type AS type, e.content ${FROM}
  AND e.event_type IN ('prompt', 'compact') AND NOT ${IS_HOOKED} ORDER BY m.at_ms, e.id LIMIT 1`;

/** Hooks that come late tell in order what the transcript tells: this one, what no other has told. */
function next(db: Connection, sessionId: string, { type, content }: HookedEvent): Told | null {
  const told = db.query<Told & { type: string; content: string }, [string]>(NEXT).get(sessionId);
  const isSame = told?.type === type && (type === "compact" || told.content === content);
  return isSame ? told : null;
}

function byContent(db: Connection, sessionId: string, event: HookedEvent): Told | null {
  const { type, content, at } = event;
  const near = db
    .query<Told, [string, string, string, number]>(NEAR)
    .get(sessionId, type, content, at);
  return near ?? (event.isUntimed ? next(db, sessionId, event) : null);
}

const SET_KEY = "UPDATE mm_events SET dedup_key = ?2 WHERE event_id = ?1";
const ADD = "UPDATE session_events SET metadata = json_patch(?2, metadata) WHERE id = ?1";
const SET_TIME = "UPDATE mm_events SET at_ms = ?2 WHERE event_id = ?1";
const SET_TYPED_TIME = "UPDATE session_events SET created_at = ?2 WHERE id = ?1";

/** From now on it is as if the hook had come first. */
function claim(db: Connection, told: Told, { dedupKey, at, metadata }: HookedEvent): void {
  db.query(SET_KEY).run(told.id, dedupKey);
  db.query(ADD).run(told.id, JSON.stringify(metadata));
  if (Math.abs(told.at - at) <= NEAR_MS) return;
  db.query(SET_TIME).run(told.id, at);
  db.query(SET_TYPED_TIME).run(told.id, toTimestamp(new Date(at)));
  moveToEnd(db, [told.id]);
}

/** Whether an event is stored, be it that only a transcript has told it: then it becomes the hook's. */
function isRetold(db: Connection, sessionId: string, event: HookedEvent): boolean {
  const keyed = underKey(db, sessionId, event);
  if (keyed !== null && keyed.isHooked === 0) {
    claim(db, keyed, event);
    return true;
  }
  if (wasSeen(db, sessionId, event)) return true;
  if (keyed !== null && keyed.key !== event.dedupKey) return true;
  const isAgain = event.type.startsWith("subagent_") && keyed !== null;
  if (isAgain && Math.abs(keyed.at - event.at) <= NEAR_MS) return true;
  const told = byContent(db, sessionId, event);
  if (told !== null) claim(db, told, event);
  return told !== null;
}

/** Whether a session has an event already. A start of another process is none that was told twice. */
export function wasTold(db: Connection, session: HookedSession, event: HookedEvent): boolean {
  const { id, hasHistory, process } = session;
  const { startOf } = event;
  if (startOf !== null && process !== null && !isSameProcess(startOf, process)) return false;
  return hasHistory ? isRetold(db, id, event) : wasSeen(db, id, event);
}
