import { parseJsonText } from "../text/json.ts";
import { isObject } from "../text/text.ts";
import type { Connection } from "./connection.ts";
import * as sql from "./statements.ts";

/** A row of `sessions`. Odd values that other programs wrote have been made to fit. */
export interface Session {
  readonly id: string;
  readonly agentId: string;
  /** As stored, normally in the format of `toTimestamp`. */
  readonly startedAt: string;
  /** Null while the session is active. */
  readonly endedAt: string | null;
  readonly summary: string | null;
  /** `{}` if the stored text is no JSON object. */
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly namespace: string;
}

export function isActive(session: Session): boolean {
  return session.endedAt === null;
}

export function titleOf(session: Session): string | null {
  const title = session.metadata["title"];
  return typeof title === "string" && title !== "" ? title : null;
}

/** Where a title is from. Later sources replace earlier ones. */
export const TITLE_SOURCES = ["greeting", "command", "prompt", "client", "person"] as const;
export type TitleSource = (typeof TITLE_SOURCES)[number];

/** A row of `sessions` as it may be stored. */
export interface SessionRow {
  readonly id: unknown;
  readonly agent_id: unknown;
  readonly started_at: unknown;
  readonly ended_at: unknown;
  readonly summary: unknown;
  readonly metadata: unknown;
  readonly namespace: unknown;
}

/** Like `storedText`, but null for NULL. */
export function textOrNull(value: unknown): string | null {
  if (value === null || value === undefined) return null;
  return value instanceof Uint8Array ? new TextDecoder().decode(value) : String(value);
}

/** A stored value as text, whatever type another program stored. */
export function storedText(value: unknown): string {
  return textOrNull(value) ?? "";
}

/** Parses a stored JSON object. Anything else is `{}`, and so is one that is nested too deeply for SQLite. */
export function parseMetadata(value: unknown): Readonly<Record<string, unknown>> {
  if (typeof value !== "string" || value === "{}" || value === "") return {};
  try {
    const parsed = parseJsonText(value);
    return isObject(parsed) ? parsed : {};
  } catch {
    return {};
  }
}

/** The largest time of a Date. */
const MAX_MS = 8.64e15;

/** A stored time in milliseconds since 1970, or null if it is invalid. */
export function storedMs(ms: unknown): number | null {
  return typeof ms === "number" && Math.abs(ms) <= MAX_MS ? ms : null;
}

/** The process that an agent is, as far as a later one can tell by it whether the agent is still there. */
export interface AgentProcess {
  readonly pid: number;
  /** When it started, in ticks since the machine did; null where the system doesn't tell. */
  readonly startedTicks: number | null;
  /** Names the pid namespace in which the pid counts; null where the system has none. */
  readonly namespace: number | null;
}

/** What a row of `mm_sessions` says of the agent's process, or null for nothing. */
export function agentProcessOf(row: Readonly<Record<string, unknown>>): AgentProcess | null {
  const pid = storedMs(row["agent_pid"]);
  if (pid === null) return null;
  return {
    pid,
    startedTicks: storedMs(row["agent_ticks"]),
    namespace: storedMs(row["agent_pid_ns"]),
  };
}

/** A time in milliseconds since 1970: `mm`'s own, else the seconds that SQLite read from a text. Null if neither is valid. */
export function storedTime(ownMs: unknown, seconds: unknown): number | null {
  return storedMs(ownMs) ?? storedMs(typeof seconds === "number" ? seconds * 1000 : null);
}

/** Makes a row of `sessions` fit. */
export function toSession(row: SessionRow): Session {
  return {
    id: storedText(row.id),
    agentId: storedText(row.agent_id),
    startedAt: storedText(row.started_at),
    endedAt: textOrNull(row.ended_at),
    summary: textOrNull(row.summary),
    metadata: parseMetadata(row.metadata),
    namespace: storedText(row.namespace),
  };
}

export function findSession(db: Connection, id: string): Session | null {
  const row = db.query<SessionRow, [string]>(sql.SESSION_BY_ID).get(id);
  return row === null ? null : toSession(row);
}

/** The sessions whose id starts with `prefix`, newest first, at most `limit`. */
export function listSessionsByPrefix(db: Connection, prefix: string, limit: number): Session[] {
  return db
    .query<SessionRow, [string, number]>(sql.SESSIONS_BY_PREFIX)
    .all(prefix, limit)
    .map(toSession);
}

/** The session that an agent knows by its own id. */
export function findSessionByExternalId(
  db: Connection,
  agentId: string,
  externalId: string,
): Session | null {
  const row = db
    .query<SessionRow, [string, string]>(sql.SESSION_BY_EXTERNAL_ID)
    .get(agentId, externalId);
  return row === null ? null : toSession(row);
}

/** The active sessions that started strictly before the timestamp, oldest first. */
export function findStaleActiveSessions(db: Connection, startedBefore: string): Session[] {
  return db
    .query<SessionRow, [string]>(sql.STALE_ACTIVE_SESSIONS)
    .all(startedBefore)
    .map(toSession);
}

/** Whether `findStaleActiveSessions` would find any. */
export function hasStaleActiveSession(db: Connection, startedBefore: string): boolean {
  return db.query(sql.ANY_STALE_SESSION).get(startedBefore) !== null;
}

/** The first characters of each id, or the whole id if another session's id starts with the same ones. */
export function shortIds(db: Connection, ids: readonly string[]): string[] {
  const unlike = db.query<{ id: string }, [string]>(sql.UNLIKE_OTHERS).all(JSON.stringify(ids));
  const unique = new Set(unlike.map(({ id }) => id));
  return ids.map((id) => (unique.has(id) ? [...id].slice(0, sql.SHORT_ID_CHARS).join("") : id));
}
