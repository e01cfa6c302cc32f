import { AGENTS } from "../agents/agents.ts";
import type { Connection } from "../store/connection.ts";
import type { Place } from "../store/hook-place.ts";
import { redact } from "../text/redact.ts";
import { type ContextPart, type ContextSession, contextParts } from "./briefing.ts";
import { earlierSessions, type FoundSession, liveSessions } from "./context-sessions.ts";

const NAMES: ReadonlyMap<string, string> = new Map(
  Object.values(AGENTS).map(({ agentId, name }) => [agentId, name]),
);

/** memtomem stores text unredacted, and what is told to an agent leaves this machine. */
function told(session: FoundSession): ContextSession {
  const { agentId, startedLocal, title, summary } = session;
  return {
    agentName: NAMES.get(agentId) ?? agentId,
    startedLocal,
    title: title === null ? null : redact(title),
    summary: summary === null ? null : redact(summary),
  };
}

/** What a session that starts at a place is told of the others there; `but` is its own id. */
export function gatherContext(db: Connection, place: Place, but: string): ContextPart[] {
  const { project, root } = place;
  return contextParts(
    project === null ? [] : earlierSessions(db, project, but).map(told),
    root === null ? [] : liveSessions(db, root, but).map(told),
  );
}
