import { LONGEST_GAP_S } from "../domain/active-time.ts";
import { type ProjectFilter, projectName } from "../domain/project.ts";
import { projectCondition } from "./project-condition.ts";
import { text, textOrNull } from "./sessions.ts";
import type { View } from "./store.ts";

/** What is counted; times are timestamps. */
export interface StatsFilter {
  readonly agentId?: string | undefined;
  readonly project?: ProjectFilter | undefined;
  readonly since?: string | undefined;
  readonly until?: string | undefined;
}

export const DIMENSIONS = ["day", "agent", "project", "tool"] as const;
export type Dimension = (typeof DIMENSIONS)[number];

/** The events that have one thing in common. */
export interface EventGroup {
  /** What they have in common: a local day, an agent id, a project, a tool, a type; null where they have none. */
  readonly key: string | null;
  /** To which they belong. */
  readonly sessions: number;
  readonly events: number;
  /** Tool calls, failed ones too. */
  readonly toolCalls: number;
  readonly errors: number;
  readonly activeSeconds: number;
}

const METADATA = "CASE WHEN json_valid(e.metadata) THEN e.metadata END";

const KEYS: Readonly<Record<Dimension | "type", string>> = {
  // A quarter of an hour: no time zone's days begin within one, and each event's local time takes long to find.
  day: `CASE WHEN e.created_at GLOB '????-??-??[T ]??:[0-5][0-9]:??*'
    THEN substr(e.created_at, 1, 14) || substr('00153045', substr(e.created_at, 15, 2) / 15 * 2 + 1, 2)
      || substr(e.created_at, 20)
    ELSE e.created_at END`,
  agent: "s.agent_id",
  // The first letter says which of the two it is.
  project: "CASE WHEN m.project IS NOT NULL THEN 'p' || m.project ELSE 'r' || m.root END",
  tool: `json_extract(${METADATA}, '$.tool')`,
  type: "e.event_type",
};

/** What a key is called, where that takes too long to find for each event. */
const NAMES: Readonly<Partial<Record<Dimension | "type", string>>> = {
  day: "coalesce(date(key, 'localtime'), key)",
};

type Parameters = Record<string, string | null>;

function conditions(filter: StatsFilter, withPeriod: boolean): string {
  const all = [
    filter.agentId !== undefined && "s.agent_id = $agentId",
    filter.project !== undefined && projectCondition(filter.project).sql,
    withPeriod && filter.since !== undefined && "e.created_at >= $since",
    withPeriod && filter.until !== undefined && "e.created_at < $until",
  ].filter((condition) => condition !== false);
  return all.length === 0 ? "TRUE" : all.join(" AND ");
}

function parameters({ agentId, project, since, until }: StatsFilter): Parameters {
  return {
    agentId: agentId ?? null,
    project: project === undefined ? null : projectCondition(project).value,
    since: since ?? null,
    until: until ?? null,
  };
}

// Without our own tables nothing is known of projects.
function joined({ hasOwnTables }: View): string {
  return hasOwnTables
    ? "LEFT JOIN mm_sessions m ON m.session_id = s.id"
    : "LEFT JOIN (SELECT NULL AS session_id, NULL AS project, NULL AS root) m ON FALSE";
}

interface GroupRow {
  readonly key: unknown;
  readonly sessions: number;
  readonly events: number;
  readonly toolCalls: number;
  readonly errors: number;
  readonly activeSeconds: number;
}

function keyText(by: Dimension | "type", key: unknown): string | null {
  const stored = textOrNull(key);
  if (by !== "project" || stored === null) return stored;
  const path = stored.slice(1);
  return stored.startsWith("p") ? projectName(path, null) : projectName(null, path);
}

/**
 * The events in the period, by what they have in common; those of tools only for `tool`. To find how long
 * somebody was active takes longer than all the rest, so it is 0 where it isn't asked for.
 */
export function groupEvents(
  view: View,
  filter: StatsFilter,
  by: Dimension | "type",
  withActive: boolean,
): EventGroup[] {
  const gap = withActive
    ? "unixepoch(e.created_at) - lag(unixepoch(e.created_at)) OVER (PARTITION BY e.session_id ORDER BY e.id)"
    : "NULL";
  const rows = view.db
    .query<GroupRow, [Parameters]>(
      `WITH each AS (
          SELECT ${KEYS[by]} AS key, e.session_id, e.event_type AS type, ${gap} AS gap
          FROM session_events e JOIN sessions s ON s.id = e.session_id ${joined(view)}
          WHERE ${conditions(filter, true)}
        ), summed AS MATERIALIZED (
          SELECT key, session_id, count(*) AS events,
            count(*) FILTER (WHERE type IN ('tool_call', 'error')) AS tool_calls,
            count(*) FILTER (WHERE type = 'error') AS errors,
            coalesce(sum(gap) FILTER (WHERE gap BETWEEN 0 AND ${LONGEST_GAP_S}), 0) AS seconds
          FROM each ${by === "tool" ? "WHERE type IN ('tool_call', 'error')" : ""}
          GROUP BY key, session_id
        ), named AS MATERIALIZED (
          SELECT key, ${NAMES[by] ?? "key"} AS name FROM (SELECT DISTINCT key FROM summed)
        )
        SELECT named.name AS key, count(DISTINCT session_id) AS sessions, sum(events) AS events,
          sum(tool_calls) AS toolCalls, sum(errors) AS errors, sum(seconds) AS activeSeconds
        FROM summed JOIN named ON named.key IS summed.key
        GROUP BY named.name ORDER BY ${by === "day" ? "1" : "3 DESC, 1"}`,
    )
    .all(parameters(filter));
  return rows.map((row) => ({ ...row, key: keyText(by, row.key) }));
}

/** How many sessions started or had an event in the period. */
export function countSessions(view: View, filter: StatsFilter): number {
  const started = [
    filter.since !== undefined && "s.started_at >= $since",
    filter.until !== undefined && "s.started_at < $until",
  ].filter((condition) => condition !== false);
  const inPeriod =
    started.length === 0
      ? "TRUE"
      : `((${started.join(" AND ")}) OR EXISTS (SELECT 1 FROM session_events e
          WHERE e.session_id = s.id AND ${conditions({ since: filter.since, until: filter.until }, true)}))`;
  const row = view.db
    .query<{ count: number }, [Parameters]>(
      `SELECT count(*) AS count FROM sessions s ${joined(view)}
        WHERE ${conditions(filter, false)} AND ${inPeriod}`,
    )
    .get(parameters(filter));
  return row?.count ?? 0;
}

/** How long our hooks took, in milliseconds, for one event of one client. */
export interface HookTimes {
  readonly client: string;
  /** The client's own name of it. */
  readonly event: string | null;
  readonly count: number;
  readonly p50Ms: number;
  readonly p95Ms: number;
  readonly p99Ms: number;
  readonly maxMs: number;
}

// The nth of the sorted times, as `hookActivity` counts it.
const percentile = (share: number) =>
  `min(own_us) FILTER (WHERE place > min(n - 1, CAST(n * ${share} AS INTEGER)))`;

const isAsked = (column: string) =>
  `($since IS NULL OR ${column} >= $since) AND ($until IS NULL OR ${column} < $until)`;

const HOOK_TIMES = `WITH timed AS (
    SELECT m.client, json_extract(${METADATA}, '$.event') AS event, o.own_us
    FROM mm_events o JOIN mm_sessions m ON m.session_id = o.session_id
      JOIN session_events e ON e.id = o.event_id
    WHERE o.own_us IS NOT NULL AND m.client IS NOT NULL AND ${isAsked("e.created_at")}
    UNION ALL SELECT m.client, m.start_event, m.start_us FROM mm_sessions m JOIN sessions s ON s.id = m.session_id
    WHERE m.start_us IS NOT NULL AND m.client IS NOT NULL AND ${isAsked("s.started_at")}
    UNION ALL SELECT m.client, m.end_event, m.end_us FROM mm_sessions m JOIN sessions s ON s.id = m.session_id
    WHERE m.end_us IS NOT NULL AND m.client IS NOT NULL AND ${isAsked("s.ended_at")}
  ), placed AS (
    SELECT client, event, own_us, count(*) OVER (PARTITION BY client, event) AS n,
      row_number() OVER (PARTITION BY client, event ORDER BY own_us) AS place FROM timed
  )
  SELECT client, event, max(n) AS count, ${percentile(0.5)} AS p50, ${percentile(0.95)} AS p95,
    ${percentile(0.99)} AS p99, max(own_us) AS most
  FROM placed GROUP BY client, event ORDER BY client, count DESC, event`;

function milliseconds(micros: number): number {
  return Math.round(micros / 10) / 100;
}

/** By client and event, of what hooks have stored in the period. */
export function hookTimes(view: View, filter: Pick<StatsFilter, "since" | "until">): HookTimes[] {
  if (!view.hasOwnTables) return [];
  type Row = { client: unknown; event: unknown; count: number } & Record<
    "p50" | "p95" | "p99" | "most",
    number
  >;
  return view.db
    .query<Row, [Parameters]>(HOOK_TIMES)
    .all({ since: filter.since ?? null, until: filter.until ?? null })
    .map(({ client, event, count, p50, p95, p99, most }) => ({
      client: text(client),
      event: textOrNull(event),
      count,
      p50Ms: milliseconds(p50),
      p95Ms: milliseconds(p95),
      p99Ms: milliseconds(p99),
      maxMs: milliseconds(most),
    }));
}
