import { constants, Database } from "bun:sqlite";
import { existsSync, realpathSync } from "node:fs";
import { toObserved } from "../states/observe.ts";
import type { Observed } from "../states/state.ts";
import type { Connection } from "../store/connection.ts";
import { OBSERVED } from "../store/observed.ts";
import { parseMetadata, storedText } from "../store/rows.ts";

const COLUMNS = "id, agent_id, metadata, ended_at";

export const LIVE_IDS = `SELECT ${COLUMNS} FROM sessions WHERE ended_at IS NULL
  ORDER BY started_at DESC LIMIT ?1`;

export const RECENT_SESSIONS = `SELECT ${COLUMNS} FROM sessions WHERE ended_at IS NOT NULL
  ORDER BY started_at DESC LIMIT ?1`;

export const SESSIONS_WITH_PREFIX = `SELECT ${COLUMNS} FROM sessions
  WHERE id >= ?1 AND id < ?1 || char(0x10FFFF) ORDER BY id LIMIT ?2`;

/** Skips from one agent to the next along the index, because a DISTINCT would read every row. */
export const AGENT_IDS = `WITH RECURSIVE agents(agent_id) AS (
    SELECT min(agent_id) FROM sessions
    UNION ALL
    SELECT (SELECT min(agent_id) FROM sessions WHERE agent_id > agents.agent_id)
    FROM agents WHERE agent_id IS NOT NULL LIMIT ?1
  ) SELECT agent_id FROM agents WHERE agent_id IS NOT NULL`;

/** What people need to recognize a session. */
export interface KnownSession {
  readonly id: string;
  readonly agentId: string;
  readonly title: string | null;
  readonly isActive: boolean;
}

interface Row {
  readonly id: unknown;
  readonly agent_id: unknown;
  readonly metadata: unknown;
  readonly ended_at: unknown;
}

function toKnown(row: Row): KnownSession {
  const title = parseMetadata(row.metadata)["title"];
  return {
    id: storedText(row.id),
    agentId: storedText(row.agent_id),
    title: typeof title === "string" ? title : null,
    isActive: row.ended_at === null,
  };
}

/**
 * Opens a database to read a few rows without creating files: SQLite would create the write-ahead log if it
 * is missing. Without a log nobody is writing, so the file can be opened as immutable.
 * @throws SQLiteError
 */
function openQuietly(path: string): Connection {
  const real = realpathSync(path);
  if (existsSync(`${real}-wal`)) return new Database(real, { readonly: true, strict: true });
  const { SQLITE_OPEN_READONLY, SQLITE_OPEN_URI } = constants;
  return new Database(
    `${Bun.pathToFileURL(real).href}?immutable=1`,
    SQLITE_OPEN_READONLY | SQLITE_OPEN_URI,
  );
}

/** Runs `work` on an existing database. */
export function readQuietly<T>(path: string, work: (db: Connection) => T): T {
  const db = openQuietly(path);
  try {
    return work(db);
  } finally {
    db.close(true);
  }
}

/** Which sessions to offer. */
interface Wanted {
  /** The prefix of their ids. */
  readonly prefix: string;
  readonly onlyLive: boolean;
  readonly limit: number;
  canBeNamed(id: string): boolean;
}

/** The first sessions that match. Reads more and more rows until there are enough. */
function firstWanted(
  db: Connection,
  statement: string,
  params: readonly string[],
  { prefix, limit, canBeNamed }: Wanted,
): KnownSession[] {
  const query = db.query<Row, (string | number)[]>(statement);
  for (let window = limit; ; window *= 16) {
    const rows = query.all(...params, window);
    const wanted = rows.filter((row) => {
      const id = storedText(row.id);
      return id.startsWith(prefix) && canBeNamed(id);
    });
    if (wanted.length >= limit || rows.length < window) return wanted.slice(0, limit).map(toKnown);
  }
}

/** Sessions whose id starts with the prefix. Without a prefix, active ones first, each newest first. */
export function sessionsToName(db: Connection, wanted: Wanted): KnownSession[] {
  const { prefix, onlyLive, limit } = wanted;
  if (!onlyLive && prefix !== "") return firstWanted(db, SESSIONS_WITH_PREFIX, [prefix], wanted);
  const live = firstWanted(db, LIVE_IDS, [], wanted);
  if (onlyLive || live.length === limit) return live;
  return [...live, ...firstWanted(db, RECENT_SESSIONS, [], wanted)].slice(0, limit);
}

/** ?1 is a JSON array of ids. */
export const OBSERVED_SESSIONS = `SELECT s.id, ${OBSERVED}
  FROM sessions s LEFT JOIN mm_sessions m ON m.session_id = s.id
  WHERE s.id IN (SELECT value FROM json_each(?1))`;

/** What the states of these sessions depend on, by id; empty where `mm` has no tables in the database yet. */
export function observedSessions(db: Connection, ids: readonly string[]): Map<string, Observed> {
  try {
    const rows = db
      .query<Readonly<Record<string, unknown>>, [string]>(OBSERVED_SESSIONS)
      .all(JSON.stringify(ids));
    return new Map(rows.map((row) => [storedText(row["id"]), toObserved(row)]));
  } catch {
    return new Map();
  }
}

/** The ids of agents that have sessions, sorted. */
export function agentsWithSessions(db: Connection, limit: number): string[] {
  const rows = db.query<{ agent_id: unknown }, [number]>(AGENT_IDS).all(limit);
  return rows.map(({ agent_id }) => storedText(agent_id));
}
