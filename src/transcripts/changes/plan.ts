import { AGENT_NAMES, AGENTS, type AgentName } from "../../agents/agents.ts";
import { HISTORIES } from "../../agents/histories.ts";
import type { Context } from "../../context.ts";
import { UserError } from "../../errors.ts";
import { hookedIds } from "../../store/history/sessions.ts";
import type { Store } from "../../store/store.ts";
import { type FoundSource, findSources, KnownSessions } from "../find.ts";
import { problemOf } from "../problems.ts";
import { type Changed, changedSources } from "./changes.ts";

/** What is to be read. */
export interface BackfillRequest {
  /** Empty for all agents whose transcripts can be read. */
  readonly agents: readonly AgentName[];
  /** Only transcripts that were written to at or after this time, in milliseconds since 1970. */
  readonly since: number | null;
  /** Only sessions that hooks have recorded, in one process at a time that ends in time. */
  readonly known: boolean;
  /** Only what calls used, of sessions that weren't read whole. */
  readonly usageOnly: boolean;
  /** Only count what would be read. */
  readonly dryRun: boolean;
}

/** The agents whose transcripts can be read. */
export const READABLE = AGENT_NAMES.filter((agent) => HISTORIES[agent] !== undefined);

/** The agent that a word names. @throws UserError `usage` for a word that names no agent whose transcripts can be read */
export function readableAgent(word: string): AgentName {
  const agent = READABLE.find((each) => each === word);
  if (agent !== undefined) return agent;
  const isAgent = AGENT_NAMES.some((each) => each === word);
  const problem = isAgent ? `mm can't read transcripts of ${word}` : `unknown agent '${word}'`;
  throw new UserError("usage", problem, `the agents are ${READABLE.join(", ")}`);
}

/** What an agent's transcripts are before they are read. */
export interface PlannedSources extends Changed {
  readonly agent: AgentName;
  readonly all: readonly FoundSource[];
  /** Whether what was noted of files counts; else they are read whole. */
  readonly isNoted: boolean;
  /** The only sessions that are wanted, or null for all. */
  readonly hooked: KnownSessions | null;
  readonly usageOnly: boolean;
  /** Folders that can't be read, and why. */
  readonly refused: readonly string[];
}

/** The size of a source's files, in bytes. */
export function sizeOf({ files }: FoundSource): number {
  return files.reduce((all, { size }) => all + size, 0);
}

/** The size of all that is to be read, in bytes. */
export function bytesToRead(planned: readonly Pick<PlannedSources, "sources">[]): number {
  return planned.flatMap(({ sources }) => sources).reduce((all, source) => all + sizeOf(source), 0);
}

/** Finds the transcripts of an agent, and which of them have something new. */
export async function planSources(
  ctx: Pick<Context, "env">,
  store: Store,
  agent: AgentName,
  { since, known, usageOnly }: BackfillRequest,
): Promise<PlannedSources> {
  const refused: string[] = [];
  const all = findSources(agent, ctx.env, (path, error) => refused.push(problemOf(path, error)));
  const ids = known ? await store.read(({ db }) => hookedIds(db, AGENTS[agent].agentId)) : [];
  const hooked = known ? new KnownSessions(ids ?? []) : null;
  const isRecent = (source: FoundSource) =>
    (since === null || source.files.some(({ modifiedMs }) => modifiedMs >= since)) &&
    hooked?.mayBeIn(source) !== false;
  const changed = await changedSources(store, agent, all.filter(isRecent), usageOnly);
  return { ...changed, agent, all, isNoted: true, hooked, usageOnly, refused };
}
