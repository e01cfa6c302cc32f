import { automaticSummary } from "../text/summary.ts";
import { MAX_AHEAD_MS, toTimestamp } from "../text/time.ts";
import type { Connection } from "./connection.ts";
import { countEventsByType } from "./events.ts";
import * as sql from "./statements.ts";

/** Why `mm` itself ends a session. */
type AutomaticReason = "stale" | "killed" | "cross_agent";

/** How a session ends. */
export interface Ending {
  /** Milliseconds since 1970. */
  readonly at: number;
  /** Who ended it, or told the end; null for a person or a script. */
  readonly by: "client" | "transcript" | AutomaticReason | null;
  /** In the agent's words, or why `mm` ended it. */
  readonly reason: string | null;
  /** Null keeps the present one. */
  readonly summary: string | null;
  /** Whether the summary replaces a present one. */
  readonly replacesSummary: boolean;
  /** Merged into the stored metadata, key by key. */
  readonly metadata: Readonly<Record<string, unknown>>;
  /** The agent's name for the call that reported the end, and the microseconds it had taken; null without a call. */
  readonly event: string | null;
  readonly micros: number | null;
}

/** What an end says for which nobody found words: it counts the session's events. */
export function countedEnd(db: Connection, id: string) {
  const counts = countEventsByType(db, id);
  const total = counts.reduce((sum, { count }) => sum + count, 0);
  return {
    total,
    summary: automaticSummary(counts),
    metadata: { event_count: total, summary_provenance: "manual" },
  };
}

/** An end that nobody asked for, marked as memtomem does. */
export function automaticEnding(at: Date, reason: AutomaticReason, summary: string): Ending {
  return {
    at: at.getTime(),
    by: reason,
    reason,
    summary,
    // Like memtomem: a stale or killed session keeps its summary; one that another agent replaces gets a summary that says so.
    replacesSummary: reason === "cross_agent",
    metadata: { auto_ended: true, reason },
    event: null,
    micros: null,
  };
}

/** An end by a person or a script. */
export function manualEnding(
  at: Date,
  summary: string | null,
  metadata: Ending["metadata"],
): Ending {
  return {
    at: at.getTime(),
    by: null,
    reason: null,
    summary,
    replacesSummary: true,
    metadata,
    event: null,
    micros: null,
  };
}

type Scope = Readonly<Record<string, string | null>>;

function end(db: Connection, { own, shared }: sql.EndStatements, scope: Scope, ending: Ending) {
  const { at, by, reason, event, micros, summary } = ending;
  type Parameters = [Record<string, string | number | null>];
  db.query<unknown, Parameters>(own).run({ ...scope, at, by, reason, event, micros });
  db.query<unknown, Parameters>(shared).run({
    ...scope,
    endedAt: toTimestamp(new Date(at)),
    summary,
    replaces: ending.replacesSummary ? 1 : 0,
    metadata: JSON.stringify(ending.metadata),
  });
}

export function endSession(db: Connection, id: string, ending: Ending): void {
  end(db, sql.END_ONE, { id }, ending);
}

/** Ends exactly the sessions that `findStaleActiveSessions` returns in the same transaction, except `except`. */
export function endStaleActiveSessions(
  db: Connection,
  startedBefore: string,
  ending: Ending,
  except: string | null,
): void {
  end(db, sql.END_STALE, { startedBefore, except }, ending);
}

interface StaleRow {
  readonly session_id: string;
  readonly last_event_ms: number;
  readonly is_active: number;
}

/**
 * Ends at most 100 sessions of hooks without a sign of life since `staleSince`. For those that another program
 * has already ended, it only fills in the columns in `mm_sessions`, which that program doesn't know.
 * An open one whose last sign of life lies ahead, because a clock was set back, counts as silent from now on.
 */
export function endStaleHookedSessions(db: Connection, staleSince: number, ending: Ending): void {
  const latest = ending.at + MAX_AHEAD_MS;
  const found = db.query<StaleRow, [number, number]>(sql.STALE_SESSIONS).all(staleSince, latest);
  if (found.length === 0) return;
  const stale = found.filter(({ last_event_ms }) => last_event_ms < staleSince);
  if (stale.length < found.length) db.query(sql.CAP_LAST_EVENTS).run(ending.at, latest);
  const active = stale.filter(({ is_active }) => is_active === 1);
  const ids = (rows: typeof stale) => JSON.stringify(rows.map(({ session_id }) => session_id));
  if (active.length > 0) end(db, sql.END_LISTED, { ids: ids(active) }, ending);
  if (active.length < stale.length) db.query(sql.NOTE_ENDS).run(ids(stale));
}

/**
 * Marks at most `limit` sessions that another program has ended as ended in `mm_sessions` too, which that
 * program doesn't know, so that they no longer count as live.
 * @returns how many
 */
export function noteForeignEnds(db: Connection, limit: number): number {
  const rows = db.query<{ session_id: string }, [number]>(sql.ENDED_ELSEWHERE).all(limit);
  if (rows.length > 0) {
    db.query(sql.NOTE_ENDS).run(JSON.stringify(rows.map(({ session_id }) => session_id)));
  }
  return rows.length;
}

/** A session's calls may stay in the spool for days. After this time, an early end has no session to wait for. */
const WAITS_MS = 30 * 86_400_000;

/** Stores an end that arrived before its session's first event. */
export function rememberEnd(
  db: Connection,
  agentId: string,
  externalId: string,
  at: number,
  reason: string | null,
): void {
  db.query(sql.REMEMBER_END).run(agentId, externalId, at, reason);
  db.query(sql.FORGET_OLD_ENDS).run(at - WAITS_MS);
}

/** Returns and deletes the end that arrived before its session's first event. */
export function takeEarlyEnd(
  db: Connection,
  agentId: string,
  externalId: string,
): { at: number; reason: string | null } | null {
  const row = db
    .query<{ at_ms: number; reason: string | null }, [string, string]>(sql.EARLY_END)
    .get(agentId, externalId);
  if (row === null) return null;
  db.query(sql.FORGET_EARLY_END).run(agentId, externalId);
  return { at: row.at_ms, reason: row.reason };
}
