import type { Connection } from "./connection.ts";
import { type Id, type Progress, progressOf } from "./search-progress.ts";
import { hasIndex, type IndexKind } from "./search-schema.ts";
import * as sql from "./search-statements.ts";
import { text } from "./sessions.ts";

/** What the index lacks, each to be done in short transactions. */
export interface IndexPlan {
  /** There is no index that can be brought up to date. */
  readonly create: boolean;
  /** How many events may have to be indexed. */
  readonly newEvents: number;
  /** Sessions whose title or summary isn't what is indexed. */
  readonly sessions: readonly Id[];
  readonly goneSessions: readonly Id[];
  readonly goneEvents: readonly number[];
  /** Whether the last indexed event is gone, which only a look at all of them can follow up. */
  readonly lostPlace: boolean;
  /** Whether this was the daily look at everything, however little seemed to have changed. */
  readonly isCheck: boolean;
}

export const MISSING_INDEX: IndexPlan = {
  create: true,
  newEvents: 0,
  sessions: [],
  goneSessions: [],
  goneEvents: [],
  lostPlace: false,
  isCheck: false,
};

const CHECK_EVERY_MS = 24 * 3600 * 1000;
const MAX_GONE_EVENTS = 20_000;

function ids<T extends Id>(db: Connection, statement: string, ...params: number[]): T[] {
  return db
    .query<{ id: T }, number[]>(statement)
    .all(...params)
    .map(({ id }) => id);
}

/** Whether the event that was indexed last is still there, gone, or another one after ids began anew. */
function placeOf(db: Connection, progress: Progress): "kept" | "lost" | "other" {
  if (progress.session_id === null) return "kept";
  const row = db.query<{ session_id: Id }, [number]>(sql.EVENT_SESSION).get(progress.event_id);
  if (row === null) return "lost";
  return text(row.session_id) === text(progress.session_id) ? "kept" : "other";
}

function countsDiffer(db: Connection, statement: string): boolean {
  const row = db.query<Record<string, number>, []>(statement).get();
  const [first, second] = Object.values(row ?? {});
  return first !== second;
}

/** What an index lacks that is of the right form; `lost` where the event that it had last is gone. */
function planUpdate(db: Connection, nowMs: number, lost: boolean): IndexPlan {
  const progress = progressOf(db);
  const last = db.query<{ id: number }, []>(sql.LAST_EVENT).get()?.id ?? 0;
  const newEvents = Math.max(0, last - progress.event_id);
  // Indexing events brings their sessions with them, so the rest can be judged only after that.
  const isDue = Math.abs(nowMs - progress.checked_ms) > CHECK_EVERY_MS && newEvents === 0;
  const differ = newEvents === 0 && countsDiffer(db, sql.COUNTS);
  const goneSessions = differ || isDue ? ids<Id>(db, sql.GONE_SESSIONS) : [];
  const areEventsGone = lost || goneSessions.length > 0;
  const looksForEvents = areEventsGone || (isDue && countsDiffer(db, sql.EVENT_COUNTS));
  const goneEvents = looksForEvents ? ids<number>(db, sql.GONE_EVENTS, MAX_GONE_EVENTS) : [];
  const isCut = goneEvents.length === MAX_GONE_EVENTS;
  const outdated = differ ? sql.NOT_INDEXED : sql.OUTDATED_OPEN;
  return {
    create: false,
    newEvents,
    sessions: ids<Id>(db, isDue ? sql.OUTDATED_ALL : outdated),
    // They are what tells that events are gone too, so they go last.
    goneSessions: isCut ? [] : goneSessions,
    goneEvents,
    lostPlace: lost && !isCut,
    isCheck: isDue && !isCut,
  };
}

/**
 * What the index lacks. That is cheap to tell where little has changed: new events have higher ids, titles
 * and summaries change with sessions that are or were open, deleted sessions change their number. Once a
 * day, and where something is gone, everything is looked at.
 */
export function planIndex(db: Connection, nowMs: number, kind: IndexKind): IndexPlan {
  if (!hasIndex(db, kind)) return MISSING_INDEX;
  const place = placeOf(db, progressOf(db));
  if (place === "other") return MISSING_INDEX;
  const plan = planUpdate(db, nowMs, place === "lost");
  const isGone = plan.goneSessions.length + plan.goneEvents.length > 0;
  return kind === "append-only" && isGone ? MISSING_INDEX : plan;
}
