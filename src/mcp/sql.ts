import { IN_PROJECT, type ProjectFilter, projectParameter } from "../projects/sql.ts";
import type { Connection } from "../store/connection.ts";
import { OBSERVED } from "../store/observed.ts";
import { storedText, textOrNull } from "../store/rows.ts";
import { localMinute, metadataText } from "../store/statements.ts";
import { toTimestamp } from "../text/time.ts";

type Row = Readonly<Record<string, unknown>>;

/** The active sessions that an agent reported, newest first, with what tells whether they are live. */
const ACTIVE_OF_AGENT = `SELECT s.id, m.root, ${OBSERVED} FROM sessions s JOIN mm_sessions m ON m.session_id = s.id
  WHERE s.ended_at IS NULL AND m.client = ?1 AND m.parent_id IS NULL ORDER BY s.rowid DESC LIMIT 200`;

export function activeOfAgent(db: Connection, agent: string): Row[] {
  return db.query<Row, [string]>(ACTIVE_OF_AGENT).all(agent);
}

/** Which agent reported a session; null where none did. */
const AGENT_OF = "SELECT client FROM mm_sessions WHERE session_id = ?1";

export function agentOf(db: Connection, id: string): string | null {
  return textOrNull(db.query<{ client: unknown }, [string]>(AGENT_OF).get(id)?.client);
}

const IN_PROJECT_BY_PREFIX = `SELECT s.id FROM sessions s
  WHERE s.id >= $prefix AND s.id < $prefix || char(0x10FFFF) AND ${IN_PROJECT}
  ORDER BY s.started_at DESC, s.rowid DESC LIMIT $limit`;

/** The sessions of a project whose ids begin so, newest first. */
export function ownByPrefix(
  db: Connection,
  project: ProjectFilter,
  prefix: string,
  limit: number,
): string[] {
  const values = { $prefix: prefix, $project: projectParameter(project), $limit: limit };
  return db
    .query<Row, [typeof values]>(IN_PROJECT_BY_PREFIX)
    .all(values)
    .map((row) => storedText(row["id"]));
}

/** The number of an event in its session, from 1. */
const NUMBER = "SELECT count(*) AS n FROM session_events WHERE session_id = ?1 AND id <= ?2";

export function numberOf(db: Connection, session: string, eventId: number): number {
  return db.query<{ n: number }, [string, number]>(NUMBER).get(session, eventId)?.n ?? 0;
}

/** An event as an answer shows it. */
export interface NumberedEvent {
  readonly number: number;
  readonly type: string;
  readonly local: string;
  /** Its beginning. */
  readonly content: string;
  readonly error: string | null;
}

/** More than is shown of an event. */
const LOOK_CHARS = 16_384;

/** The events after the first ?2. The ids are looked up first, since rows are long. */
const PAGE = `SELECT e.event_type, ${localMinute("e.created_at")} AS local, ${metadataText("e.metadata", "error")} AS error,
    CASE WHEN length(CAST(e.content AS BLOB)) <= ${LOOK_CHARS} THEN e.content ELSE substr(e.content, 1, ${LOOK_CHARS}) END AS content
  FROM (SELECT id FROM session_events WHERE session_id = ?1 ORDER BY id LIMIT ?3 OFFSET ?2) p
  JOIN session_events e ON e.id = p.id ORDER BY e.id`;

/** The events of a session in the order in which they were stored, `count` of them from this number on. */
export function eventsFrom(
  db: Connection,
  session: string,
  from: number,
  count: number,
): NumberedEvent[] {
  const rows = db.query<Row, [string, number, number]>(PAGE).all(session, from - 1, count);
  return rows.map((row, index) => ({
    number: from + index,
    type: storedText(row["event_type"]),
    local: storedText(row["local"]),
    content: storedText(row["content"]),
    error: textOrNull(row["error"]),
  }));
}

const LOCAL = `SELECT ${localMinute("?1")} AS local`;

/** A time, in milliseconds since 1970, in local time to the minute. */
export function localOf(db: Connection, ms: number): string {
  return storedText(db.query<Row, [string]>(LOCAL).get(toTimestamp(new Date(ms)))?.["local"]);
}

/** Whether the same was noted in a session since a timestamp. */
const NOTED = `SELECT 1 FROM session_events
  WHERE session_id = ?1 AND event_type = ?2 AND content = ?3 AND created_at >= ?4 LIMIT 1`;

export function wasNoted(
  db: Connection,
  session: string,
  note: { readonly type: string; readonly content: string },
  since: string,
): boolean {
  const statement = db.query(NOTED);
  return statement.get(session, note.type, note.content, since) !== null;
}
