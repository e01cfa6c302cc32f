import { AGENTS } from "../agents/agents.ts";
import type { Env } from "../settings/environment.ts";
import { loadConfig } from "../settings/home.ts";
import { escapeControls } from "../text/text.ts";
import { agentsWithSessions, readQuietly, sessionsToName } from "./sql.ts";

/** One word that may stand in a command line, and what it means. */
export interface Candidate {
  readonly value: string;
  readonly description: string;
}

/** More than anybody looks through. */
const MAX_SESSIONS = 50;
const MAX_AGENTS = 50;

/** A value that a shell can put into a line, and that no command takes for an option. */
function canBeTyped(value: string): boolean {
  return value !== "" && !value.startsWith("-") && escapeControls(value) === value;
}

async function databasePath(env: Env): Promise<string> {
  return (await loadConfig(env, () => undefined)).databasePath;
}

/**
 * Sessions by id, with agent and title; those that are active first.
 * @throws where there is no database that can be read
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

/** Agent ids: those that have sessions, then those that `mm` knows. */
export async function agentValues(env: Env): Promise<Candidate[]> {
  const names = new Map<string, string>(
    Object.values(AGENTS).map(({ agentId, name }) => [agentId, name]),
  );
  let used: string[] = [];
  try {
    const path = await databasePath(env);
    used = readQuietly(path, (db) => agentsWithSessions(db, MAX_AGENTS)).filter(canBeTyped);
  } catch {
    // Those that mm knows are there without a database.
  }
  return [...new Set([...used, ...names.keys()])].map((value) => ({
    value,
    description: names.get(value) ?? "",
  }));
}
