import type { Connection } from "../../store/connection.ts";
import { type IndexKind, indexForm } from "./file.ts";
import * as sql from "./statements.ts";
import { PROGRESS } from "./statements.ts";

/** An id as another program may have stored it. */
export type Id = string | number | Uint8Array;

/** How far the index has come. */
export interface IndexState {
  /** The highest id of an indexed event. */
  readonly event_id: number;
  /** The highest indexed event that still existed, and what identifies it; null if there is none. */
  readonly mark_id: number | null;
  readonly mark: string | null;
  /** The highest rowid of the sessions that were checked. */
  readonly session_rowid: number;
  /** When everything was last checked. */
  readonly checked_ms: number;
  /** Whether the file may still hold deleted text. */
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

/** What an update has to do, in short transactions. */
export interface IndexUpdate {
  readonly kind: "update";
  /** About how many events to index. */
  readonly newEvents: number;
  /** Sessions whose title or summary differs from the index. */
  readonly sessions: readonly Id[];
  /** The highest rowid of a session if all sessions up to it are then checked, else null. */
  readonly sessionRowid: number | null;
  readonly missingSessions: readonly Id[];
  /** Whether indexed events no longer exist, or may not. */
  readonly hasMissingEvents: boolean;
  /** Whether the last indexed event no longer exists. */
  readonly lostPosition: boolean;
  /** Whether everything is checked. */
  readonly isCheck: boolean;
}

/** `create`: the file is empty. `remake`: its index can't be updated. */
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

/** Whether the event at the index's position still exists, is lost, or is another one because ids have started over. */
function positionState(db: Connection, progress: IndexState): "kept" | "lost" | "other" {
  const given = db.query<{ seq: number }, []>(sql.LAST_GIVEN_ID).get()?.seq ?? 0;
  if (given < progress.event_id) return "other";
  if (progress.mark_id === null) return "kept";
  const row = db.query<{ mark: string }, [number]>(sql.MARK_OF).get(progress.mark_id);
  if (row === null) return "lost";
  return row.mark === progress.mark ? "kept" : "other";
}

/** The highest id of an event: about how many events are stored. */
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
  // Indexing events also indexes their sessions, so the rest can be judged only afterwards.
  const isSettled = newEvents === 0;
  const sessionRowid = lastSession(db);
  const isDue = Math.abs(nowMs - progress.checked_ms) > CHECK_EVERY_MS;
  const isCheck = isSettled && (isDue || lost || sessionRowid < progress.session_rowid);
  const isNew = isSettled && sessionRowid > progress.session_rowid;
  const missingSessions = isCheck || lost ? ids(db, sql.MISSING_SESSIONS) : [];
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
    missingSessions,
    hasMissingEvents: lost || missingSessions.length > 0 || (isCheck && hasOtherEvents(db)),
    lostPosition: lost,
    isCheck,
  };
}

/**
 * Plans how to bring the index up to date. This is cheap if little has changed: new events and sessions have
 * higher ids, and only sessions that are or were open, or were renamed, get another title or summary.
 * Everything is checked once a day, and when the last event or session was deleted. Until then other deleted
 * events stay in the index, but no search shows them, because they have no row.
 */
export function planIndex(db: Connection, nowMs: number, kind: IndexKind): IndexPlan {
  const form = indexForm(db, kind);
  if (form === "empty") return { kind: "create" };
  if (form === "other") return { kind: "remake" };
  const progress = progressOf(db);
  const position = positionState(db, progress);
  if (position === "other") return { kind: "remake" };
  const plan = planUpdate(db, nowMs, progress, position === "lost");
  const { newEvents, sessions, sessionRowid, hasMissingEvents } = plan;
  if (kind === "append-only" && hasMissingEvents) return { kind: "remake" };
  const isDone =
    newEvents === 0 && sessions.length === 0 && sessionRowid === null && !hasMissingEvents;
  return isDone ? { kind: "done" } : plan;
}
