import type { Repository } from "../files/git.ts";
import { countsEvents } from "../text/summary.ts";
import type { Connection } from "./connection.ts";
import { type AgentProcess, agentProcessOf, parseMetadata, type TitleSource } from "./rows.ts";
import * as sql from "./statements.ts";
import type { OwnSession } from "./tables.ts";

/** What a hook call's effect depends on. Times are milliseconds since 1970. */
export interface Known {
  readonly active: boolean;
  /** The time of the latest event, stored or not. */
  readonly lastEventAt: number;
  /** The end of an ended session. */
  readonly endedAt: number;
  /** Whether a person ended it, not its agent or `mm`. */
  readonly endedByPerson: boolean;
  /** Whether its agent told the end. */
  readonly endedByClient: boolean;
  /** Whether only the end of its transcript tells that it ended. */
  readonly endedByTranscript: boolean;
  /** Whether events of its transcript are stored. */
  readonly hasHistory: boolean;
}

/** Where a session works: its repository, and the agent's folder. */
export interface Whereabouts extends Repository {
  readonly cwd: string | null;
}

/** The session that an agent knows by its own id. */
export interface HookedSession {
  readonly id: string;
  readonly known: Known;
  readonly whereabouts: Whereabouts;
  readonly endedAt: string | null;
  readonly summary: string | null;
  /** Why it ended, in the agent's words. */
  readonly endReason: string | null;
  /** Where the title is from; null if there is none. */
  readonly titleFrom: TitleSource | null;
  /** Whether its start was reported, not only later events. */
  readonly started: boolean;
  /** Whether a person wrote its summary, which no automatic one may replace. */
  readonly keepsSummary: boolean;
  /** Whether it has ended, and its automatic summary counts its events. */
  readonly isCounted: boolean;
  readonly process: AgentProcess | null;
}

type HookedRow = Pick<
  OwnSession,
  | "session_id"
  | "last_event_ms"
  | "ended_ms"
  | "ended_by"
  | "end_reason"
  | "title_from"
  | "keeps_summary"
  | "started"
  | "history"
  | "project"
  | "folder"
  | "first_commit"
  | "remote"
  | "root"
  | "branch"
  | "cwd"
> & {
  readonly ended_at: string | null;
  readonly summary: string | null;
  readonly metadata: unknown;
} & Readonly<Record<string, unknown>>;

export function findHookedSession(
  db: Connection,
  agentId: string,
  externalId: string,
): HookedSession | null {
  const row = db.query<HookedRow, [string, string]>(sql.HOOKED_SESSION).get(agentId, externalId);
  if (row === null) return null;
  const autoEnded = parseMetadata(row.metadata)["auto_ended"] === true;
  const { project, folder, first_commit: firstCommit, remote, root, branch, cwd } = row;
  const byMachine = row.ended_by !== null || autoEnded;
  return {
    id: row.session_id,
    known: {
      active: row.ended_at === null,
      lastEventAt: row.last_event_ms ?? 0,
      endedAt: row.ended_ms ?? (Date.parse(row.ended_at ?? "") || 0),
      endedByPerson: row.ended_at !== null && !byMachine,
      endedByClient: row.ended_by === "client",
      endedByTranscript: row.ended_by === "transcript",
      hasHistory: row.history === 1,
    },
    whereabouts: { project, folder, firstCommit, remote, root, branch, cwd },
    endedAt: row.ended_at,
    summary: row.summary,
    endReason: row.end_reason,
    titleFrom: row.title_from as TitleSource | null,
    started: row.started === 1,
    keepsSummary: row.keeps_summary === 1,
    isCounted: row.ended_at !== null && row.keeps_summary !== 1 && countsEvents(row.summary ?? ""),
    process: agentProcessOf(row),
  };
}

/** The agent's session that was last active in this working tree, or null. */
export function lastSessionInTree(
  db: Connection,
  agent: string,
  root: string | null,
): string | null {
  if (root === null) return null;
  const row = db
    .query<{ session_id: string }, [string, string]>(sql.LAST_ACTIVE_IN_TREE)
    .get(agent, root);
  return row?.session_id ?? null;
}

export function hasEvents(db: Connection, sessionId: string): boolean {
  return db.query(sql.HAS_EVENTS).get(sessionId) !== null;
}

/** Whether a row of another program's table refers to the session and would be deleted with it. */
export function isReferredTo(db: Connection, id: string): boolean {
  return db
    .query<{ table_name: string; column_name: string }, []>(sql.REFERENCES_TO_SESSIONS)
    .all()
    .some(({ table_name, column_name }) => {
      const where = `${sql.quoted(table_name)} WHERE ${sql.quoted(column_name)} = ?1`;
      return db.query(`SELECT 1 FROM ${where} LIMIT 1`).get(id) !== null;
    });
}

/** Deletes a session that `mm` made, with everything that refers to it. */
export function deleteSession(db: Connection, id: string): void {
  db.query(sql.DELETE_SESSION).run(id);
}

/** Whether both are one process, or both unknown. */
export function isSameProcess(one: AgentProcess | null, other: AgentProcess | null): boolean {
  return (
    one?.pid === other?.pid &&
    one?.startedTicks === other?.startedTicks &&
    one?.namespace === other?.namespace
  );
}

/** Notes which process the agent of a session is; null where nobody can tell any more. */
export function setAgentProcess(db: Connection, id: string, agent: AgentProcess | null): void {
  const { pid = null, startedTicks = null, namespace = null } = agent ?? {};
  db.query(sql.SET_AGENT_PROCESS).run(id, pid, startedTicks, namespace);
}

/** A session of hooks that hasn't ended, with the time of its last sign of life. */
export interface OpenSession {
  readonly id: string;
  readonly agentId: string;
  /** The id that the agent knows it by. */
  readonly externalId: string | null;
  readonly agent: string | null;
  readonly lastEventAt: number;
  readonly process: AgentProcess | null;
}

type OpenRow = Readonly<Record<string, unknown>> &
  Pick<OwnSession, "session_id" | "agent_id" | "external_id" | "client" | "last_event_ms">;

/** The sessions of other processes that haven't ended: of those that were heard of last, a bounded number. */
export function listOpenSessions(db: Connection, own: AgentProcess | null): OpenSession[] {
  return db
    .query<OpenRow, [number | null, number | null]>(sql.OPEN_SESSIONS)
    .all(own?.pid ?? null, own?.startedTicks ?? null)
    .map((row) => ({
      id: row.session_id,
      agentId: row.agent_id,
      externalId: row.external_id,
      agent: row.client,
      lastEventAt: row.last_event_ms ?? 0,
      process: agentProcessOf(row),
    }));
}
