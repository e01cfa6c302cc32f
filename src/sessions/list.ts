import type { Connection } from "../store/connection.ts";
import { type ProjectFilter, projectCondition, projectName } from "../store/project.ts";
import { type SessionRow, storedTime, text, textOrNull, toSession } from "../store/sessions.ts";
import { epochSeconds, localMinute } from "../store/sql-parts.ts";
import type { View } from "../store/store.ts";
import { firstChars } from "../text/text.ts";
import type { Session } from "./plan.ts";

/** What `session list` may ask for; times are timestamps. */
export interface ListFilter {
  readonly agentId?: string | undefined;
  readonly activeOnly: boolean;
  readonly project?: ProjectFilter | undefined;
  readonly since?: string | undefined;
  readonly until?: string | undefined;
  readonly limit: number;
}

export interface ListedSession extends Session {
  /** When it started in local time, to the minute. */
  readonly startedLocal: string;
  /** Milliseconds since 1970, or null where its start is no time. */
  readonly startedAtMs: number | null;
  readonly eventCount: number;
  /** What its project is called for people. */
  readonly project: string | null;
}

/** The statement for those conditions of a filter that are asked for, with or without our own tables. */
export function listStatement(filter: ListFilter, hasOwnTables: boolean): string {
  const where = [
    filter.agentId !== undefined && "s.agent_id = $agentId",
    filter.activeOnly && "s.ended_at IS NULL",
    filter.project !== undefined && projectCondition(filter.project).sql,
    filter.since !== undefined && "s.started_at >= $since",
    filter.until !== undefined && "s.started_at < $until",
  ].filter((condition) => condition !== false);
  const own = hasOwnTables ? "m.project, m.root" : "NULL AS project, NULL AS root";
  return `SELECT s.id, s.agent_id, s.started_at, s.ended_at, s.summary, s.metadata, s.namespace,
      ${localMinute("s.started_at")} AS started_local, ${epochSeconds("s.started_at")} AS start_s, ${own},
      (SELECT count(*) FROM session_events e WHERE e.session_id = s.id) AS event_count
    FROM sessions s ${hasOwnTables ? "LEFT JOIN mm_sessions m ON m.session_id = s.id" : ""}
    ${where.length === 0 ? "" : `WHERE ${where.join(" AND ")}`}
    ORDER BY s.started_at DESC, s.rowid DESC LIMIT $limit`;
}

interface ListRow extends SessionRow {
  readonly started_local: unknown;
  readonly start_s: unknown;
  readonly project: unknown;
  readonly root: unknown;
  readonly event_count: number;
}

type Parameters = Record<string, string | number | null>;

function listed(db: Connection, hasOwnTables: boolean, filter: ListFilter): ListRow[] {
  return db.query<ListRow, [Parameters]>(listStatement(filter, hasOwnTables)).all({
    agentId: filter.agentId ?? null,
    project: filter.project === undefined ? null : projectCondition(filter.project).value,
    since: filter.since ?? null,
    until: filter.until ?? null,
    limit: filter.limit,
  });
}

/** Newest first. */
export function listSessions(view: View, filter: ListFilter): ListedSession[] {
  // Without our own tables no session has a project.
  if (filter.project !== undefined && !view.hasOwnTables) return [];
  return listed(view.db, view.hasOwnTables, filter).map((row) => ({
    ...toSession(row),
    startedLocal: text(row.started_local),
    startedAtMs: storedTime(null, row.start_s),
    eventCount: row.event_count,
    project: projectName(textOrNull(row.project), textOrNull(row.root)),
  }));
}

const SHORT_ID_CHARS = 8;

/** ?1 is a JSON array of ids. */
export const UNLIKE_OTHERS = `SELECT j.value AS id FROM json_each(?1) j
  WHERE (SELECT count(*) FROM (SELECT 1 FROM sessions o WHERE o.id >= substr(j.value, 1, ${SHORT_ID_CHARS})
    AND o.id < substr(j.value, 1, ${SHORT_ID_CHARS}) || char(0x10FFFF) LIMIT 2)) = 1`;

/** The first characters of each id, or all of it where another session's id begins with the same. */
export function shortIds({ db }: Pick<View, "db">, ids: readonly string[]): string[] {
  const unlike = db.query<{ id: string }, [string]>(UNLIKE_OTHERS).all(JSON.stringify(ids));
  const unique = new Set(unlike.map(({ id }) => id));
  return ids.map((id) => (unique.has(id) ? firstChars(id, SHORT_ID_CHARS) : id));
}
