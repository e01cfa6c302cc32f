import { IN_PROJECT, type ProjectFilter, projectParameter } from "../projects/sql.ts";
import type { Connection } from "../store/connection.ts";
import { CIRCUMSTANCES, type Circumstances, toCircumstances } from "../store/observed.ts";
import {
  type Session,
  type SessionRow,
  storedMs,
  storedText,
  textOrNull,
  toSession,
} from "../store/rows.ts";
import { epochSeconds, metadataText } from "../store/statements.ts";

/** A session that may have changed a file. */
export interface WorkingSession extends Session, Circumstances {
  /** The git folder of its repository. */
  readonly project: string | null;
}

/** More sessions at once are not looked at. */
const MAX_SESSIONS = 500;
/** Hooks may be late, and some are lost. */
const SLACK_MS = 600_000;

const BETWEEN = `SELECT s.id, s.agent_id, s.started_at, s.ended_at, s.summary, s.metadata, s.namespace,
    m.project, ${CIRCUMSTANCES}
  FROM sessions s JOIN mm_sessions m ON m.session_id = s.id
  WHERE ${IN_PROJECT} AND ${epochSeconds("s.started_at")} * 1000 <= $to
    AND coalesce(m.last_event_ms, m.ended_ms, $from) + ${SLACK_MS} >= $from
  ORDER BY coalesce(m.last_event_ms, m.ended_ms) DESC, s.rowid DESC LIMIT ${MAX_SESSIONS}`;

type Row = SessionRow & Readonly<Record<string, unknown>>;

/** The sessions of a project that were at work between two times, in milliseconds since 1970; the latest first. */
export function sessionsBetween(
  db: Connection,
  project: ProjectFilter,
  from: number,
  to: number,
): WorkingSession[] {
  const values = { $project: projectParameter(project), $from: from, $to: to };
  return db
    .query<Row, [Record<string, string | number>]>(BETWEEN)
    .all(values)
    .map((row) => ({
      ...toSession(row),
      ...toCircumstances(row),
      project: textOrNull(row["project"]),
    }));
}

const AT = `coalesce(o.at_ms, ${epochSeconds("e.created_at")} * 1000)`;

/** What a session did with files whose path has a word in it, in order. */
const FILE_EVENTS = `SELECT * FROM (
    SELECT ${AT} AS at, ${metadataText("e.metadata", "tool")} AS tool, e.event_type = 'error' AS failed,
      ${metadataText("e.metadata", "file")} AS path
    FROM session_events e LEFT JOIN mm_events o ON o.event_id = e.id
    WHERE e.session_id = ?1 AND instr(e.metadata, ?2) > 0)
  WHERE path IS NOT NULL ORDER BY at`;

/** What a tool did with a file. */
export interface FileEvent {
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly tool: string;
  readonly failed: boolean;
  readonly path: string;
}

/** What a session did with files of this name, in order. */
export function fileEvents(db: Connection, id: string, name: string): FileEvent[] {
  const inJson = JSON.stringify(name).slice(1, -1);
  return db
    .query<Readonly<Record<string, unknown>>, [string, string]>(FILE_EVENTS)
    .all(id, inJson)
    .map((row) => ({
      at: storedMs(row["at"]) ?? 0,
      tool: storedText(row["tool"]),
      failed: row["failed"] === 1,
      path: storedText(row["path"]),
    }));
}

const SAID_BEFORE = `SELECT content FROM (
    SELECT e.id, substr(e.content, 1, 2000) AS content, ${AT} AS at
    FROM session_events e LEFT JOIN mm_events o ON o.event_id = e.id
    WHERE e.session_id = ?1 AND e.event_type = ?2)
  WHERE at <= ?3 ORDER BY at DESC, id DESC LIMIT 1`;

/** The last prompt, or answer, of a session up to a time. */
export function saidBefore(
  db: Connection,
  id: string,
  type: "prompt" | "assistant",
  at: number,
): string | null {
  const row = db
    .query<{ content: unknown }, [string, string, number]>(SAID_BEFORE)
    .get(id, type, at);
  return row === null ? null : storedText(row.content);
}
