import type { Connection } from "../store/connection.ts";
import { EARLIER_SESSIONS, LIVE_SESSIONS } from "../store/hook-statements.ts";
import { parseMetadata } from "../store/sessions.ts";

/** A session for the context of another; see `domain/context-text.ts`. */
export interface FoundSession {
  readonly agentId: string;
  readonly startedLocal: string;
  readonly title: string | null;
  readonly summary: string | null;
}

interface Row {
  readonly agent_id: string;
  readonly started_local: string;
  readonly metadata: unknown;
  readonly summary: string | null;
}

function toFound(row: Row): FoundSession {
  const title = parseMetadata(row.metadata)["title"];
  return {
    agentId: row.agent_id,
    startedLocal: row.started_local,
    title: typeof title === "string" ? title : null,
    summary: row.summary,
  };
}

/** The last ended sessions of a project but the one given, newest first. */
export function earlierSessions(db: Connection, project: string, but: string): FoundSession[] {
  return db.query<Row, [string, string]>(EARLIER_SESSIONS).all(project, but).map(toFound);
}

/** The active hook-made sessions in a working tree but the one given, newest first. */
export function liveSessions(db: Connection, root: string, but: string): FoundSession[] {
  return db.query<Row, [string, string]>(LIVE_SESSIONS).all(root, but).map(toFound);
}
