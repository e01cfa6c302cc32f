import type { Context } from "../context.ts";
import { IN_PROJECT, type ProjectFilter, projectParameter } from "../projects/sql.ts";
import { storedText, textOrNull } from "../store/rows.ts";
import { OF_AGENTS } from "../store/statements.ts";
import type { View } from "../store/store.ts";
import { storedSeconds } from "./local/sql.ts";

/** The filters of `stats`. Times are timestamps. */
export interface StatsFilter {
  /** The agent ids to select. */
  readonly agents?: readonly string[] | undefined;
  readonly project?: ProjectFilter | undefined;
  readonly since?: string | undefined;
  readonly until?: string | undefined;
}

/** What a session ran with, and where. */
export interface Setup {
  readonly model: string | null;
  /** Its repository's git folder, and the folder it ran in. */
  readonly project: string | null;
  readonly root: string | null;
}

/** Takes a session that may count, before its events are read; `hasStarted` in the period. */
export type TellSession = (id: string, agentId: string, hasStarted: boolean) => void;

/** Takes an event in the period. Of a million events, an object each would be felt. */
export type TellEvent = (
  sessionId: string,
  type: string,
  /** Seconds since 1970, or the text of an invalid time. */
  at: number | string,
  /** The tool of a tool call. */
  tool: string | null,
) => void;

const METADATA = "CASE WHEN json_valid(e.metadata) THEN e.metadata END";

type Parameters = Record<string, string | number | null>;
type Value = string | number | Uint8Array | null;

function both(conditions: readonly (string | false)[]): string {
  const all = conditions.filter((condition) => condition !== false);
  return all.length === 0 ? "TRUE" : all.join(" AND ");
}

function inPeriod(column: string, { since, until }: StatsFilter): string {
  return both([
    since !== undefined && `${column} >= $since`,
    until !== undefined && `${column} < $until`,
  ]);
}

function parameters({ agents, project, since, until }: StatsFilter): Parameters {
  return {
    agents: agents === undefined ? null : JSON.stringify(agents),
    project: project === undefined ? null : projectParameter(project),
    since: since ?? null,
    until: until ?? null,
  };
}

const ROWS_AT_ONCE = 2000;
/** Most events are of this type: a text each would be felt. */
const TOOL_CALL = "tool_call";

/** Tells the setups of sessions, in the order of the file: a join would look each of them up. */
export function tellSetups({ db }: View, tell: (sessionId: string, setup: Setup) => void): void {
  const rows = db.query<unknown, [number]>(
    `SELECT rowid, session_id, model, project, root FROM mm_sessions
      WHERE rowid > ?1 AND coalesce(model, project, root) IS NOT NULL ORDER BY rowid LIMIT ${ROWS_AT_ONCE}`,
  );
  for (let after = Number.MIN_SAFE_INTEGER; ; ) {
    const values = rows.values(after);
    for (const [, sessionId, model, project, root] of values) {
      tell(storedText(sessionId), {
        model: textOrNull(model),
        project: textOrNull(project),
        root: textOrNull(root),
      });
    }
    if (values.length < ROWS_AT_ONCE) return;
    after = Number(values.at(-1)?.[0]);
  }
}

/** Tells the sessions of the filter's agent and project, at any time. Yields how many were told since it last did. */
export function* sessionsToCount(
  { db }: View,
  filter: StatsFilter,
  tell: TellSession,
): Generator<number> {
  const { agents, project } = filter;
  const where = both([
    "s.rowid > $after",
    agents !== undefined && OF_AGENTS,
    project !== undefined && IN_PROJECT,
  ]);
  const rows = db.query<unknown, [Parameters]>(
    `SELECT s.rowid, s.id, s.agent_id, ${inPeriod("s.started_at", filter)} FROM sessions s
      WHERE ${where} ORDER BY s.rowid LIMIT ${ROWS_AT_ONCE}`,
  );
  for (let after = Number.MIN_SAFE_INTEGER; ; ) {
    const values = rows.values({ ...parameters(filter), after });
    for (const [, id, agentId, hasStarted] of values) {
      tell(storedText(id), storedText(agentId), hasStarted === 1);
    }
    yield values.length;
    if (values.length < ROWS_AT_ONCE) return;
    after = Number(values.at(-1)?.[0]);
  }
}

/**
 * Tells all events in the period, in the order of the file: reading them session by session would take several
 * times as long. Yields how many were told since it last did.
 */
export function* eventsToCount(
  { db }: View,
  filter: StatsFilter,
  tell: TellEvent,
): Generator<number> {
  const rows = db.query<unknown, [Parameters]>(
    `SELECT e.id, e.session_id, nullif(e.event_type, '${TOOL_CALL}'), e.created_at,
        CASE WHEN e.event_type IN ('tool_call', 'error') THEN json_extract(${METADATA}, '$.tool') END
      FROM session_events e WHERE e.id > $after AND ${inPeriod("e.created_at", filter)}
      ORDER BY e.id LIMIT ${ROWS_AT_ONCE}`,
  );
  const secondsOf = storedSeconds(db);
  const { since = null, until = null } = parameters(filter);
  const period = { since, until };
  for (let after = Number.MIN_SAFE_INTEGER; ; ) {
    const values = rows.values({ ...period, after });
    for (let index = 0; index < values.length; index++) {
      const row = values[index] as Value[];
      tell(
        storedText(row[1]),
        textOrNull(row[2]) ?? TOOL_CALL,
        secondsOf(row[3] ?? null),
        textOrNull(row[4]),
      );
    }
    yield values.length;
    if (values.length < ROWS_AT_ONCE) return;
    after = Number(values.at(-1)?.[0]);
  }
}

/** About how many events are stored. */
export function countStored({ db }: View): number {
  return (
    db.query<{ id: number | null }, []>("SELECT max(id) AS id FROM session_events").get()?.id ?? 0
  );
}

/** How long `mm`'s hooks took for one event of one agent, in milliseconds. */
export interface HookTimes {
  readonly client: string;
  /** The agent's own name for the event. */
  readonly event: string | null;
  readonly count: number;
  readonly p50Ms: number;
  readonly p95Ms: number;
  readonly p99Ms: number;
  readonly maxMs: number;
}

// The nth of the sorted times, as in `hookActivity`.
const percentile = (share: number) =>
  `min(own_us) FILTER (WHERE nth > min(n - 1, CAST(n * ${share} AS INTEGER)))`;

const isAsked = (column: string) =>
  `($since IS NULL OR ${column} >= $since) AND ($until IS NULL OR ${column} < $until)`;

const isNumber = (column: string) => `typeof(${column}) IN ('integer', 'real')`;

const HOOK_TIMES = `WITH timed AS (
    SELECT m.client, json_extract(${METADATA}, '$.event') AS event, o.own_us
    FROM mm_events o JOIN mm_sessions m ON m.session_id = o.session_id
      JOIN session_events e ON e.id = o.event_id
    WHERE ${isNumber("o.own_us")} AND m.client IS NOT NULL AND ${isAsked("e.created_at")}
    UNION ALL SELECT m.client, m.start_event, m.start_us FROM mm_sessions m JOIN sessions s ON s.id = m.session_id
    WHERE ${isNumber("m.start_us")} AND m.client IS NOT NULL AND ${isAsked("s.started_at")}
    UNION ALL SELECT m.client, m.end_event, m.end_us FROM mm_sessions m JOIN sessions s ON s.id = m.session_id
    WHERE ${isNumber("m.end_us")} AND m.client IS NOT NULL AND ${isAsked("s.ended_at")}
  ), ranked AS (
    SELECT client, event, own_us, count(*) OVER (PARTITION BY client, event) AS n,
      row_number() OVER (PARTITION BY client, event ORDER BY own_us) AS nth FROM timed
  )
  SELECT client, event, max(n) AS count, ${percentile(0.5)} AS p50, ${percentile(0.95)} AS p95,
    ${percentile(0.99)} AS p99, max(own_us) AS most
  FROM ranked GROUP BY client, event ORDER BY client, count DESC, event`;

function milliseconds(micros: number): number {
  return Math.round(micros / 10) / 100;
}

function timesOf(view: View, filter: Pick<StatsFilter, "since" | "until">): HookTimes[] {
  type Row = { client: unknown; event: unknown; count: number } & Record<
    "p50" | "p95" | "p99" | "most",
    number
  >;
  return view.db
    .query<Row, [Parameters]>(HOOK_TIMES)
    .all({ since: filter.since ?? null, until: filter.until ?? null })
    .map(({ client, event, count, p50, p95, p99, most }) => ({
      client: storedText(client),
      event: textOrNull(event),
      count,
      p50Ms: milliseconds(p50),
      p95Ms: milliseconds(p95),
      p99Ms: milliseconds(p99),
      maxMs: milliseconds(most),
    }));
}

/** How long the hooks took in the period, by agent and event. */
export async function hookTimes(
  ctx: Pick<Context, "store">,
  filter: Pick<StatsFilter, "since" | "until">,
): Promise<HookTimes[]> {
  const store = await ctx.store();
  return (await store.read((view) => timesOf(view, filter))) ?? [];
}
