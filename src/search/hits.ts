import { IN_PROJECT, type ProjectFilter, projectParameter } from "../projects/sql.ts";
import type { Connection } from "../store/connection.ts";
import { OF_AGENTS } from "../store/statements.ts";
import { recency } from "./clues.ts";
import * as sql from "./statements.ts";

/** The filters of `search`. Times are timestamps. */
export interface HitFilter {
  /** The agent ids to select. */
  readonly agents?: readonly string[] | undefined;
  readonly project?: ProjectFilter | undefined;
  /** Whether everything but this project is meant. */
  readonly isElsewhere?: boolean | undefined;
  /** A session to leave out. */
  readonly exceptSession?: string | undefined;
  /** Whether an agent's calls of the server of `mm` are left out: they repeat what was searched for. */
  readonly exceptRecall?: boolean | undefined;
  readonly type?: string | undefined;
  /** Only events about this file: an absolute path, or the end of one. */
  readonly file?: string | undefined;
  readonly since?: string | undefined;
  readonly until?: string | undefined;
  /** The most sessions to return. */
  readonly limit: number;
}

/** The types of hits that say something, rather than tell what a tool did. */
export const SAID: readonly string[] = ["prompt", "assistant", "decision", "note", "session"];

const FIRST_WINDOW = 500;

type Value = string | number | null;

/** A hit as it is found; the lower its score, the better. */
export interface HitRow {
  readonly rowid: number;
  readonly score: number;
  /** Null for one that is left out, and for a deleted event or session that is still indexed. */
  readonly session_id: string | null;
  readonly event_type: unknown;
  readonly created_at: unknown;
  readonly created_local: unknown;
}

function conditions(filter: HitFilter): string[] {
  return [
    filter.agents !== undefined && OF_AGENTS,
    filter.project !== undefined && (filter.isElsewhere ? `NOT (${IN_PROJECT})` : IN_PROJECT),
    filter.type !== undefined && "e.event_type = $type",
    filter.file !== undefined && sql.OF_FILE,
    filter.since !== undefined && "coalesce(e.created_at, s.started_at) >= $since",
    filter.until !== undefined && "coalesce(e.created_at, s.started_at) < $until",
  ].filter((condition) => condition !== false);
}

/** What is left out of the hits that meet the conditions. There is little of it, so that it isn't looked for first. */
function exceptions({ exceptSession, exceptRecall }: HitFilter): string[] {
  const own = exceptSession === undefined ? [] : ["s.id IS NOT $except"];
  return exceptRecall === true ? [...own, sql.NO_RECALL] : own;
}

function parameters(match: string, filter: HitFilter): Record<string, Value> {
  return {
    $match: match,
    $agents: filter.agents === undefined ? null : JSON.stringify(filter.agents),
    $project: filter.project === undefined ? null : projectParameter(filter.project),
    $except: filter.exceptSession ?? null,
    $type: filter.type ?? null,
    $file: filter.file ?? null,
    $since: filter.since ?? null,
    $until: filter.until ?? null,
  };
}

/** A session's hits, best first. */
export interface Group {
  readonly id: string;
  readonly hits: HitRow[];
}

/** The best hits of an FTS5 expression, best first. */
export function bestRows(
  db: Connection,
  match: string,
  filter: HitFilter,
  window: number,
): HitRow[] {
  const statement = sql.bestHits(conditions(filter), exceptions(filter));
  const values = { ...parameters(match, filter), $window: window };
  return db.query<HitRow, [Record<string, Value>]>(statement).all(values);
}

/** Groups rows by session, in the order of their best hits. */
function grouped(rows: readonly HitRow[]): Group[] {
  const groups = new Map<string, Group>();
  for (const row of rows) {
    const id = row.session_id;
    if (id === null) continue;
    const group = groups.get(id);
    if (group === undefined) groups.set(id, { id, hits: [row] });
    else group.hits.push(row);
  }
  return [...groups.values()];
}

/** The rows in the order of their scores, among which the newer count more. */
function recentFirst(rows: readonly HitRow[], nowMs: number): HitRow[] {
  const scored = rows.map((row) => ({ row, score: row.score * recency(row.created_at, nowMs) }));
  // The sort is stable: among equals, the newest stay first.
  return scored.sort((a, b) => a.score - b.score).map(({ row }) => row);
}

/** Reads more and more of the best hits until they belong to more sessions than the limit. */
export function bestGroups(
  db: Connection,
  match: string,
  filter: HitFilter,
  nowMs: number,
): Group[] {
  for (let window = FIRST_WINDOW; ; window *= 16) {
    const rows = bestRows(db, match, filter, window);
    const groups = grouped(recentFirst(rows, nowMs));
    if (groups.length > filter.limit || rows.length < window) return groups;
  }
}

/** Counts a session's hits: those between its first and last event, and its own document. */
export function hitCount(db: Connection, match: string, filter: HitFilter, id: string): number {
  const range = db.query<{ low: number; high: number }, [string]>(sql.RANGE).get(id);
  const where = ["s.id = $id", ...conditions(filter), ...exceptions(filter)];
  const values = { ...parameters(match, filter), $id: id };
  const count = (statement: string, more: Record<string, Value>) =>
    db.query<{ n: number }, [Record<string, Value>]>(statement).get({ ...values, ...more })?.n ?? 0;
  return (
    count(sql.countHits(sql.IN_RANGE, where), {
      $low: range?.low ?? 0,
      $high: range?.high ?? 0,
    }) + count(sql.countHits(sql.OWN_DOCUMENT, where), {})
  );
}
