import type { Context } from "../context.ts";
import type { Connection } from "../store/connection.ts";
import { projectCondition, projectName } from "../store/project.ts";
import {
  type Session,
  type SessionRow,
  shortIds,
  storedText,
  storedTime,
  textOrNull,
  toSession,
} from "../store/rows.ts";
import type { View } from "../store/store.ts";
import { type ListFilter, listStatement } from "./sql.ts";

export interface ListedSession extends Session {
  /** The shortest unique prefix of the id if requested, else the whole id. */
  readonly shortId: string;
  /** When it started, in local time to the minute. */
  readonly startedLocal: string;
  /** Milliseconds since 1970, or null if the stored start is no valid time. */
  readonly startedAtMs: number | null;
  readonly eventCount: number;
  /** The project's name. */
  readonly project: string | null;
}

interface ListRow extends SessionRow {
  readonly started_local: unknown;
  readonly start_s: unknown;
  readonly project: unknown;
  readonly root: unknown;
  readonly event_count: number;
}

type Parameters = Record<string, string | number | null>;

function listed(db: Connection, filter: ListFilter): ListRow[] {
  return db.query<ListRow, [Parameters]>(listStatement(filter)).all({
    agentId: filter.agentId ?? null,
    project: filter.project === undefined ? null : projectCondition(filter.project).value,
    since: filter.since ?? null,
    until: filter.until ?? null,
    limit: filter.limit,
  });
}

function list({ db }: View, filter: ListFilter, withShortIds: boolean): ListedSession[] {
  const sessions = listed(db, filter).map((row) => ({
    ...toSession(row),
    startedLocal: storedText(row.started_local),
    startedAtMs: storedTime(null, row.start_s),
    eventCount: row.event_count,
    project: projectName(textOrNull(row.project), textOrNull(row.root)),
  }));
  const ids = sessions.map(({ id }) => id);
  const short = withShortIds ? shortIds(db, ids) : ids;
  return sessions.map((session, index) => ({ ...session, shortId: short[index] ?? session.id }));
}

/** Lists sessions, newest first. Short ids need another query. */
export async function listSessions(
  ctx: Pick<Context, "store">,
  filter: ListFilter,
  withShortIds: boolean,
): Promise<ListedSession[]> {
  const store = await ctx.store();
  return (await store.read((view) => list(view, filter, withShortIds))) ?? [];
}
