import { toObserved } from "../states/observe.ts";
import type { Observed } from "../states/state.ts";
import type { Connection } from "../store/connection.ts";
import {
  CIRCUMSTANCES,
  type Circumstances,
  LAST_EVENT_S,
  lastSignOfLife,
  OBSERVED,
  toCircumstances,
} from "../store/observed.ts";
import { recentlyActive, WITH_OWN } from "../store/recent/recent.ts";
import { type Session, type SessionRow, storedText, textOrNull, toSession } from "../store/rows.ts";

/** A session that an agent reported. */
export interface ReportedSession extends Session, Observed, Circumstances {
  readonly project: string | null;
}

const IS_REPORTED = "m.client IS NOT NULL AND m.external_id IS NOT NULL";
const COLUMNS = `s.id, s.agent_id, s.started_at, s.ended_at, s.summary, s.metadata, s.namespace,
      m.project, ${CIRCUMSTANCES}, ${OBSERVED}`;

const ARE_MORE = `SELECT 1 FROM mm_sessions m WHERE ${IS_REPORTED} LIMIT 1 OFFSET ?1`;

/** Those that were last active, first. */
export const REPORTED = `SELECT ${COLUMNS} FROM mm_sessions m JOIN sessions s ON s.id = m.session_id
    WHERE ${IS_REPORTED} ORDER BY last_at DESC, s.rowid DESC LIMIT ?1`;

const AT = lastSignOfLife(LAST_EVENT_S);

/** The same where there are more than are asked for: only those are looked at closely. */
export const REPORTED_OF_MANY = `${recentlyActive({ at: AT, where: IS_REPORTED, first: "TRUE", limit: "?1" })}
  SELECT ${COLUMNS} FROM (SELECT s.rowid AS number FROM recent CROSS JOIN ${WITH_OWN}
      WHERE s.rowid = recent.number AND ${IS_REPORTED} ORDER BY ${AT} DESC, s.rowid DESC LIMIT ?1) p
    CROSS JOIN ${WITH_OWN} WHERE s.rowid = p.number
    ORDER BY last_at DESC, s.rowid DESC`;

type Row = SessionRow & Readonly<Record<string, unknown>>;

function toReported(row: Row): ReportedSession {
  return {
    ...toSession(row),
    ...toObserved(row),
    ...toCircumstances(row),
    project: textOrNull(row["project"]),
  };
}

/** The sessions that agents reported, those that were last active first, at most `limit`. */
export function reportedSessions(db: Connection, limit: number): ReportedSession[] {
  const areMore = db.query<unknown, [number]>(ARE_MORE).get(limit) !== null;
  return db
    .query<Row, [number]>(areMore ? REPORTED_OF_MANY : REPORTED)
    .all(limit)
    .map(toReported);
}

const WITH_PROMPT = `SELECT DISTINCT session_id FROM session_events
  WHERE event_type = 'prompt' AND instr(lower(content), lower(?1)) > 0`;

/** The ids of the sessions with a prompt that contains this text, in either case of ASCII letters. */
export function sessionsWithPrompt(db: Connection, text: string): Set<string> {
  const rows = db.query<{ session_id: unknown }, [string]>(WITH_PROMPT).all(text);
  return new Set(rows.map(({ session_id }) => storedText(session_id)));
}

const TRANSCRIPT = "SELECT transcript FROM mm_sessions WHERE session_id = ?1";

/** The path of a session's transcript, if one is known. */
export function transcriptOf(db: Connection, id: string): string | null {
  return textOrNull(db.query<{ transcript: unknown }, [string]>(TRANSCRIPT).get(id)?.transcript);
}
