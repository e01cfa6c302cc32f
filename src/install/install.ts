import { AGENTS, type AgentName } from "../agents/agents.ts";
import { INSTALLERS } from "../agents/settings.ts";
import type { Context } from "../context.ts";
import { locked } from "../edit/lock.ts";
import { unifiedDiff } from "../edit/merge.ts";
import { type EditContext, requireInProject, type Scope, toEditContext } from "../edit/places.ts";
import { carryOut, type Plan, planInstall } from "../edit/plan.ts";
import type { EventSet } from "../edit/settings.ts";
import { readText } from "../edit/write.ts";
import { UserError } from "../errors.ts";
import { requireHome } from "../settings/no-folder.ts";
import { type Capture, settingsPath } from "../settings/settings.ts";
import { obstaclesIn, standingEvents } from "./check.ts";
import { editOwnSettings, inForce, type OwnSettings, writeOwnSettings } from "./own-settings.ts";
import { askConsent, consentText } from "./planning/consent.ts";
import { planEach, type Refused, requireWritable } from "./planning/each.ts";
import { findProgram, homeForHooks, neededByAgents } from "./program.ts";
import {
  agentsThere,
  eventsOf,
  type HookTarget,
  isThere,
  type LeftOut,
  namedTarget,
  rivalOf,
} from "./targets.ts";

export interface InstallRequest {
  /** None for all that are found. */
  readonly agents: readonly AgentName[];
  readonly scope: Scope;
  readonly events: EventSet;
  readonly capture: OwnSettings["capture"];
  readonly context: OwnSettings["context"];
  readonly dryRun: boolean;
  /** Install without asking. */
  readonly yes: boolean;
  /** What else the yes is for, in lines. */
  readonly also?: readonly string[];
}

export type InstallerContext = Pick<
  Context,
  | "env"
  | "cwd"
  | "executable"
  | "capture"
  | "terminal"
  | "err"
  | "warnings"
  | "disk"
  | "now"
  | "newId"
>;

type EditingContext = InstallerContext & EditContext;

interface Installed {
  readonly agent: AgentName;
  readonly scope: Scope;
  readonly file: string;
  readonly status: "added" | "updated" | "unchanged";
  readonly events: readonly string[];
  readonly leftOut: readonly LeftOut[];
  readonly nextSteps: readonly string[];
  /** What people type to start the agent. */
  readonly program: string;
  /** Whether the agent was found on this machine. */
  readonly isThere: boolean;
}

export interface InstallResult {
  readonly installed: readonly Installed[];
  readonly capture: Capture;
  readonly context: boolean;
  /** What was left out because no agent was named. */
  readonly refused: readonly Refused[];
  /** Unified, of what would change. */
  readonly diff: string;
}

/** One agent's file and what is to stand in it. */
interface Job {
  readonly target: HookTarget;
  readonly events: readonly string[];
  readonly leftOut: readonly LeftOut[];
  plan(): Plan<HookTarget>;
}

/** @throws UserError `no_client`, `plugin_enabled`, `not_installable` */
function targetsOf(ctx: EditingContext, request: InstallRequest): HookTarget[] {
  const { places } = ctx;
  const named = request.agents.length > 0;
  const agents = named ? request.agents : agentsThere(places, INSTALLERS);
  const targets = agents.map((agent) => namedTarget(agent, request.scope, places));
  const free = targets.filter(({ agent, settings }) => {
    const rival = rivalOf(ctx, settings);
    if (rival === null) return true;
    const message = `nothing installed for ${agent}: ${rival}, and both would report every event`;
    if (named) throw new UserError("plugin_enabled", message, "disable the plugin first");
    ctx.warnings.push(message);
    return false;
  });
  if (free.length > 0) return free;
  const hint = "name one: `mm hooks status` lists them";
  throw new UserError("no_client", "found no agent to install hooks for", hint);
}

async function jobsOf(ctx: EditingContext, request: InstallRequest): Promise<Job[]> {
  const targets = targetsOf(ctx, request);
  const { program, warnings } = findProgram(ctx, request.scope);
  ctx.warnings.push(...warnings);
  const home = homeForHooks(ctx.places, request.scope);
  const jobs: Job[] = [];
  for (const target of targets) {
    const standing = standingEvents(ctx, target);
    const choice = { settings: target.settings, set: request.events, standing };
    const { events, leftOut } = await eventsOf(ctx, ctx.places, choice);
    const plan = () => {
      if (target.scope === "project") requireInProject(ctx.places, target.path);
      const wanted = { program, home, events };
      return planInstall(ctx, target, (text, baseline) =>
        target.settings.editor.install(text, wanted, baseline),
      );
    };
    jobs.push({ target, events, leftOut, plan });
  }
  return jobs;
}

function reports({ target, events }: Job): boolean {
  const { promptEvent } = target.settings;
  return promptEvent !== null && events.includes(promptEvent);
}

function ownChanges(request: InstallRequest, jobs: readonly Job[]): OwnSettings {
  const { capture, context, scope } = request;
  // A project's hooks say nothing about the sessions elsewhere.
  const own = scope === "user" ? jobs : [];
  const names = (wanted: boolean) =>
    own.filter((job) => reports(job) === wanted).map(({ target }) => target.agent);
  return { capture, context, reporting: names(true), silent: names(false) };
}

function write(ctx: EditContext, jobs: readonly Job[], own: OwnSettings): void {
  const plans = jobs.map((job) => [job, job.plan()] as const);
  inForce(ctx, own);
  requireWritable(
    ctx,
    plans.map(([, plan]) => plan),
  );
  // First what limits how much is kept.
  while (!writeOwnSettings(ctx, own));
  for (const [job, plan] of plans) carryOut(ctx, plan, job.plan);
}

function toInstalled(
  { places }: EditContext,
  { target, events, leftOut }: Job,
  { before, after }: Plan<HookTarget>,
): Installed {
  const { agent, scope, path, settings } = target;
  const had = before !== null && settings.editor.find(before).length > 0;
  const status = before === after ? "unchanged" : had ? "updated" : "added";
  const nextSteps = status === "unchanged" ? [] : settings.nextSteps(scope);
  const [program = agent] = settings.programs;
  const about = { program, isThere: isThere(settings, places) };
  return { agent, scope, file: path, status, events, leftOut, nextSteps, ...about };
}

/** Warnings of what keeps the hooks in a planned text from working. */
function obstaclesAhead(ctx: EditingContext, { target, after }: Plan<HookTarget>): string[] {
  const found = after === null ? [] : obstaclesIn(ctx, target, after);
  return found
    .filter(({ kind }) => kind === "off")
    .map(
      ({ message, fix }) => `${AGENTS[target.agent].name}'s hooks can't work: ${message}; ${fix}`,
    );
}

/**
 * Puts our hooks into the settings of agents. All of it is planned before any of it is written.
 * @throws UserError `no_client`, `plugin_enabled`, `not_installable`, `program_path`, `confirmation_needed`,
 *   `declined`, `settings_unreadable`, `settings_unwritable`, `settings_busy`
 */
export async function installHooks(
  given: InstallerContext,
  request: InstallRequest,
): Promise<InstallResult> {
  requireHome(given.env);
  const ctx = await toEditContext(given);
  const { home } = ctx.places;
  const all = await jobsOf(ctx, request);
  const { planned, refused } = planEach(all, request.agents.length > 0, (job) => ({
    job,
    plan: job.plan(),
  }));
  const jobs = planned.map(({ job }) => job);
  const plans = planned.map(({ plan }) => plan);
  const own = ownChanges(request, jobs);
  const { capture, context, syncs, isChanged } = inForce(ctx, own);
  const installed = planned.map(({ job, plan }) => toInstalled(ctx, job, plan));
  const path = settingsPath(home);
  const ownText = readText(ctx.files, path);
  const diffs = plans.map(({ target, before, after }) => unifiedDiff(target.path, before, after));
  const diff = [...diffs, unifiedDiff(path, ownText, editOwnSettings(ownText, own))].join("");
  const ahead = plans.flatMap((plan) => obstaclesAhead(ctx, plan));
  if (!request.dryRun && (isChanged || plans.some((plan) => plan.before !== plan.after))) {
    if (!request.yes)
      await askConsent(
        ctx,
        consentText(
          jobs.map(({ target }) => target),
          { home, capture, syncs, ahead, also: request.also ?? [] },
        ),
        "installing hooks",
      );
    await locked(ctx, () => write(ctx, jobs, own));
  }
  for (const { target } of jobs) ctx.warnings.push(...target.settings.notes);
  ctx.warnings.push(...ahead);
  ctx.warnings.push(...neededByAgents(ctx.places, request.scope));
  return { installed, capture, context, refused, diff };
}
