import { AGENTS, type AgentName } from "../agents/agents.ts";
import { sessionVariableOf } from "../agents/asking.ts";
import type { Context } from "../context.ts";
import type { Workplace } from "../files/git.ts";
import { realFolder } from "../projects/folders.ts";
import { inheritedId } from "../sessions/which.ts";
import { loadSettings } from "../settings/settings.ts";
import { observe, toObserved } from "../states/observe.ts";
import { isOver } from "../states/state.ts";
import {
  findSession,
  findSessionByExternalId,
  isActive,
  storedText,
  textOrNull,
} from "../store/rows.ts";
import type { View } from "../store/store.ts";
import { Declined } from "./explain.ts";
import { word } from "./fence.ts";
import { activeOfAgent, agentOf } from "./sql.ts";

/** Who asks, as far as it tells. */
export interface Asker {
  /** Null for an agent that isn't known. */
  readonly agent: AgentName | null;
  /** What it says is its own id of its session. */
  readonly sessionId: string | undefined;
  /** Its roots, as URLs. */
  roots(): Promise<readonly string[]>;
}

type Needs = Pick<Context, "agentProcesses" | "env" | "now" | "store" | "warnings">;

/** The session in the environment, unless another agent reports it: an agent may run in another's shell. */
function inherited({ db }: View, env: Context["env"], agent: AgentName | null): string | null {
  const id = inheritedId(env);
  if (id === null || findSession(db, id) === null) return null;
  const reporter = agentOf(db, id);
  return reporter === null || agent === null || reporter === agent ? id : null;
}

/** The session by the agent's own id, if it is live: the variable may be of an earlier one. */
function told({ db }: View, env: Context["env"], { agent, sessionId }: Asker): string | null {
  if (agent === null) return null;
  const variable = sessionVariableOf(agent);
  const ids = [sessionId, variable === null ? undefined : env[variable]];
  for (const id of ids) {
    const session = id ? findSessionByExternalId(db, AGENTS[agent].agentId, id) : null;
    if (session !== null && isActive(session)) return session.id;
  }
  return null;
}

/** The live sessions of an agent in this working tree. */
async function liveHere(
  ctx: Needs,
  { db }: View,
  { agent }: Asker,
  here: Workplace | null,
  staleMs: number,
): Promise<string[]> {
  if (agent === null || here === null || here.root === null) return [];
  const tree = realFolder(here.root);
  const live: string[] = [];
  for (const row of activeOfAgent(db, agent)) {
    if (realFolder(textOrNull(row["root"]) ?? "") !== tree) continue;
    const { state } = await observe(ctx, toObserved(row), staleMs);
    if (!isOver(state)) live.push(storedText(row["id"]));
  }
  return live;
}

/**
 * The sessions that may be the asker's own: one where the evidence is clear, several where it isn't. The state file is
 * no evidence, since it may name the session of another project.
 */
export async function sessionsOfAsker(
  ctx: Needs,
  asker: Asker,
  here: Workplace | null,
): Promise<readonly string[]> {
  const store = await ctx.store();
  const { stale } = await loadSettings(store.home, (message) => void ctx.warnings.push(message));
  const found = await store.read(async (view) => {
    const known = inherited(view, ctx.env, asker.agent) ?? told(view, ctx.env, asker);
    return known === null ? await liveHere(ctx, view, asker, here, stale.ms) : [known];
  });
  return found ?? [];
}

/** The one session that a note goes to. @throws Declined where there is none, or more than one */
export function onlyOne(ids: readonly string[], { agent }: Asker): string {
  const [id, ...others] = ids;
  if (id !== undefined && others.length === 0) return id;
  if (id !== undefined) {
    const listed = ids.slice(0, 4).map(word).join(", ");
    throw new Declined(`several sessions are live here: ${listed}`, "name yours: session");
  }
  const name = agent === null ? "this agent" : AGENTS[agent].name;
  const words = agent === null ? "mm hooks install" : `mm hooks install ${agent}`;
  throw new Declined(
    `no live session of ${name} is recorded here`,
    `the person runs \`${words}\`; or name a session`,
  );
}
