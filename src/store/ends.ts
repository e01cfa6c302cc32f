import { toTimestamp } from "../text/time.ts";
import type { Connection } from "./connection.ts";
import * as sql from "./statements.ts";

/** How a session ends. */
export interface Ending {
  /** Milliseconds since 1970. */
  readonly at: number;
  /** Who ended it; null for a person or a script. */
  readonly by: "client" | "stale" | "cross_agent" | null;
  /** In the agent's words, or why `mm` ended it. */
  readonly reason: string | null;
  /** Null leaves what is there. */
  readonly summary: string | null;
  /** Whether the summary replaces one that is there. */
  readonly replacesSummary: boolean;
  /** Merged into what is stored, key by key. */
  readonly metadata: Readonly<Record<string, unknown>>;
  /** The agent's name of the call that told the end, and the microseconds that it had taken; null where none did. */
  readonly event: string | null;
  readonly micros: number | null;
}

/** Why `mm` itself ends a session. */
type AutomaticReason = "stale" | "cross_agent";

/** An end that nobody asked for, as memtomem marks it; it leaves a person's summary alone. */
export function automaticEnding(at: Date, reason: AutomaticReason, summary: string): Ending {
  return {
    at: at.getTime(),
    by: reason,
    reason,
    summary,
    // As upstream: an idle session keeps what was written of it, one that gives way says to whom.
    replacesSummary: reason === "cross_agent",
    metadata: { auto_ended: true, reason },
    event: null,
    micros: null,
  };
}

/** An end that a person or a script asked for. */
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

/** Ends exactly the sessions that `findStaleActiveSessions` gives in the same transaction, but for `except`. */
export function endStaleActiveSessions(
  db: Connection,
  startedBefore: string,
  ending: Ending,
  except: string | null,
): void {
  end(db, sql.END_STALE, { startedBefore, except }, ending);
}

/**
 * Ends at most 100 sessions of hooks that gave no sign of life since the given time. Those among them that
 * another program has ended only get the columns of an end that it doesn't know of.
 */
export function endIdleSessions(db: Connection, idleSince: number, ending: Ending): void {
  const idle = db
    .query<{ session_id: string; is_active: number }, [number]>(sql.IDLE_SESSIONS)
    .all(idleSince);
  if (idle.length === 0) return;
  const active = idle.filter(({ is_active }) => is_active === 1);
  const ids = (rows: typeof idle) => JSON.stringify(rows.map(({ session_id }) => session_id));
  if (active.length > 0) end(db, sql.END_LISTED, { ids: ids(active) }, ending);
  if (active.length < idle.length) db.query(sql.NOTE_ENDS).run(ids(idle));
}

/**
 * Gives at most `limit` sessions that another program has ended the columns of an end that it doesn't know
 * of, so that nobody takes them for live ones any more.
 * @returns how many it were
 */
export function noteForeignEnds(db: Connection, limit: number): number {
  const rows = db.query<{ session_id: string }, [number]>(sql.ENDED_ELSEWHERE).all(limit);
  if (rows.length > 0) {
    db.query(sql.NOTE_ENDS).run(JSON.stringify(rows.map(({ session_id }) => session_id)));
  }
  return rows.length;
}

/** The rest of a session may be in the spool for days; an end that waits longer waits for nothing. */
const WAITS_MS = 30 * 86_400_000;

/** Keeps an end that came before its session's first event. */
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

/** The end that came before its session's first event, which is forgotten thereby. */
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
