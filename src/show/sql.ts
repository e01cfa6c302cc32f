import type { Connection } from "../store/connection.ts";
import { LAST_TURN_TYPE, lastSignOfLife } from "../store/observed.ts";
import {
  type AgentProcess,
  agentProcessOf,
  parseMetadata,
  storedMs,
  storedText,
  storedTime,
  textOrNull,
} from "../store/rows.ts";
import { AGENT_PROCESS, epochSeconds, localMinute, metadataText } from "../store/statements.ts";
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

export const FORKS = "SELECT session_id AS id FROM mm_sessions WHERE parent_id = ?1 ORDER BY rowid";

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
      ${LAST_TURN_TYPE} AS turn_type, ${lastSignOfLife(epochSeconds("e.created_at"))} AS last_at
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
