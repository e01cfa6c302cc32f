import { AGENTS } from "../agents/agents.ts";
import type { Env } from "../settings/environment.ts";
import { loadConfig } from "../settings/home.ts";
import { escapeControls } from "../text/text.ts";
import { agentsWithSessions, readQuietly, sessionsToName } from "./sql.ts";

/** A word to offer, and what it means. */
export interface Candidate {
  readonly value: string;
  readonly description: string;
}

/** More than anybody wants to look through. */
const MAX_SESSIONS = 50;
const MAX_AGENTS = 50;

/** Whether a shell can insert the value, and no command takes it for an option. */
function canBeTyped(value: string): boolean {
  return value !== "" && !value.startsWith("-") && escapeControls(value) === value;
}

async function databasePath(env: Env): Promise<string> {
  return (await loadConfig(env, () => undefined)).databasePath;
}

/**
 * Session ids with agent and title, active sessions first.
 * @throws if there is no readable database
 */
export async function sessionValues(
  env: Env,
  prefix: string,
  onlyLive: boolean,
): Promise<Candidate[]> {
  const sessions = readQuietly(await databasePath(env), (db) =>
    sessionsToName(db, { prefix, onlyLive, limit: MAX_SESSIONS, canBeNamed: canBeTyped }),
  );
  return sessions.map(({ id, agentId, title, isActive }) => {
    const state = isActive && !onlyLive ? " (active)" : "";
    return { value: id, description: `${agentId}${state}${title === null ? "" : `: ${title}`}` };
  });
}

/** Agent ids: first those with sessions, then the others that `mm` knows. */
export async function agentValues(env: Env): Promise<Candidate[]> {
  const names = new Map<string, string>(
    Object.values(AGENTS).map(({ agentId, name }) => [agentId, name]),
  );
  let used: string[] = [];
  try {
    const path = await databasePath(env);
    used = readQuietly(path, (db) => agentsWithSessions(db, MAX_AGENTS)).filter(canBeTyped);
  } catch {
    // Without a database, offer the agents that mm knows.
  }
  return [...new Set([...used, ...names.keys()])].map((value) => ({
    value,
    description: names.get(value) ?? "",
  }));
}
