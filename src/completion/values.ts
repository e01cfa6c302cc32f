import { AGENTS } from "../agents/agents.ts";
import type { Context } from "../context.ts";
import { ALL_MACHINES } from "../machines/choose.ts";
import { listPulledSources } from "../machines/sql.ts";
import type { Env } from "../settings/environment.ts";
import { loadConfig } from "../settings/home.ts";
import { loadSettings } from "../settings/settings.ts";
import { observe } from "../states/observe.ts";
import type { LiveState, Observed } from "../states/state.ts";
import { replicaPath } from "../sync/replica/file.ts";
import { machineName } from "../sync/replica/names.ts";
import { escapeControls } from "../text/text.ts";
import {
  agentsWithSessions,
  type KnownSession,
  observedSessions,
  readQuietly,
  sessionsToName,
} from "./sql.ts";

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

type Needs = Pick<Context, "env" | "now" | "agentProcesses">;

interface Stated extends KnownSession {
  /** Null where it has ended, or nobody can tell. */
  readonly state: LiveState | null;
}

/** The same with their states, those first that ask for an answer; then in the order that they had. */
async function withStates(
  ctx: Needs,
  home: string,
  sessions: readonly KnownSession[],
  observed: ReadonlyMap<string, Observed>,
): Promise<Stated[]> {
  const { stale } = await loadSettings(home, () => undefined);
  const stated = sessions.map(async (session) => {
    const facts = session.isActive ? observed.get(session.id) : undefined;
    const state = facts === undefined ? null : (await observe(ctx, facts, stale.ms)).state;
    return { ...session, state };
  });
  const urgency = (one: Stated) => (one.state === "asks" ? 0 : 1);
  return (await Promise.all(stated)).sort((a, b) => urgency(a) - urgency(b));
}

function described({ agentId, title, isActive, state }: Stated): string {
  const doing = isActive ? ` (${state ?? "active"})` : "";
  return `${agentId}${doing}${title === null ? "" : `: ${title}`}`;
}

/**
 * Session ids with agent, state and title, active sessions first.
 * @throws if there is no readable database
 */
export async function sessionValues(
  ctx: Needs,
  prefix: string,
  onlyLive: boolean,
): Promise<Candidate[]> {
  const { home, databasePath } = await loadConfig(ctx.env, () => undefined);
  const { sessions, observed } = readQuietly(databasePath, (db) => {
    const found = sessionsToName(db, {
      prefix,
      onlyLive,
      limit: MAX_SESSIONS,
      canBeNamed: canBeTyped,
    });
    const live = found.filter(({ isActive }) => isActive).map(({ id }) => id);
    return { sessions: found, observed: observedSessions(db, live) };
  });
  const stated = await withStates(ctx, home, sessions, observed);
  return stated.map((session) => ({ value: session.id, description: described(session) }));
}

/** Agent ids: first those with sessions, then the others that `mm` knows. */
export async function agentValues(env: Env): Promise<Candidate[]> {
  const names = new Map<string, string>(
    Object.values(AGENTS).map(({ agentId, name }) => [agentId, name]),
  );
  let used: string[] = [];
  try {
    const { databasePath } = await loadConfig(env, () => undefined);
    used = readQuietly(databasePath, (db) => agentsWithSessions(db, MAX_AGENTS)).filter(canBeTyped);
  } catch {
    // Without a database, offer the agents that mm knows.
  }
  return [...new Set([...used, ...names.keys()])].map((value) => ({
    value,
    description: names.get(value) ?? "",
  }));
}

/** The machines whose sessions were pulled, behind those that have been typed before a comma. */
export async function machineValues(env: Env, typed: string): Promise<Candidate[]> {
  const head = typed.slice(0, typed.lastIndexOf(",") + 1);
  let names: string[] = [];
  try {
    const { home } = await loadConfig(env, () => undefined);
    const sources = readQuietly(replicaPath(home), listPulledSources);
    const given = head.split(",");
    names = [...new Set(sources.map(machineName))].filter(
      (name) => canBeTyped(name) && !given.includes(name),
    );
  } catch {
    // Nothing was pulled.
  }
  const all = head === "" ? [{ value: ALL_MACHINES, description: "This one and all others" }] : [];
  return [...all, ...names.map((name) => ({ value: `${head}${name}`, description: "" }))];
}
