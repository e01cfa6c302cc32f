import { folderName, folderNames } from "../projects/folders.ts";
import { Projects } from "../projects/projects.ts";
import { IN_PROJECT, type ProjectFilter, projectParameter } from "../projects/sql.ts";
import type { Connection } from "../store/connection.ts";
import {
  type Session,
  type SessionRow,
  shortIds,
  storedText,
  textOrNull,
  titleOf,
  toSession,
} from "../store/rows.ts";
import { OF_AGENTS, SESSION_BY_ID } from "../store/statements.ts";
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

/** An event, or a session's title and summary, that matches. */
export interface Hit {
  /** Null for a session's title and summary. */
  readonly eventId: number | null;
  /** The event's type; `session` for a title and summary. */
  readonly type: string;
  /** When the event was stored, or when the session started. */
  readonly createdAt: string;
  /** `createdAt` in local time, to the minute. */
  readonly createdLocal: string;
  readonly content: string;
  /** How many of the best hits say the same. */
  readonly times: number;
}

export interface FoundSession extends Session {
  /** The shortest prefix of the id that is unique. */
  readonly shortId: string;
  readonly startedLocal: string;
  readonly project: string | null;
  /** The same, told apart from others of that name that are found. */
  readonly distinctProject: string | null;
  readonly root: string | null;
  /** The number of all its hits. */
  readonly hitCount: number;
  /** Its best hits. */
  readonly hits: readonly Hit[];
}

export interface Found {
  /** Sorted by their best hit, newest first among equals. */
  readonly sessions: readonly FoundSession[];
  /** Whether there are more sessions than the limit. */
  readonly hasMore: boolean;
}

/** The types of hits that say something, rather than tell what a tool did. */
export const SAID: readonly string[] = ["prompt", "assistant", "decision", "note", "session"];

const HITS_PER_SESSION = 3;
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
function bestGroups(db: Connection, match: string, filter: HitFilter, nowMs: number): Group[] {
  for (let window = FIRST_WINDOW; ; window *= 16) {
    const rows = bestRows(db, match, filter, window);
    const groups = grouped(recentFirst(rows, nowMs));
    if (groups.length > filter.limit || rows.length < window) return groups;
  }
}

/** Counts a session's hits: those between its first and last event, and its own document. */
function hitCount(db: Connection, match: string, filter: HitFilter, id: string): number {
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

/** Separates a title from its summary; the index stores them as one text. */
function apart(indexed: string, title: string): string {
  if (!indexed.startsWith(`${title}\n`)) return indexed;
  const parts = [title, indexed.slice(title.length + 1)];
  return parts.filter((part) => part !== "").join(" — ");
}

function toHit(db: Connection, row: HitRow, title: string): Hit {
  const isEvent = row.rowid > 0;
  const found = db
    .query<{ text: unknown }, [number]>(isEvent ? sql.EVENT : sql.SESSION_TEXT)
    .get(row.rowid);
  return {
    eventId: isEvent ? row.rowid : null,
    type: isEvent ? storedText(row.event_type) : "session",
    createdAt: storedText(row.created_at),
    createdLocal: storedText(row.created_local),
    content: isEvent ? storedText(found?.text) : apart(storedText(found?.text), title),
    times: 1,
  };
}

/** How many hits are looked at for those that say the same. */
const COMPARED = 20;

/** The best hits; those that say the same are one. */
function bestHits(db: Connection, rows: readonly HitRow[], title: string): Hit[] {
  const hits = new Map<string, Hit>();
  for (const row of rows.slice(0, COMPARED)) {
    const hit = toHit(db, row, title);
    const key = `${hit.type} ${hit.content}`;
    const times = (hits.get(key)?.times ?? 0) + 1;
    if (times > 1 || hits.size < HITS_PER_SESSION) {
      hits.set(key, { ...(hits.get(key) ?? hit), times });
    }
  }
  return [...hits.values()];
}

interface Details {
  readonly project: unknown;
  readonly root: unknown;
  readonly started_local: unknown;
}

/** How many prompts are compared with a title. */
const PROMPTS = 5;

/** A session's own document, if it says no more than the title, and one of the prompts found begins with that. */
function repeatedTitle(db: Connection, { hits }: Group, title: string): HitRow | undefined {
  const own = hits.find(({ rowid }) => rowid < 0);
  if (own === undefined || title === "" || toHit(db, own, title).content !== title)
    return undefined;
  const beginning = title.replace(/\s*…$/u, "");
  const prompts = hits.filter(({ event_type }) => event_type === "prompt").slice(0, PROMPTS);
  const said = prompts.map((row) => toHit(db, row, title).content.replaceAll(/\s+/gu, " ").trim());
  return said.some((text) => text.startsWith(beginning)) ? own : undefined;
}

async function toFound(
  db: Connection,
  group: Group,
  countOf: (group: Group) => number,
  projects: Projects,
): Promise<Omit<FoundSession & { folder: string | null }, "distinctProject">[]> {
  const row = db.query<SessionRow, [string]>(SESSION_BY_ID).get(group.id);
  const details = db.query<Details, [string]>(sql.FOUND_DETAILS).get(group.id);
  if (row === null || details === null) return [];
  const session = toSession(row);
  const title = titleOf(session) ?? "";
  const repeated = repeatedTitle(db, group, title);
  const rows = group.hits.filter((hit) => hit !== repeated);
  const [project, root] = [textOrNull(details.project), textOrNull(details.root)];
  const folder = await projects.folderOf(project, root);
  return [
    {
      ...session,
      shortId: shortIds(db, [session.id])[0] ?? session.id,
      startedLocal: storedText(details.started_local),
      folder,
      project: folder === null ? null : folderName(folder),
      root,
      hitCount: countOf(group) - (repeated === undefined ? 0 : 1),
      hits: bestHits(db, rows, title),
    },
  ];
}

/** The first of these sessions with all that is shown of them. */
export async function toFoundSessions(
  db: Connection,
  groups: readonly Group[],
  limit: number,
  countOf: (group: Group) => number,
): Promise<Found> {
  const projects = new Projects(db);
  const shown = groups.slice(0, limit);
  const all = await Promise.all(shown.map((group) => toFound(db, group, countOf, projects)));
  const names = folderNames(all.flat().map(({ folder }) => folder));
  const sessions = all.flat().map(({ folder: _, ...session }, index) => ({
    ...session,
    distinctProject: names[index]?.distinct ?? null,
  }));
  return { sessions, hasMore: groups.length > limit };
}

/** The sessions that an FTS5 expression finds, in an index with its database. */
export async function listHits(
  db: Connection,
  match: string,
  filter: HitFilter,
  nowMs: number,
): Promise<Found> {
  const countOf = ({ id }: Group) => hitCount(db, match, filter, id);
  return await toFoundSessions(db, bestGroups(db, match, filter, nowMs), filter.limit, countOf);
}
