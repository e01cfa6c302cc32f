import type { Connection } from "../store/connection.ts";
import { type IndexKind, indexForm } from "./file.ts";
import * as sql from "./statements.ts";
import { PROGRESS } from "./statements.ts";

/** An id as another program may have stored it. */
export type Id = string | number | Uint8Array;

/** How far the index is. */
export interface IndexState {
  /** The highest event that was indexed. */
  readonly event_id: number;
  /** The highest of the indexed events that was still there, and what it is known by; null where there is none. */
  readonly mark_id: number | null;
  readonly mark: string | null;
  /** The highest rowid of the sessions that were looked at. */
  readonly session_rowid: number;
  /** When everything was looked at last. */
  readonly checked_ms: number;
  /** Whether the file may hold words of what was deleted. */
  readonly has_remains: number;
}

const NOTHING: IndexState = {
  event_id: 0,
  mark_id: null,
  mark: null,
  session_rowid: 0,
  checked_ms: 0,
  has_remains: 0,
};

export function progressOf(db: Connection): IndexState {
  const row = db.query<IndexState, []>(PROGRESS).get();
  return row ?? NOTHING;
}

/** What an index lacks, each to be done in short transactions. */
export interface IndexUpdate {
  readonly kind: "update";
  /** How many events may have to be indexed. */
  readonly newEvents: number;
  /** Sessions whose title or summary isn't what is indexed. */
  readonly sessions: readonly Id[];
  /** The highest rowid of a session, where none up to it needs another look. */
  readonly sessionRowid: number | null;
  readonly goneSessions: readonly Id[];
  /** Whether events that are indexed are gone, or may be. */
  readonly areEventsGone: boolean;
  /** Whether the last indexed event is gone. */
  readonly lostPlace: boolean;
  /** Whether this was a look at everything. */
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
function placeOf(db: Connection, progress: IndexState): "kept" | "lost" | "other" {
  const given = db.query<{ seq: number }, []>(sql.LAST_GIVEN_ID).get()?.seq ?? 0;
  if (given < progress.event_id) return "other";
  if (progress.mark_id === null) return "kept";
  const row = db.query<{ mark: string }, [number]>(sql.MARK_OF).get(progress.mark_id);
  if (row === null) return "lost";
  return row.mark === progress.mark ? "kept" : "other";
}

/** About how many events are stored: the highest id. */
export function highestEventId(db: Connection): number {
  return db.query<{ id: number }, []>(sql.LAST_EVENT).get()?.id ?? 0;
}

function hasOtherEvents(db: Connection): boolean {
  const row = db.query<{ stored: number; indexed: number }, []>(sql.EVENT_COUNTS).get();
  return row?.stored !== row?.indexed;
}

function lastSession(db: Connection): number {
  return db.query<{ rowid: number }, []>(sql.LAST_SESSION).get()?.rowid ?? 0;
}

function planUpdate(
  db: Connection,
  nowMs: number,
  progress: IndexState,
  lost: boolean,
): IndexUpdate {
  const newEvents = Math.max(0, highestEventId(db) - progress.event_id);
  // Indexing events brings their sessions with them, so the rest can be judged only after that.
  const isSettled = newEvents === 0;
  const sessionRowid = lastSession(db);
  const isDue = Math.abs(nowMs - progress.checked_ms) > CHECK_EVERY_MS;
  const isCheck = isSettled && (isDue || lost || sessionRowid < progress.session_rowid);
  const isNew = isSettled && sessionRowid > progress.session_rowid;
  const goneSessions = isCheck || lost ? ids(db, sql.GONE_SESSIONS) : [];
  return {
    kind: "update",
    newEvents,
    sessions: isCheck
      ? ids(db, sql.OUTDATED_ALL)
      : [
          ...ids(db, sql.OUTDATED_OPEN),
          ...ids(db, sql.OUTDATED_RENAMED),
          ...(isNew ? ids(db, sql.OUTDATED_NEW) : []),
        ],
    sessionRowid: isCheck || isNew ? sessionRowid : null,
    goneSessions,
    areEventsGone: lost || goneSessions.length > 0 || (isCheck && hasOtherEvents(db)),
    lostPlace: lost,
    isCheck,
  };
}

/**
 * What the index lacks. That is cheap to tell where little has changed: new events and sessions have higher
 * ids, titles and summaries change with sessions that are or were open, or were renamed. Once a day, and where the last of the
 * events or sessions is gone, everything is looked at: what else others deleted is found no more before that,
 * since it has no row.
 */
export function planIndex(db: Connection, nowMs: number, kind: IndexKind): IndexPlan {
  const form = indexForm(db, kind);
  if (form === "empty") return { kind: "create" };
  if (form === "other") return { kind: "remake" };
  const progress = progressOf(db);
  const place = placeOf(db, progress);
  if (place === "other") return { kind: "remake" };
  const plan = planUpdate(db, nowMs, progress, place === "lost");
  const { newEvents, sessions, sessionRowid, areEventsGone } = plan;
  if (kind === "append-only" && areEventsGone) return { kind: "remake" };
  const isDone =
    newEvents === 0 && sessions.length === 0 && sessionRowid === null && !areEventsGone;
  return isDone ? { kind: "done" } : plan;
}
