import { AGENT_NAMES, type AgentName } from "../agents/agents.ts";
import { partsBeside, serverPart } from "../agents/parts.ts";
import { SERVERS } from "../agents/servers.ts";
import type { Places, Scope } from "../edit/places.ts";
import type { Target } from "../edit/plan.ts";
import type { ServerSettings } from "../edit/servers/settings.ts";
import { UserError } from "../errors.ts";

/** The file in which an agent looks for our server. */
export interface ServerTarget extends Target {
  readonly settings: ServerSettings;
}

/** The file of one agent in one scope; null where there is none. */
export function serverTarget(agent: AgentName, scope: Scope, places: Places): ServerTarget | null {
  const settings = SERVERS[agent];
  const path = settings.kind === "none" ? null : settings.file(scope, places);
  if (settings.kind === "none" || path === null) return null;
  const part = serverPart(settings);
  const others = partsBeside(part, { agent, scope, path }, places);
  return { agent, settings, scope, path, part, others };
}

/** @throws UserError `not_installable` */
export function namedServerTarget(agent: AgentName, scope: Scope, places: Places): ServerTarget {
  const target = serverTarget(agent, scope, places);
  if (target !== null) return target;
  const settings = SERVERS[agent];
  const because =
    settings.kind === "none" ? settings.because : "it has no file for the servers of a project";
  throw new UserError("not_installable", `no server to register for ${agent}: ${because}`);
}

/** The files of all agents, or of these. */
export function serverTargets(
  agents: readonly AgentName[],
  scope: Scope,
  places: Places,
): ServerTarget[] {
  if (agents.length > 0) return agents.map((agent) => namedServerTarget(agent, scope, places));
  return AGENT_NAMES.flatMap((agent) => serverTarget(agent, scope, places) ?? []);
}
