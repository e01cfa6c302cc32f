import { IN_PROJECT, type ProjectFilter } from "../projects/sql.ts";
import type { Connection } from "../store/connection.ts";
import { LAST_EVENT_AT, LAST_TURN_TYPE, lastSignOfLife, OBSERVED } from "../store/observed.ts";
import { recentlyActive, WITH_OWN } from "../store/recent/recent.ts";
import {
  type AgentProcess,
  agentProcessOf,
  parseMetadata,
  storedMs,
  storedText,
  storedTime,
  textOrNull,
} from "../store/rows.ts";
import {
  AGENT_PROCESS,
  epochSeconds,
  localMinute,
  metadataText,
  OF_AGENTS,
} from "../store/statements.ts";
import type { View } from "../store/store.ts";
import { LONGEST_GAP_S } from "../text/duration.ts";
import { inTimeOrder } from "../text/time.ts";

/** What is stored about a session besides its row and its events. Times are milliseconds since 1970. */
export interface SessionDetails {
  /** Local time to the minute, or the stored text if it is no valid time. */
  readonly startedLocal: string;
  readonly endedLocal: string | null;
  /** Null if the stored time is invalid. */
  readonly startedAt: number | null;
  readonly endedAt: number | null;
  /** The time of the last sign of life. */
  readonly lastAt: number | null;
  /** Of the last event that tells whether the agent is at work. */
  readonly turnType: string | null;
  /** The agent's own id for the session. */
  readonly externalId: string | null;
  readonly parentId: string | null;
  readonly agent: string | null;
  readonly agentVersion: string | null;
  readonly model: string | null;
  /** The path that identifies the project, and the root of the working tree. */
  readonly project: string | null;
  readonly root: string | null;
  readonly remote: string | null;
  readonly cwd: string | null;
  readonly branch: string | null;
  readonly transcript: string | null;
  /** In the agent's words. */
  readonly endReason: string | null;
  readonly endedBy: string | null;
  readonly process: AgentProcess | null;
}

const FORKS = "SELECT session_id AS id FROM mm_sessions WHERE parent_id = ?1 ORDER BY rowid";

/** The sessions that were forked from one, by their ids. */
export function forksOf({ db }: View, id: string): string[] {
  return db
    .query<{ id: string }, [string]>(FORKS)
    .all(id)
    .map((row) => row.id);
}

/** An event of the timeline. */
export interface TimelineEvent {
  readonly type: string;
  /** The beginning, at most the number of characters requested. */
  readonly content: string;
  readonly createdAt: string;
  /** Milliseconds since 1970; null if the stored time is invalid. */
  readonly at: number | null;
  /** What went wrong, if the metadata says so. */
  readonly error: string | null;
  /** The model of an answer. */
  readonly model: string | null;
  /** For a resumed session: why it had ended before. */
  readonly endReason: string | null;
  /** Empty unless the whole event was requested. */
  readonly metadata: Readonly<Record<string, unknown>>;
}

const OWN_COLUMNS = [
  "external_id",
  "parent_id",
  "client",
  "client_version",
  "model",
  "project",
  "remote",
  "root",
  "cwd",
  "branch",
  "transcript",
  "end_reason",
  "ended_by",
  "ended_ms",
] as const;

export const DETAILS = `SELECT ${OWN_COLUMNS.map((name) => `m.${name}`).join(", ")}, ${AGENT_PROCESS},
      ${localMinute("s.started_at")} AS started_local, ${localMinute("s.ended_at")} AS ended_local,
      ${epochSeconds("s.started_at")} AS start_at, ${epochSeconds("s.ended_at")} AS end_at, s.ended_at,
      ${LAST_TURN_TYPE} AS turn_type, ${lastSignOfLife("e.created_at")} AS last_at
    FROM sessions s LEFT JOIN mm_sessions m ON m.session_id = s.id
    LEFT JOIN session_events e ON e.id = (SELECT max(id) FROM session_events WHERE session_id = s.id)
    WHERE s.id = ?1`;

type Row = Readonly<Record<string, unknown>>;

/** Reads what is stored about an existing session besides its row and its events. */
export function sessionDetails({ db }: View, id: string): SessionDetails {
  const row = db.query<Row, [string]>(DETAILS).get(id) ?? {};
  const own = (name: (typeof OWN_COLUMNS)[number]) => textOrNull(row[name]) || null;
  const startedAt = storedTime(null, row["start_at"]);
  return {
    startedLocal: storedText(row["started_local"]),
    endedLocal: textOrNull(row["ended_local"]),
    startedAt,
    endedAt: row["ended_at"] === null ? null : storedTime(row["ended_ms"], row["end_at"]),
    lastAt: storedMs(row["last_at"]),
    turnType: textOrNull(row["turn_type"]),
    externalId: own("external_id"),
    parentId: own("parent_id"),
    agent: own("client"),
    agentVersion: own("client_version"),
    model: own("model"),
    project: own("project"),
    root: own("root"),
    remote: own("remote"),
    cwd: own("cwd"),
    branch: own("branch"),
    transcript: own("transcript"),
    endReason: own("end_reason"),
    endedBy: own("ended_by"),
    process: agentProcessOf(row),
  };
}

export const ACTIVE_SECONDS = `SELECT coalesce(sum(gap), 0) AS seconds FROM (
    SELECT unixepoch(created_at) - lag(unixepoch(created_at)) OVER (ORDER BY id) AS gap
    FROM session_events WHERE session_id = ?1)
  WHERE gap BETWEEN 0 AND ${LONGEST_GAP_S}`;

/** The session's active time in milliseconds, to the second. */
export function activeTime(db: Connection, id: string): number {
  const row = db.query<{ seconds: number }, [string]>(ACTIVE_SECONDS).get(id);
  return (row?.seconds ?? 0) * 1000;
}

// substr() stops at a NUL, so only text that is too long goes through it.
const BEGINNING = `CASE WHEN length(CAST(e.content AS BLOB)) <= $chars THEN e.content
      ELSE substr(e.content, 1, $chars) END`;

/** Selects events in the order they were stored, or with `last` in reverse. `whole` selects all of their text. */
export function timelineStatement(form: "whole" | "first" | "last"): string {
  const isWhole = form === "whole";
  return `SELECT e.event_type, e.created_at, ${epochSeconds("e.created_at")} AS created_s,
      o.at_ms, ${isWhole ? "e.content" : BEGINNING} AS content,
      ${isWhole ? "e.metadata" : "NULL AS metadata"},
      ${metadataText("e.metadata", "error")} AS error, ${metadataText("e.metadata", "model")} AS model,
      ${metadataText("e.metadata", "end_reason")} AS end_reason
    FROM session_events e LEFT JOIN mm_events o ON o.event_id = e.id
    WHERE e.session_id = $id ORDER BY e.id ${form === "last" ? "DESC" : "ASC"} ${isWhole ? "" : "LIMIT $limit"}`;
}

function toTimelineEvent(row: Row): TimelineEvent {
  return {
    type: storedText(row["event_type"]),
    content: storedText(row["content"]),
    createdAt: storedText(row["created_at"]),
    at: storedTime(row["at_ms"], row["created_s"]),
    error: textOrNull(row["error"]),
    model: textOrNull(row["model"]),
    endReason: textOrNull(row["end_reason"]),
    metadata: parseMetadata(row["metadata"]),
  };
}

const happenedAt = (row: Row) => storedMs(row["at_ms"]);

/** All events in the order they happened, with everything stored about them. */
export function* wholeTimeline({ db }: View, id: string): Generator<TimelineEvent> {
  const statement = db.query<Row, [{ id: string }]>(timelineStatement("whole"));
  for (const row of inTimeOrder(statement.iterate({ id }), happenedAt)) yield toTimelineEvent(row);
}

/** The first or last `limit` events in the order they happened, with at most `chars` of their content. */
export function timelineEnd(
  { db }: View,
  id: string,
  from: "first" | "last",
  { limit, chars }: { readonly limit: number; readonly chars: number },
): TimelineEvent[] {
  const stored = db
    .query<Row, [{ id: string; limit: number; chars: number }]>(timelineStatement(from))
    .all({ id, limit, chars });
  if (from === "last") stored.reverse();
  return [...inTimeOrder(stored, happenedAt)].map(toTimelineEvent);
}

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

const LAST_AT = lastSignOfLife(LAST_EVENT_AT);
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

/** How many sessions the filter lets through. */
export function countStatement(filter: Omit<ListFilter, "limit" | "order">): string {
  return `SELECT count(*) AS total FROM ${WITH_OWN} WHERE ${conditions(filter)}`;
}
