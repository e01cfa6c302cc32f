import type { Context } from "../context.ts";
import { Projects } from "../projects/projects.ts";
import { projectParameter } from "../projects/sql.ts";
import type { Connection } from "../store/connection.ts";
import { agentProcessOf } from "../store/hooked-sessions.ts";
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

/** Whether it has ended; gone is one whose agent's process is over without having told so. */
type SessionStatus = "active" | "gone" | "ended";

export interface ListedSession extends Session {
  /** The shortest unique prefix of the id if requested, else the whole id. */
  readonly shortId: string;
  /** When it started, in local time to the minute. */
  readonly startedLocal: string;
  /** Milliseconds since 1970, or null if the stored start is no valid time. */
  readonly startedAtMs: number | null;
  readonly status: SessionStatus;
  readonly eventCount: number;
  /** The project's name. */
  readonly project: string | null;
}

interface ListRow extends SessionRow, Readonly<Record<string, unknown>> {
  readonly started_local: unknown;
  readonly start_s: unknown;
  readonly project: unknown;
  readonly root: unknown;
  readonly event_count: number;
}

type Parameters = Record<string, string | number | null>;

function listed(db: Connection, filter: ListFilter): ListRow[] {
  return db.query<ListRow, [Parameters]>(listStatement(filter)).all({
    agents: filter.agents === undefined ? null : JSON.stringify(filter.agents),
    project: filter.project === undefined ? null : projectParameter(filter.project),
    since: filter.since ?? null,
    until: filter.until ?? null,
    limit: filter.limit,
  });
}

type Needs = Pick<Context, "agentProcesses">;

async function statusOf({ agentProcesses }: Needs, row: ListRow): Promise<SessionStatus> {
  if (row.ended_at !== null) return "ended";
  return (await agentProcesses.isGone(agentProcessOf(row))) ? "gone" : "active";
}

async function list(
  ctx: Needs,
  { db }: View,
  filter: ListFilter,
  withShortIds: boolean,
): Promise<ListedSession[]> {
  const projects = new Projects(db);
  const sessions = await Promise.all(
    listed(db, filter).map(async (row) => ({
      ...toSession(row),
      status: await statusOf(ctx, row),
      startedLocal: storedText(row.started_local),
      startedAtMs: storedTime(null, row.start_s),
      eventCount: row.event_count,
      project: await projects.nameOf(textOrNull(row.project), textOrNull(row.root)),
    })),
  );
  const ids = sessions.map(({ id }) => id);
  const short = withShortIds ? shortIds(db, ids) : ids;
  return sessions.map((session, index) => ({ ...session, shortId: short[index] ?? session.id }));
}

/** Lists sessions, newest first. Short ids need another query. */
export async function listSessions(
  ctx: Needs & Pick<Context, "store">,
  filter: ListFilter,
  withShortIds: boolean,
): Promise<ListedSession[]> {
  const store = await ctx.store();
  return (await store.read((view) => list(ctx, view, filter, withShortIds))) ?? [];
}
