import { IN_PROJECT, type ProjectFilter } from "../../projects/sql.ts";
import { LAST_EVENT_S, lastSignOfLife, OBSERVED } from "../../store/observed.ts";
import { recentlyActive, WITH_OWN } from "../../store/recent/recent.ts";
import { OF_AGENTS } from "../../store/statements.ts";

/** The filters of `session list`. Times are timestamps. */
export interface ListFilter {
  /** The agent ids to select. */
  readonly agents?: readonly string[] | undefined;
  readonly activeOnly: boolean;
  readonly project?: ProjectFilter | undefined;
  readonly since?: string | undefined;
  readonly until?: string | undefined;
  readonly limit: number;
  /** What comes first: what started last, or what was active last. */
  readonly order: "started" | "active";
}

function conditions(filter: Omit<ListFilter, "limit" | "order">): string {
  const where = [
    filter.agents !== undefined && OF_AGENTS,
    filter.activeOnly && "s.ended_at IS NULL",
    filter.project !== undefined && IN_PROJECT,
    filter.since !== undefined && "s.started_at >= $since",
    filter.until !== undefined && "s.started_at < $until",
  ].filter((condition) => condition !== false);
  return where.length === 0 ? "TRUE" : where.join(" AND ");
}

const LAST_AT = lastSignOfLife(LAST_EVENT_S);
const ORDERS = {
  started: "s.started_at DESC, s.rowid DESC",
  active: "last_at DESC, s.started_at DESC, s.rowid DESC",
} as const;
/** To look up the last event of every session takes ten times as long, and hooks told of nearly all of them. */
const ABOUT_LAST_AT = `CASE WHEN typeof(m.last_event_ms) = 'integer' THEN m.last_event_ms ELSE ${LAST_AT} END`;

/** The statement with only the conditions that the filter sets. Only the sessions that it lists are looked at closely. */
export function listStatement({ order, ...filter }: ListFilter): string {
  const where = conditions(filter);
  // There is an index of these, and they are few.
  const isNarrow = order === "started" || filter.activeOnly || filter.project !== undefined;
  const recent = recentlyActive({ at: ABOUT_LAST_AT, where, first: "TRUE", limit: "$limit" });
  return `${isNarrow ? "" : recent}
    SELECT s.id, s.agent_id, s.started_at, s.ended_at, s.summary, s.metadata, s.namespace, m.project, m.root, m.cwd, m.branch,
      coalesce(strftime('%Y-%m-%d %H:%M', (${LAST_AT}) / 1000, 'unixepoch', 'localtime'), s.started_at) AS active_local,
      (SELECT count(*) FROM session_events e WHERE e.session_id = s.id) AS event_count,
      ${OBSERVED}
    FROM (SELECT s.rowid AS number, ${ABOUT_LAST_AT} AS last_at
      FROM ${isNarrow ? "" : "recent CROSS JOIN "}${WITH_OWN}
      WHERE ${isNarrow ? "" : "s.rowid = recent.number AND "}${where} ORDER BY ${ORDERS[order]} LIMIT $limit) p
    CROSS JOIN sessions s ON s.rowid = p.number LEFT JOIN mm_sessions m ON m.session_id = s.id
    ORDER BY ${ORDERS[order]}`;
}

/** How many sessions the filter lets through. A join would look up the row in `mm_sessions` of each, asked for or not. */
export function countStatement(filter: Omit<ListFilter, "limit" | "order">): string {
  const from = filter.project === undefined ? "sessions s" : WITH_OWN;
  return `SELECT count(*) AS total FROM ${from} WHERE ${conditions(filter)}`;
}
