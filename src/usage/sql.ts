import { type Tokens, WEB_SEARCHES } from "../agents/history/model.ts";
import { IN_PROJECT, type ProjectFilter, projectParameter } from "../projects/sql.ts";
import type { Connection } from "../store/connection.ts";

/** Which calls count. Times are milliseconds since 1970. */
export interface UsageFilter {
  /** Of agents with these ids. */
  readonly agentIds?: readonly string[] | undefined;
  readonly project?: ProjectFilter | undefined;
  readonly since?: number | undefined;
  readonly until?: number | undefined;
  /** Only these sessions', by their ids. */
  readonly sessionIds?: readonly string[] | undefined;
  /** Only this agent's, by its name. */
  readonly agent?: string | undefined;
  /** Whether nobody asks for days, which take longest to find out. */
  readonly isUndated?: boolean | undefined;
}

/** Calls with everything in common on which their price depends, added up. */
export interface UsageSum extends Tokens {
  readonly sessionId: string;
  readonly agent: string;
  readonly agentId: string;
  readonly model: string | null;
  /** The local day. */
  readonly day: string;
  /** The Monday of the local week. */
  readonly week: string;
  readonly project: string | null;
  readonly root: string | null;
  readonly isFast: boolean;
  readonly isLong: boolean;
  /** Whether it is what the agent counts beyond the calls that it shows. */
  readonly isHidden: boolean;
  readonly calls: number;
  /** Of the web. */
  readonly searches: number;
  readonly reasoning: number;
  readonly costTold: number | null;
  /** Whether the agent tells the cost of each of the calls. */
  readonly isTold: boolean;
}

type Row = Omit<UsageSum, "isFast" | "isLong" | "isHidden" | "isTold"> &
  Readonly<Record<"isFast" | "isLong" | "isHidden" | "isTold", number>>;

const ANY = "SELECT 1 FROM mm_usage LIMIT 1";

/** Whether any calls are stored. */
export function hasCalls(db: Connection): boolean {
  return db.query(ANY).get() !== null;
}

const MODELS = "SELECT DISTINCT model FROM mm_usage WHERE model IS NOT NULL";

const TITLES = `SELECT id, json_extract(metadata, '$.title') AS title FROM sessions
  WHERE id IN (SELECT value FROM json_each(?1)) AND json_valid(metadata)`;

/** The titles of those of these sessions that have one, by their ids. */
export function sessionTitles(db: Connection, ids: readonly string[]): Map<string, string> {
  const rows = db.query<{ id: string; title: unknown }, [string]>(TITLES).all(JSON.stringify(ids));
  return new Map(
    rows.flatMap(({ id, title }) => (typeof title === "string" ? [[id, title] as const] : [])),
  );
}

/** The models that were called. */
export function modelsInUse(db: Connection): string[] {
  return db
    .query<{ model: string }, []>(MODELS)
    .all()
    .map(({ model }) => model);
}

const ARE_SEARCHES = `substr(u.call_id, ${-WEB_SEARCHES.length}) = '${WEB_SEARCHES}'`;

const LOCAL = "u.at_ms / 1000, 'unixepoch', 'localtime'";

/** What the agent says of a call's cost. A total that is also of calls before the period says nothing of it. */
function told({ since }: UsageFilter): string {
  if (since === undefined) return "u.cost_told";
  const isEarlier = `EXISTS (SELECT 1 FROM mm_usage o WHERE o.session_id = u.session_id AND o.at_ms < $since)`;
  return `iif(u.hidden AND ${isEarlier}, NULL, u.cost_told)`;
}

function statement(filter: UsageFilter): string {
  const conditions = [
    filter.since !== undefined && "u.at_ms >= $since",
    filter.until !== undefined && "u.at_ms < $until",
    filter.agent !== undefined && "u.client = $agent",
    filter.agentIds !== undefined && "s.agent_id IN (SELECT value FROM json_each($agentIds))",
    filter.sessionIds !== undefined && "u.session_id IN (SELECT value FROM json_each($sessionIds))",
    filter.project !== undefined && IN_PROJECT,
  ].filter((condition) => condition !== false);
  const asksSessions = filter.agentIds !== undefined || filter.project !== undefined;
  const [day, week] =
    filter.isUndated === true
      ? ["''", "''"]
      : [`date(${LOCAL})`, `date(${LOCAL}, 'weekday 0', '-6 days')`];
  // Sessions are looked up for sums, not for each of their calls.
  return `WITH long AS MATERIALIZED (SELECT key, value FROM json_each($long)), sums AS (
      SELECT u.session_id, u.client, u.model, ${day} AS day, ${week} AS week,
        u.is_fast, l.value IS NOT NULL AND u.hidden = 0
          AND (u.input + u.cache_read + u.cache_write_5m + u.cache_write_1h) / nullif(u.calls, 0) > l.value AS is_long,
        u.hidden, sum(iif(${ARE_SEARCHES}, 0, u.calls)) AS calls,
        sum(iif(${ARE_SEARCHES}, u.calls, 0)) AS searches, sum(u.input) AS input, sum(u.cache_read) AS cache_read,
        sum(u.cache_write_5m) AS cache_write_5m, sum(u.cache_write_1h) AS cache_write_1h, sum(u.output) AS output,
        sum(u.reasoning) AS reasoning, sum(${told(filter)}) AS cost_told, ${told(filter)} IS NOT NULL AS is_told
      FROM mm_usage u LEFT JOIN long l ON l.key = u.model ${asksSessions ? "JOIN sessions s ON s.id = u.session_id" : ""}
      WHERE ${conditions.join(" AND ") || "TRUE"}
      GROUP BY u.session_id, u.client, u.model, day, u.is_fast, is_long, u.hidden, is_told)
    SELECT u.session_id AS sessionId, u.client AS agent, s.agent_id AS agentId, u.model, u.day, u.week, m.project, m.root,
      u.is_fast AS isFast, u.is_long AS isLong, u.hidden AS isHidden, u.calls, u.searches, u.input,
      u.cache_read AS cacheRead, u.cache_write_5m AS cacheWrite5m, u.cache_write_1h AS cacheWrite1h, u.output,
      u.reasoning, u.cost_told AS costTold, u.is_told AS isTold
    FROM sums u JOIN sessions s ON s.id = u.session_id LEFT JOIN mm_sessions m ON m.session_id = s.id
    ORDER BY u.day, u.session_id, u.model`;
}

/**
 * The calls that count, added up as far as their prices allow.
 * @param long from how many tokens on a prompt of a model is long
 */
export function usageSums(
  db: Connection,
  filter: UsageFilter,
  long: Readonly<Record<string, number>>,
): UsageSum[] {
  const { agentIds, project, since, until, sessionIds, agent } = filter;
  const parameters = {
    agentIds: agentIds === undefined ? null : JSON.stringify(agentIds),
    project: project === undefined ? null : projectParameter(project),
    since: since ?? null,
    until: until ?? null,
    sessionIds: sessionIds === undefined ? null : JSON.stringify(sessionIds),
    agent: agent ?? null,
    long: JSON.stringify(long),
  };
  return db
    .query<Row, [Record<string, string | number | null>]>(statement(filter))
    .all(parameters)
    .map((row) => ({
      ...row,
      isFast: row.isFast === 1,
      isLong: row.isLong === 1,
      isHidden: row.isHidden === 1,
      isTold: row.isTold === 1,
    }));
}
