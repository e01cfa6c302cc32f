import { AGENT_NAMES, AGENTS, type AgentName } from "../agents/agents.ts";
import { agentsWithHistory } from "../agents/histories.ts";
import { agentIdsOf } from "../agents/ids.ts";
import { INSTALLERS } from "../agents/settings.ts";
import { foldHint } from "../cli/fit.ts";
import { terminalColumns } from "../cli/table.ts";
import type { Context } from "../context.ts";
import { type EditContext, SCOPES, toEditContext } from "../edit/places.ts";
import { UserError } from "../errors.ts";
import { countSpooled } from "../files/spool.ts";
import { standingEvents } from "../install/check.ts";
import { hooksStatus } from "../install/status.ts";
import { agentsThere, rivalOf, targetOf } from "../install/targets.ts";
import { findProject } from "../projects/filter.ts";
import { Projects } from "../projects/projects.ts";
import type { View } from "../store/store.ts";
import { counted, escapeControls } from "../text/text.ts";
import { agentsHere, countAllSessions, hasSessionsOf, placesHere } from "./sql.ts";

type Needs = Pick<
  Context,
  "env" | "cwd" | "executable" | "capture" | "disk" | "now" | "newId" | "store" | "terminal"
>;

/** What was asked for where nothing was found. */
export interface Asked {
  readonly agent?: string | undefined;
  readonly project?: string | undefined;
  readonly since?: string | undefined;
  readonly until?: string | undefined;
  readonly active?: boolean;
  /** Whether a search was for words, and not only for a file; undefined where it was no search. */
  readonly words?: boolean;
}

/** More of them wouldn't be read. */
const MOST_NAMES = 8;
/** Longer lines are hard to read, however wide the terminal is. */
const WIDTH = 80;

function listed(names: readonly string[]): string {
  return new Intl.ListFormat("en").format(names);
}

/** Whether an agent's hooks are in the user's settings or the project's, or its plugin is on. */
function reports(ctx: EditContext, agent: AgentName): boolean {
  return SCOPES.some((scope) => {
    const target = targetOf(agent, scope, ctx.places);
    if (target === null) return false;
    return standingEvents(ctx, target).length > 0 || rivalOf(ctx, target.settings) !== null;
  });
}

function programOf(agent: AgentName): string {
  const installer = INSTALLERS[agent];
  return (installer.kind === "none" ? undefined : installer.programs[0]) ?? agent;
}

/** What to do on this machine so that something is recorded. */
async function firstStep(ctx: Needs): Promise<string[]> {
  const edit = await toEditContext(ctx);
  const [first, ...others] = AGENT_NAMES.filter((agent) => reports(edit, agent));
  if (first !== undefined) {
    const names = listed([first, ...others].map((agent) => AGENTS[agent].name));
    return [
      `Hooks are installed for ${names}, and nothing has come yet.`,
      `Start ${programOf(first)}, then: mm hooks status`,
    ];
  }
  const there = agentsThere(edit.places, INSTALLERS).map((agent) => AGENTS[agent].name);
  if (there.length === 0) return ["Install an agent, then: mm hooks install"];
  return [
    `${listed(there)} ${there.length === 1 ? "is" : "are"} on this machine: mm hooks install`,
  ];
}

/** What agents did before can be had, too. */
function earlierSessions(env: Context["env"]): string[] {
  const names = agentsWithHistory(env).map((agent) => AGENTS[agent].name);
  return names.length === 0 ? [] : [`For earlier sessions of ${listed(names)}: mm backfill`];
}

async function countAll(ctx: Needs): Promise<number> {
  const store = await ctx.store();
  return (await store.read(({ db }) => countAllSessions(db))) ?? 0;
}

/** Whether any agent's hooks are installed; null where it can't be told, because the user has no home. */
async function hasHooks(ctx: Needs): Promise<boolean | null> {
  try {
    const edit = await toEditContext(ctx);
    return AGENT_NAMES.some((agent) => reports(edit, agent));
  } catch (error) {
    if (error instanceof UserError) return null;
    throw error;
  }
}

/**
 * For who waits for sessions: what is to be said where no agent's hooks are installed, else null.
 * @throws UserError `no_session` if there is no session either
 */
export async function whyNothingMayCome(ctx: Needs): Promise<string | null> {
  if ((await hasHooks(ctx)) !== false) return null;
  if ((await countAll(ctx)) > 0) {
    return "no agent's hooks are installed, so agents may not report anything: mm hooks install";
  }
  const [step] = await firstStep(ctx);
  throw new UserError("no_session", "no agent reports to mm, so nothing would ever come", step);
}

/** What hooks have brought and no database holds yet: it isn't true that nothing has come. */
async function whatIsSpooled(ctx: Needs): Promise<string[]> {
  const { home } = await ctx.store();
  const waiting = countSpooled(`${home}/spool`);
  if (waiting === 0) return [];
  const [wait, them] = waiting === 1 ? ["waits", "it"] : ["wait", "them"];
  const calls = counted(waiting, "hook call");
  return [
    `${calls} ${wait} in the spool, and the next one stores ${them}. To do that now: mm doctor --fix`,
  ];
}

/** The first step and, where there are any, earlier sessions; nothing where it can't be told, because the user has no home. */
async function firstStepOrNone(ctx: Needs): Promise<string[]> {
  const spooled = await whatIsSpooled(ctx);
  if (spooled.length > 0) return spooled;
  try {
    return [...(await firstStep(ctx)), ...earlierSessions(ctx.env)];
  } catch (error) {
    if (error instanceof UserError) return [];
    throw error;
  }
}

/** The step of a person that an agent's hooks wait for. */
async function waitingFor(ctx: Needs, typed: string): Promise<string[]> {
  const agent = AGENT_NAMES.find((name) => name === typed || AGENTS[name].agentId === typed);
  if (agent === undefined) return [];
  const rows = await hooksStatus({ ...ctx, warnings: [] }, [agent]);
  const problem = rows.flatMap(({ problems }) => problems)[0];
  return problem === undefined ? [] : [`${AGENTS[agent].name}'s hooks need you: ${problem.fix}`];
}

const withCount = (name: string, sessions: number) => `${escapeControls(name)} (${sessions})`;

function agentLine({ db }: View, typed: string): string | null {
  if (hasSessionsOf(db, agentIdsOf(typed))) return null;
  const names = agentsHere(db, MOST_NAMES).map(({ agentId, sessions }) =>
    withCount(agentId, sessions),
  );
  return `Agents with sessions: ${names.join(", ")}`;
}

async function projectLine({ db }: View): Promise<string> {
  const projects = new Projects(db);
  const names = new Map<string, number>();
  for (const { project, root, sessions } of placesHere(db, MOST_NAMES)) {
    const name = await projects.nameOf(project, root);
    if (name !== null) names.set(name, (names.get(name) ?? 0) + sessions);
  }
  const here = [...names].map(([name, sessions]) => withCount(name, sessions)).join(", ");
  return here === "" ? "No session has a project" : `Projects with sessions: ${here}`;
}

async function missingProject(ctx: Needs, typed: string): Promise<boolean> {
  const { projects, roots } = await findProject(ctx, typed);
  return projects.length + roots.length === 0;
}

async function whyNone(ctx: Needs, asked: Asked): Promise<string[]> {
  const { agent, project, since, until, active, words } = asked;
  const store = await ctx.store();
  const all = await countAll(ctx);
  if (all === 0) return await firstStepOrNone(ctx);
  if (agent !== undefined) {
    const line = await store.read((view) => agentLine(view, agent));
    if (line != null) return [line, ...(await waitingFor(ctx, agent).catch(() => []))];
  }
  if (project !== undefined && (await missingProject(ctx, project))) {
    return [(await store.read((view) => projectLine(view))) ?? ""];
  }
  const isNarrowed = [agent, project, since, until, words].some((one) => one !== undefined);
  const inAll = `${counted(all, "session")} in all: mm list`;
  if (words === true) return [`Try other words, or the beginning of one. ${inAll}`];
  return isNarrowed || active === true ? [inAll] : [];
}

/** Why there is nothing to show, and the next command: lines for people, each with its newline; perhaps none. */
export async function nothingFound(ctx: Needs, asked: Asked): Promise<string> {
  const lines = await whyNone(ctx, asked);
  return lines
    .flatMap((line) => foldHint(line, Math.min(WIDTH, terminalColumns(ctx) ?? WIDTH)))
    .map((line) => `${line}\n`)
    .join("");
}

/** Runs `work`. If it fails because nothing is recorded yet, the hint says how to change that on this machine. */
export async function withFirstStep<T>(ctx: Needs, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof UserError) || error.code !== "no_session") throw error;
    const steps = (await countAll(ctx)) === 0 ? await firstStepOrNone(ctx) : [];
    if (steps.length === 0) throw error;
    throw new UserError("no_session", error.message, steps.join(" "));
  }
}
