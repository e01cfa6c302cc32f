import type { Connection } from "../store/connection.ts";
import { storedText, textOrNull } from "../store/rows.ts";
import { OF_AGENTS } from "../store/statements.ts";

export function countAllSessions(db: Connection): number {
  return db.query<{ n: number }, []>("SELECT count(*) AS n FROM sessions").get()?.n ?? 0;
}

const ANY_OF_AGENTS = `SELECT 1 FROM sessions s WHERE ${OF_AGENTS} LIMIT 1`;

export function hasSessionsOf(db: Connection, agentIds: readonly string[]): boolean {
  const agents = JSON.stringify(agentIds);
  return db.query<unknown, [{ agents: string }]>(ANY_OF_AGENTS).get({ agents }) !== null;
}

const AGENTS_HERE = `SELECT agent_id, count(*) AS n FROM sessions
  GROUP BY agent_id ORDER BY n DESC, agent_id LIMIT ?1`;

/** The agent ids with the most sessions. */
export function agentsHere(db: Connection, most: number) {
  const rows = db.query<{ agent_id: unknown; n: number }, [number]>(AGENTS_HERE).all(most);
  return rows.map(({ agent_id, n }) => ({ agentId: storedText(agent_id), sessions: n }));
}

const PLACES_HERE = `SELECT project, root, count(*) AS n FROM mm_sessions
  WHERE project IS NOT NULL OR root IS NOT NULL
  GROUP BY coalesce(project, root) ORDER BY n DESC, max(rowid) DESC LIMIT ?1`;

/** The repositories and folders with the most sessions. */
export function placesHere(db: Connection, most: number) {
  const rows = db
    .query<{ project: unknown; root: unknown; n: number }, [number]>(PLACES_HERE)
    .all(most);
  return rows.map(({ project, root, n }) => ({
    project: textOrNull(project),
    root: textOrNull(root),
    sessions: n,
  }));
}
