import type { Context } from "../../context.ts";
import type { Machine } from "../../machines/model.ts";
import { type FolderName, folderNames } from "../../projects/folders.ts";
import { Projects } from "../../projects/projects.ts";
import { projectParameter } from "../../projects/sql.ts";
import { loadSettings } from "../../settings/settings.ts";
import { observe, toObserved } from "../../states/observe.ts";
import type { LiveState } from "../../states/state.ts";
import type { Connection } from "../../store/connection.ts";
import {
  type Session,
  type SessionRow,
  shortIds,
  storedMs,
  storedText,
  textOrNull,
  toSession,
} from "../../store/rows.ts";
import type { View } from "../../store/store.ts";
import type { Usage } from "../../usage/cost.ts";
import { countStatement, type ListFilter, listStatement } from "./sql.ts";

/** Whether it has ended; gone is one whose agent's process is over without having told so. */
type SessionStatus = "active" | "gone" | "ended";

/** The status of a session in this state. */
export function statusOf(state: LiveState | "ended"): SessionStatus {
  return state === "ended" || state === "gone" ? state : "active";
}

export interface ListedSession extends Session {
  /** The shortest unique prefix of the id if requested, else the whole id. */
  readonly shortId: string;
  /** When it was active last, in local time to the minute. */
  readonly activeLocal: string;
  /** The same in milliseconds since 1970, or null if no stored time is valid. */
  readonly activeAtMs: number | null;
  readonly state: LiveState | "ended";
  readonly eventCount: number;
  readonly cwd: string | null;
  readonly branch: string | null;
  /** The agent's own command that resumes it; null where none is known, or none was asked for. */
  readonly resumeCommand: string | null;
  readonly project: FolderName | null;
  /** Of its project. */
  readonly folder: string | null;
  /** Null where nobody asked for machines. */
  readonly machine: Machine | null;
  /** Tokens and their cost; null where none are known, or nobody asked. */
  readonly usage: Usage | null;
}

export interface Listing {
  readonly sessions: readonly ListedSession[];
  /** How many there would be without the limit; 0 where nobody asked. */
  readonly total: number;
}

const NONE: Listing = { sessions: [], total: 0 };

interface ListRow extends SessionRow, Readonly<Record<string, unknown>> {
  readonly active_local: unknown;
  readonly last_at: unknown;
  readonly project: unknown;
  readonly root: unknown;
  readonly cwd: unknown;
  readonly branch: unknown;
  readonly event_count: number;
}

type Parameters = Record<string, string | number | null>;

function parameters(filter: ListFilter): Parameters {
  return {
    agents: filter.agents === undefined ? null : JSON.stringify(filter.agents),
    project: filter.project === undefined ? null : projectParameter(filter.project),
    since: filter.since ?? null,
    until: filter.until ?? null,
    limit: filter.limit,
  };
}

function listed(db: Connection, filter: ListFilter): ListRow[] {
  return db.query<ListRow, [Parameters]>(listStatement(filter)).all(parameters(filter));
}

function totalOf(db: Connection, filter: ListFilter): number {
  const { limit: _, ...values } = parameters(filter);
  return db.query<{ total: number }, [Parameters]>(countStatement(filter)).get(values)?.total ?? 0;
}

type Needs = Pick<Context, "agentProcesses" | "env" | "now" | "warnings">;

/** Tells the state of rows. */
type Stating = (row: ListRow) => Promise<LiveState | "ended">;

async function stating(ctx: Needs, home: string): Promise<Stating> {
  const { stale } = await loadSettings(home, (message) => void ctx.warnings.push(message));
  return async (row) =>
    row.ended_at === null ? (await observe(ctx, toObserved(row), stale.ms)).state : "ended";
}

/** What costs more to find out, and is found out only where it is shown. */
export interface Extras {
  readonly shortIds: boolean;
  readonly resumeCommands: boolean;
  readonly usage: boolean;
  readonly total: boolean;
}

/** How a row's session is resumed. The code is loaded only where that is asked for. */
async function resuming({ resumeCommands }: Extras): Promise<(row: ListRow) => string | null> {
  if (!resumeCommands) return () => null;
  const { resumeCommand } = await import("../../agents/resume.ts");
  return (row) => resumeCommand({ ...toObserved(row), cwd: textOrNull(row.cwd) });
}

type UsageOf = (id: string) => Usage | null;

/** Tokens and cost of the rows' sessions. The prices are loaded only where they are asked for. */
async function using(
  ctx: Needs,
  home: string,
  db: Connection,
  rows: readonly ListRow[],
  { usage }: Extras,
): Promise<UsageOf> {
  if (!usage) return () => null;
  const { usageOfSessions } = await import("../../usage/totals.ts");
  const { prices } = await loadSettings(home, (message) => void ctx.warnings.push(message));
  const found = usageOfSessions(
    db,
    rows.map(({ id }) => storedText(id)),
    prices,
  );
  return (id) => found.get(id) ?? null;
}

async function list(
  ctx: Needs,
  home: string,
  { db }: View,
  filter: ListFilter,
  extras: Extras,
): Promise<Listing> {
  const projects = new Projects(db);
  const rows = listed(db, filter);
  const stateOf = await stating(ctx, home);
  const resumeOf = await resuming(extras);
  const folders = await Promise.all(
    rows.map(({ project, root }) => projects.folderOf(textOrNull(project), textOrNull(root))),
  );
  const names = folderNames(folders);
  const usageOf = await using(ctx, home, db, rows, extras);
  const sessions = await Promise.all(
    rows.map(async (row, index) => ({
      ...toSession(row),
      state: await stateOf(row),
      activeLocal: storedText(row.active_local),
      activeAtMs: storedMs(row.last_at),
      eventCount: row.event_count,
      cwd: textOrNull(row.cwd),
      branch: textOrNull(row.branch),
      resumeCommand: resumeOf(row),
      project: names[index] ?? null,
      folder: folders[index] ?? null,
      machine: null,
      usage: usageOf(storedText(row.id)),
    })),
  );
  const ids = sessions.map(({ id }) => id);
  const short = extras.shortIds ? shortIds(db, ids) : ids;
  return {
    sessions: sessions.map((each, index) => ({ ...each, shortId: short[index] ?? each.id })),
    total: extras.total ? totalOf(db, filter) : 0,
  };
}

/** Lists sessions in the filter's order. */
export async function listSessions(
  ctx: Needs & Pick<Context, "store">,
  filter: ListFilter,
  extras: Extras,
): Promise<Listing> {
  const store = await ctx.store();
  const work = (view: View) => list(ctx, store.home, view, filter, extras);
  return (await store.read(work)) ?? NONE;
}
