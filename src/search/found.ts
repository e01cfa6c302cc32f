import { effectOf, type FileEffect } from "../digest/touched-file.ts";
import type { Machine } from "../machines/model.ts";
import { folderName, folderNames } from "../projects/folders.ts";
import { Projects } from "../projects/projects.ts";
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
import { SESSION_BY_ID } from "../store/statements.ts";
import type { Group, HitRow } from "./hits.ts";
import * as sql from "./statements.ts";

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
  /** The file that a tool's call was about, and what it did with it. */
  readonly file: { readonly path: string; readonly did: FileEffect } | null;
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
  /** Of its project. */
  readonly folder: string | null;
  /** Null where nobody asked for machines. */
  readonly machine: Machine | null;
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

const HITS_PER_SESSION = 3;

/** Separates a title from its summary; the index stores them as one text. */
function apart(indexed: string, title: string): string {
  if (!indexed.startsWith(`${title}\n`)) return indexed;
  const parts = [title, indexed.slice(title.length + 1)];
  return parts.filter((part) => part !== "").join(" — ");
}

interface Text {
  readonly text: unknown;
  readonly file?: unknown;
  readonly tool?: unknown;
}

function fileOf({ file, tool }: Text, type: string): Hit["file"] {
  const path = textOrNull(file);
  if (path === null) return null;
  return { path, did: effectOf({ tool: storedText(tool), failed: type === "error" }) };
}

function toHit(db: Connection, row: HitRow, title: string): Hit {
  const isEvent = row.rowid > 0;
  const found = db.query<Text, [number]>(isEvent ? sql.EVENT : sql.SESSION_TEXT).get(row.rowid);
  const type = isEvent ? storedText(row.event_type) : "session";
  return {
    eventId: isEvent ? row.rowid : null,
    type,
    file: found === null ? null : fileOf(found, type),
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
): Promise<Omit<FoundSession, "distinctProject">[]> {
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
      machine: null,
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
  const sessions = all.flat().map((session, index) => ({
    ...session,
    distinctProject: names[index]?.distinct ?? null,
  }));
  return { sessions, hasMore: groups.length > limit };
}
