import type { Connection } from "./connection.ts";
import { type Id, type Progress, progressOf } from "./search-progress.ts";
import { type IndexKind, indexForm } from "./search-schema.ts";
import * as sql from "./search-statements.ts";

/** What an index lacks, each to be done in short transactions. */
export interface IndexUpdate {
  readonly kind: "update";
  /** How many events may have to be indexed. */
  readonly newEvents: number;
  /** Sessions whose title or summary isn't what is indexed. */
  readonly sessions: readonly Id[];
  readonly goneSessions: readonly Id[];
  /** Whether events that are indexed are gone, or may be. */
  readonly areEventsGone: boolean;
  /** Whether the last indexed event is gone. */
  readonly lostPlace: boolean;
  /** Whether this was the daily look at everything, however little seemed to have changed. */
  readonly isCheck: boolean;
}

/** `create`: the file is empty; `remake`: what is in it can't be brought up to date. */
export type IndexPlan =
  | { readonly kind: "create" }
  | { readonly kind: "remake" }
  | { readonly kind: "done" }
  | IndexUpdate;

const CHECK_EVERY_MS = 24 * 3600 * 1000;

function ids(db: Connection, statement: string): Id[] {
  const rows = db.query<{ id: Id }, []>(statement).all();
  return rows.map(({ id }) => id);
}

/** Whether the event that the place is known by is still there, gone, or another one after ids began anew. */
function placeOf(db: Connection, progress: Progress): "kept" | "lost" | "other" {
  const given = db.query<{ seq: number }, []>(sql.LAST_GIVEN_ID).get()?.seq ?? 0;
  if (given < progress.event_id) return "other";
  if (progress.mark_id === null) return "kept";
  const row = db.query<{ mark: string }, [number]>(sql.MARK_OF).get(progress.mark_id);
  if (row === null) return "lost";
  return row.mark === progress.mark ? "kept" : "other";
}

/** About how many events are stored: the highest id. */
export function countEvents(db: Connection): number {
  return db.query<{ id: number }, []>(sql.LAST_EVENT).get()?.id ?? 0;
}

function countsDiffer(db: Connection, statement: string): boolean {
  const row = db.query<{ stored: number; indexed: number }, []>(statement).get();
  return row?.stored !== row?.indexed;
}

function planUpdate(db: Connection, nowMs: number, progress: Progress, lost: boolean): IndexUpdate {
  const newEvents = Math.max(0, countEvents(db) - progress.event_id);
  // Indexing events brings their sessions with them, so the rest can be judged only after that.
  const isDue = Math.abs(nowMs - progress.checked_ms) > CHECK_EVERY_MS && newEvents === 0;
  const differ = newEvents === 0 && countsDiffer(db, sql.SESSION_COUNTS);
  const goneSessions = differ || isDue ? ids(db, sql.GONE_SESSIONS) : [];
  const outdated = differ ? sql.NOT_INDEXED : sql.OUTDATED_OPEN;
  return {
    kind: "update",
    newEvents,
    sessions: ids(db, isDue ? sql.OUTDATED_ALL : outdated),
    goneSessions,
    areEventsGone: lost || goneSessions.length > 0 || (isDue && countsDiffer(db, sql.EVENT_COUNTS)),
    lostPlace: lost,
    isCheck: isDue,
  };
}

/**
 * What the index lacks. That is cheap to tell where little has changed: new events have higher ids, titles
 * and summaries change with sessions that are or were open, deleted sessions change their number. Once a
 * day, and where something is gone, everything is looked at.
 */
export function planIndex(db: Connection, nowMs: number, kind: IndexKind): IndexPlan {
  const form = indexForm(db, kind);
  if (form === "empty") return { kind: "create" };
  if (form === "other") return { kind: "remake" };
  const progress = progressOf(db);
  const place = placeOf(db, progress);
  if (place === "other") return { kind: "remake" };
  const plan = planUpdate(db, nowMs, progress, place === "lost");
  const { newEvents, sessions, areEventsGone, isCheck } = plan;
  if (kind === "append-only" && areEventsGone) return { kind: "remake" };
  const isDone = newEvents === 0 && sessions.length === 0 && !areEventsGone && !isCheck;
  return isDone ? { kind: "done" } : plan;
}
