import { toTimestamp } from "../../text/time.ts";
import type { Connection } from "../connection.ts";

/** A session of which a transcript tells. Times are milliseconds since 1970. */
export interface ToldSession {
  readonly id: string;
  readonly startedAt: string;
  readonly endedAt: string | null;
  readonly endedBy: string | null;
  readonly endedMs: number | null;
  readonly lastEventAt: number | null;
  readonly summary: string | null;
  readonly keepsSummary: number;
  readonly titleFrom: string | null;
  /** Whether a hook told its start. */
  readonly started: number;
  readonly parent: string | null;
  readonly agent_pid: number | null;
  readonly agent_ticks: number | null;
  readonly agent_pid_ns: number | null;
}

const COLUMNS = `s.id, s.started_at AS startedAt, s.ended_at AS endedAt, m.ended_by AS endedBy, m.ended_ms AS endedMs,
    m.last_event_ms AS lastEventAt, s.summary, m.keeps_summary AS keepsSummary, m.title_from AS titleFrom, m.started, m.parent_id AS parent,
    m.agent_pid, m.agent_ticks, m.agent_pid_ns`;

const TOLD = `SELECT ${COLUMNS}
  FROM mm_sessions m JOIN sessions s ON s.id = m.session_id WHERE m.agent_id = ?1 AND m.external_id = ?2`;

export function findToldSession(
  db: Connection,
  agentId: string,
  externalId: string,
): ToldSession | null {
  return db.query<ToldSession, [string, string]>(TOLD).get(agentId, externalId);
}

const IS_SILENT = `m.client IS NOT NULL AND m.ended_ms IS NULL AND s.ended_at IS NULL AND m.history = 1
    AND m.last_event_ms < ?1`;

const SILENT = `SELECT ${COLUMNS}, m.transcript
  FROM mm_sessions m JOIN sessions s ON s.id = m.session_id WHERE ${IS_SILENT}`;

/** Sessions with a transcript that have no end, and no event since a time in milliseconds since 1970. */
export function silentSessions(
  db: Connection,
  since: number,
): (ToldSession & { readonly transcript: string | null })[] {
  return db.query<ToldSession & { transcript: string | null }, [number]>(SILENT).all(since);
}

/** The ids come first, so that no other session is looked at. */
export const STILL_SILENT = `SELECT ${COLUMNS} FROM json_each(?2) i CROSS JOIN mm_sessions m ON m.session_id = i.value
    JOIN sessions s ON s.id = m.session_id WHERE ${IS_SILENT}`;

/** Those of some sessions that are silent still. */
export function stillSilent(db: Connection, since: number, ids: readonly string[]): ToldSession[] {
  return db.query<ToldSession, [number, string]>(STILL_SILENT).all(since, JSON.stringify(ids));
}

const HOOKED = `SELECT external_id AS id FROM mm_sessions
  WHERE agent_id = ?1 AND external_id IS NOT NULL AND started = 1`;

/** The agent's own ids of its sessions whose start a hook has told. */
export function hookedIds(db: Connection, agentId: string): string[] {
  return db
    .query<{ id: string }, [string]>(HOOKED)
    .all(agentId)
    .map(({ id }) => id);
}

const TITLED = `SELECT s.id, m.external_id AS externalId, m.title_from AS titleFrom,
    CASE WHEN json_valid(s.metadata) THEN json_extract(s.metadata, '$.title') END AS title
  FROM mm_sessions m JOIN sessions s ON s.id = m.session_id
  WHERE m.agent_id = ?1 AND m.history = 1 AND m.external_id IN (SELECT value FROM json_each(?2))`;

/** A session with a transcript, and its title. */
export interface TitledSession {
  readonly id: string;
  readonly externalId: string;
  readonly titleFrom: string | null;
  readonly title: unknown;
}

/** Those of an agent's sessions with these ids of its own that have a transcript. */
export function titledSessions(
  db: Connection,
  agentId: string,
  externalIds: readonly string[],
): TitledSession[] {
  const ids = JSON.stringify(externalIds);
  return db.query<TitledSession, [string, string]>(TITLED).all(agentId, ids);
}

/** What a transcript tells of a session, redacted. */
export interface ToldFacts {
  readonly parent: string | null;
  /** The session from which it has calls, if no parent is told. */
  readonly copiedFrom: string | null;
  readonly model: string | null;
  readonly version: string | null;
  readonly branch: string | null;
  readonly remote: string | null;
  readonly cwd: string | null;
  readonly origin: string | null;
  readonly transcript: string | null;
}

/** Of a fork a hook can only guess the parent. A transcript is worth more than a file of prompts. The session's own folder, branch and remote belong together: none is filled in where another folder is known. */
const FILL = `UPDATE mm_sessions SET history = 1, parent_id = coalesce($parent, parent_id, $copiedFrom),
    model = coalesce(model, $model), client_version = coalesce(client_version, $version),
    branch = CASE WHEN cwd IS NULL OR cwd = $cwd THEN coalesce(branch, $branch) ELSE branch END,
    remote = CASE WHEN cwd IS NULL OR cwd = $cwd THEN coalesce(remote, $remote) ELSE remote END,
    root = CASE WHEN project IS NOT NULL THEN root WHEN started IS NOT 1 AND $origin IS NOT NULL THEN $origin
      WHEN cwd IS NULL THEN coalesce(root, $cwd) ELSE root END,
    cwd = coalesce(cwd, $cwd),
    transcript = CASE WHEN transcript LIKE '%/history.jsonl' THEN coalesce($transcript, transcript)
      ELSE coalesce(transcript, $transcript) END,
    last_event_ms = max(coalesce(last_event_ms, $last), $last)
  WHERE session_id = $id`;

/** Adds what a session lacks, and notes that it has a transcript. */
export function fillSession(db: Connection, id: string, facts: ToldFacts, last: number): void {
  db.query<unknown, [Record<string, string | number | null>]>(FILL).run({ ...facts, id, last });
}

const RESET_START = "UPDATE sessions SET started_at = ?2 WHERE id = ?1";

/** Sets a start, also to a later time: what came before was a copy. */
export function resetStart(db: Connection, id: string, at: number): void {
  db.query(RESET_START).run(id, toTimestamp(new Date(at)));
}

const SET_PARENT =
  "UPDATE mm_sessions SET parent_id = ?2 WHERE session_id = ?1 AND parent_id IS NULL";

export function setParent(db: Connection, id: string, parent: string): void {
  db.query(SET_PARENT).run(id, parent);
}

const BY_EXTERNAL_ID =
  "SELECT session_id AS id FROM mm_sessions WHERE agent_id = ?1 AND external_id = ?2";

export function sessionIdOf(db: Connection, agentId: string, externalId: string): string | null {
  return (
    db.query<{ id: string }, [string, string]>(BY_EXTERNAL_ID).get(agentId, externalId)?.id ?? null
  );
}

const ADOPT = `UPDATE mm_sessions SET parent_id = ?1 WHERE session_id IN (
    SELECT session_id FROM mm_transcripts WHERE client = ?2 AND parent = ?3 AND session_id IS NOT ?1)`;

/** Links the forks whose parent was unknown when they were stored. */
export function adoptForks(db: Connection, id: string, agent: string, externalId: string): void {
  db.query(ADOPT).run(id, agent, externalId);
}
