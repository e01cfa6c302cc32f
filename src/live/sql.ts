import { type AgentProcess, agentProcessOf } from "../store/hooked-sessions.ts";
import { type Session, type SessionRow, storedMs, textOrNull, toSession } from "../store/rows.ts";
import {
  AGENT_PROCESS,
  LAST_TURN_TYPE,
  lastSignOfLife,
  SHORT_ID_CHARS,
} from "../store/statements.ts";
import type { View } from "../store/store.ts";

/** A session that hasn't ended; times in milliseconds since 1970. */
export interface ActiveSession extends Session {
  /** The least of the id that names this session alone, but for ids that aren't long. */
  readonly shortId: string;
  readonly lastType: string | null;
  /** Of the last event that tells whether the agent is at work. */
  readonly turnType: string | null;
  /** Of the last sign of life: an event, what else a hook told, or the start; null where nothing stored is a time. */
  readonly lastAt: number | null;
  readonly agent: string | null;
  /** The agent's own id of it. */
  readonly externalId: string | null;
  readonly transcript: string | null;
  readonly model: string | null;
  readonly project: string | null;
  readonly root: string | null;
  readonly cwd: string | null;
  readonly branch: string | null;
  readonly process: AgentProcess | null;
}

const OWN_COLUMNS = [
  "client",
  "external_id",
  "transcript",
  "model",
  "project",
  "root",
  "cwd",
  "branch",
];

/** Every active session with its last event; the latest started first. */
export const ACTIVE_SESSIONS = `SELECT s.id, s.agent_id, s.started_at, s.ended_at, s.summary, s.metadata, s.namespace,
      e.event_type, ${LAST_TURN_TYPE} AS turn_type, ${lastSignOfLife("e.created_at")} AS last_at, ${OWN_COLUMNS.map((name) => `m.${name}`).join(", ")}, ${AGENT_PROCESS},
      (SELECT count(*) FROM (SELECT 1 FROM sessions o WHERE o.id >= substr(s.id, 1, ${SHORT_ID_CHARS})
        AND o.id < substr(s.id, 1, ${SHORT_ID_CHARS}) || char(0x10FFFF) LIMIT 2)) AS alike
    FROM sessions s LEFT JOIN mm_sessions m ON m.session_id = s.id
    LEFT JOIN session_events e ON e.id = (SELECT max(id) FROM session_events WHERE session_id = s.id)
    WHERE s.ended_at IS NULL ORDER BY s.started_at DESC, s.rowid DESC`;

type Row = SessionRow & Readonly<Record<string, unknown>>;

function toActive(row: Row): ActiveSession {
  const session = toSession(row);
  return {
    ...session,
    shortId: row["alike"] === 1 ? session.id.slice(0, SHORT_ID_CHARS) : session.id,
    lastType: textOrNull(row["event_type"]),
    turnType: textOrNull(row["turn_type"]),
    lastAt: storedMs(row["last_at"]),
    agent: textOrNull(row["client"]),
    externalId: textOrNull(row["external_id"]),
    transcript: textOrNull(row["transcript"]),
    model: textOrNull(row["model"]),
    project: textOrNull(row["project"]),
    root: textOrNull(row["root"]),
    cwd: textOrNull(row["cwd"]),
    branch: textOrNull(row["branch"]),
    process: agentProcessOf(row),
  };
}

/** All sessions that haven't ended, whoever made them; the latest started first. */
export function activeSessions({ db }: View): ActiveSession[] {
  return db.query<Row, []>(ACTIVE_SESSIONS).all().map(toActive);
}
