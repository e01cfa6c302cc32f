import { AGENTS, type AgentName } from "../agents/agents.ts";
import { SERVERS } from "../agents/servers.ts";
import { INSTALLERS } from "../agents/settings.ts";
import { locked } from "../edit/lock.ts";
import { unifiedDiff } from "../edit/merge.ts";
import { type EditContext, requireInProject, type Scope, toEditContext } from "../edit/places.ts";
import { carryOut, type Plan, planInstall } from "../edit/plan.ts";
import type { ServerCall } from "../edit/servers/editor.ts";
import { UserError } from "../errors.ts";
import type { InstallerContext } from "../install/install.ts";
import { askConsent } from "../install/planning/consent.ts";
import { planEach, type Refused, requireWritable } from "../install/planning/each.ts";
import { findProgram, homeForHooks, neededByAgents } from "../install/program.ts";
import { agentsThere, isThere, rivalOf } from "../install/targets.ts";
import { requireHome } from "../settings/no-folder.ts";
import { namedServerTarget, type ServerTarget } from "./targets.ts";

export interface RegisterRequest {
  /** None for all that are found. */
  readonly agents: readonly AgentName[];
  readonly scope: Scope;
  readonly readOnly: boolean;
  readonly thisProject: boolean;
  readonly dryRun: boolean;
  /** Register without asking. */
  readonly yes: boolean;
}

interface Registered {
  readonly agent: AgentName;
  readonly scope: Scope;
  readonly file: string;
  readonly status: "added" | "updated" | "unchanged";
  readonly nextSteps: readonly string[];
  /** What people type to start the agent. */
  readonly program: string;
  /** Whether the agent was found on this machine. */
  readonly isThere: boolean;
}

export interface RegisterResult {
  readonly registered: readonly Registered[];
  /** What was left out because no agent was named. */
  readonly refused: readonly Refused[];
  /** Unified, of what would change. */
  readonly diff: string;
}

interface Job {
  readonly target: ServerTarget;
  plan(): Plan<ServerTarget>;
}

/** The words by which agents are to call the server. */
export function optionsFor({
  readOnly,
  thisProject,
}: Pick<RegisterRequest, "readOnly" | "thisProject">): string[] {
  return [...(readOnly ? ["--read-only"] : []), ...(thisProject ? ["--this-project"] : [])];
}

/** @throws UserError `no_client`, `not_installable`, `plugin_enabled` */
function targetsOf(ctx: InstallerContext & EditContext, request: RegisterRequest): ServerTarget[] {
  const { agents, scope } = request;
  const isNamed = agents.length > 0;
  const meant = isNamed ? agents : agentsThere(ctx.places, SERVERS);
  const all = meant.flatMap((agent) => {
    const isNowhere = !isNamed && SERVERS[agent].kind === "server" && fileOf(agent, ctx, scope);
    return isNowhere === null ? [] : [namedServerTarget(agent, scope, ctx.places)];
  });
  const free = all.filter(({ agent }) => {
    const hooks = INSTALLERS[agent];
    const rival = hooks.kind === "none" ? null : rivalOf(ctx, hooks);
    if (rival === null) return true;
    const message = `nothing registered for ${agent}: ${rival}, and it brings the server along`;
    if (isNamed) throw new UserError("plugin_enabled", message, "disable the plugin first");
    ctx.warnings.push(message);
    return false;
  });
  if (free.length > 0) return free;
  const hint = "name one: `mm mcp status` lists them";
  throw new UserError("no_client", "found no agent to register the server with", hint);
}

function fileOf(agent: AgentName, { places }: EditContext, scope: Scope): string | null {
  const settings = SERVERS[agent];
  return settings.kind === "none" ? null : settings.file(scope, places);
}

function jobsOf(ctx: InstallerContext & EditContext, request: RegisterRequest): Job[] {
  const targets = targetsOf(ctx, request);
  const { program, warnings } = findProgram(ctx, request.scope);
  ctx.warnings.push(...warnings);
  const home = homeForHooks(ctx.places, request.scope);
  const wanted: ServerCall = { program, home, options: optionsFor(request) };
  return targets.map((target) => ({
    target,
    plan() {
      if (target.scope === "project") requireInProject(ctx.places, target.path);
      return planInstall(ctx, target, (text, baseline) =>
        target.settings.editor.install(text, wanted, baseline),
      );
    },
  }));
}

/** What a person is asked to agree to, a line for each file. */
export function filesIn(result: RegisterResult): string[] {
  return result.registered
    .filter(({ status }) => status !== "unchanged")
    .map(({ agent, file }) => `  ${AGENTS[agent].name}: ${file}`);
}

function question(result: RegisterResult): string {
  return [
    "mm is about to register its server in",
    ...filesIn(result),
    "With it these agents can search and read what is recorded, and add notes.",
    "Continue? [y/N] ",
  ].join("\n");
}

function toRegistered(ctx: EditContext, { target, before, after }: Plan<ServerTarget>): Registered {
  const { agent, scope, path: file, settings } = target;
  const had = before !== null && settings.editor.find(before).length > 0;
  const status = before === after ? "unchanged" : had ? "updated" : "added";
  const nextSteps = status === "unchanged" ? [] : settings.nextSteps(scope);
  const [program = agent] = settings.programs;
  const about = { program, isThere: isThere(settings, ctx.places) };
  return { agent, scope, file, status, nextSteps, ...about };
}

function write(ctx: EditContext, jobs: readonly Job[]): void {
  const plans = jobs.map((job) => ({ job, plan: job.plan() }));
  requireWritable(
    ctx,
    plans.map(({ plan }) => plan),
  );
  for (const { job, plan } of plans) carryOut(ctx, plan, job.plan);
}

/**
 * Registers our server in the settings of agents. All of it is planned before any of it is written.
 * @throws UserError `no_client`, `plugin_enabled`, `name_taken`, `not_installable`, `program_path`,
 *   `confirmation_needed`, `declined`, `settings_unreadable`, `settings_unwritable`, `settings_busy`
 */
export async function registerServers(
  given: InstallerContext,
  request: RegisterRequest,
): Promise<RegisterResult> {
  requireHome(given.env);
  const ctx = await toEditContext(given);
  const all = jobsOf(ctx, request);
  const { planned, refused } = planEach(all, request.agents.length > 0, (job) => ({
    job,
    plan: job.plan(),
  }));
  const plans = planned.map(({ plan }) => plan);
  const registered = plans.map((plan) => toRegistered(ctx, plan));
  const diffs = plans.map(({ target, before, after }) => unifiedDiff(target.path, before, after));
  const result = { registered, refused, diff: diffs.join("") };
  if (!request.dryRun && plans.some(({ before, after }) => before !== after)) {
    if (!request.yes) await askConsent(ctx, question(result), "registering the server");
    await locked(ctx, () =>
      write(
        ctx,
        planned.map(({ job }) => job),
      ),
    );
  }
  ctx.warnings.push(...neededByAgents(ctx.places, request.scope));
  return result;
}
