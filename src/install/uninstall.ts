import { AGENT_NAMES, type AgentName } from "../agents/agents.ts";
import type { Context } from "../context.ts";
import { locked } from "../edit/lock.ts";
import { unifiedDiff } from "../edit/merge.ts";
import { type EditContext, type Scope, toEditContext } from "../edit/places.ts";
import { carryOut, type Plan, planUninstall, refusing, type Target } from "../edit/plan.ts";
import { hookReceiptNames, mayHavePart, receiptName } from "../edit/receipt.ts";
import { readText } from "../edit/write.ts";
import { UserError } from "../errors.ts";
import { requireHome } from "../settings/no-folder.ts";
import { settingsPath } from "../settings/settings.ts";
import {
  editOwnSettings,
  type OwnSettings,
  planOwnRemoval,
  removeOwnSettings,
  writeOwnSettings,
} from "./own-settings.ts";
import { planEach, type Refused, requireWritable } from "./planning/each.ts";
import { countSessions } from "./sql.ts";
import { type HookTarget, namedTarget, rivalOf, targetOf } from "./targets.ts";

export interface UninstallRequest {
  /** None for all that have something of ours. */
  readonly agents: readonly AgentName[];
  readonly scope: Scope;
  readonly dryRun: boolean;
}

interface Uninstalled {
  readonly agent: AgentName;
  readonly scope: Scope;
  readonly file: string;
  readonly status: "removed" | "absent";
}

export interface UninstallResult {
  readonly uninstalled: readonly Uninstalled[];
  /** What was left out because no agent was named. */
  readonly refused: readonly Refused[];
  readonly diff: string;
}

type UninstallerContext = Pick<Context, "env" | "cwd" | "warnings" | "disk" | "now" | "newId">;

/** Whether there is anything of the target's part in or about its file. */
export function isInstalled(ctx: EditContext, target: Target): boolean {
  if (mayHavePart(ctx, target)) return true;
  try {
    const text = readText(ctx.files, target.path);
    return text !== null && target.part.find(text).length > 0;
  } catch {
    // What can't be read can't hold hooks that work.
    return false;
  }
}

function targetsOf(ctx: EditContext, { agents, scope }: UninstallRequest): HookTarget[] {
  const { places } = ctx;
  if (agents.length > 0) return agents.map((agent) => namedTarget(agent, scope, places));
  return AGENT_NAMES.map((agent) => targetOf(agent, scope, places)).filter(
    (target) => target !== null && isInstalled(ctx, target),
  ) as HookTarget[];
}

/** Whether no hooks of ours that read `mm.json` are left once these targets have lost theirs. */
function isLast(ctx: EditContext, targets: readonly HookTarget[]): boolean {
  const going = targets.map(({ agent, path }) => receiptName(agent, path));
  if (hookReceiptNames(ctx).some((name) => !going.includes(name))) return false;
  return AGENT_NAMES.every((agent) => {
    const target = targetOf(agent, "user", ctx.places);
    if (target === null) return true;
    const goes = targets.some(({ path }) => path === target.path);
    const stays = !goes && isInstalled(ctx, target);
    return !stays && rivalOf(ctx, target.settings) === null;
  });
}

/** What becomes of `mm.json`: what installing put there goes with the last hooks. */
function planOwn(ctx: EditContext, targets: readonly HookTarget[], scope: Scope) {
  if (isLast(ctx, targets)) return planOwnRemoval(ctx);
  const path = settingsPath(ctx.places.home);
  const before = readText(ctx.files, path);
  const after = refusing(path, () => editOwnSettings(before, silence(targets, scope)));
  return { before, after };
}

function silence(targets: readonly HookTarget[], scope: Scope): OwnSettings {
  const silent = scope === "user" ? targets.map(({ agent }) => agent) : [];
  return { capture: undefined, context: undefined, reporting: [], silent };
}

function writeOwn(ctx: EditContext, targets: readonly HookTarget[], scope: Scope): void {
  if (isLast(ctx, targets)) while (!removeOwnSettings(ctx));
  else while (!writeOwnSettings(ctx, silence(targets, scope)));
}

/** Takes a part out of each of these files. */
export function removeParts(ctx: EditContext, targets: readonly Target[]): void {
  const plans = targets.map((target) => planUninstall(ctx, target));
  requireWritable(ctx, plans);
  for (const plan of plans) carryOut(ctx, plan, () => planUninstall(ctx, plan.target));
}

function warn(ctx: UninstallerContext & EditContext, targets: readonly HookTarget[]): void {
  const { places } = ctx;
  for (const { agent, settings, scope } of targets) {
    const rival = rivalOf(ctx, settings);
    if (rival !== null) ctx.warnings.push(`${rival} and keeps reporting; disable it in ${agent}`);
    const other = targetOf(agent, scope === "user" ? "project" : "user", places);
    if (other !== null && other.path !== settings.file(scope, places)) {
      if (isInstalled(ctx, other)) {
        ctx.warnings.push(`hooks stay in ${other.path}: --scope ${other.scope} removes them`);
      }
    }
  }
}

/** The result, or null and a warning if a file can't be read. */
function quietly<T>(ctx: Pick<Context, "warnings">, plan: () => T): T | null {
  try {
    return plan();
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    ctx.warnings.push(`${error.message}; it stays as it is`);
    return null;
  }
}

/**
 * Removes our hooks from the settings of agents. A file that nobody has touched since gets its old bytes back.
 * @throws UserError `not_installable`, `settings_unreadable`, `settings_unwritable`, `settings_busy`
 */
export async function uninstallHooks(
  given: UninstallerContext,
  request: UninstallRequest,
): Promise<UninstallResult> {
  requireHome(given.env);
  const ctx = await toEditContext(given);
  const { scope, dryRun } = request;
  const { planned: plans, refused } = planEach(
    targetsOf(ctx, request).map((target) => ({ target })),
    request.agents.length > 0,
    ({ target }): Plan<HookTarget> => planUninstall(ctx, target),
  );
  const targets = plans.map(({ target }) => target);
  const own = quietly(ctx, () => planOwn(ctx, targets, scope));
  const hasWork = plans.some(
    ({ target, before, after }) => before !== after || mayHavePart(ctx, target),
  );
  if (!dryRun && (hasWork || own?.before !== own?.after)) {
    await locked(ctx, () => {
      removeParts(ctx, targets);
      // Settings that can't be read are no reason to leave the hooks where they are.
      if (own !== null) writeOwn(ctx, targets, scope);
    });
  }
  warn(ctx, targets);
  const removed = removedBy(plans);
  const path = settingsPath(ctx.places.home);
  const ownDiff = own === null ? "" : unifiedDiff(path, own.before, own.after);
  return { ...removed, refused, diff: removed.diff + ownDiff };
}

/** What plans take out of which files. */
export function removedBy(plans: readonly Plan[]): Pick<UninstallResult, "uninstalled" | "diff"> {
  return {
    uninstalled: plans.map(({ target, before, after }) => ({
      agent: target.agent,
      scope: target.scope,
      file: target.path,
      status: before === after ? "absent" : "removed",
    })),
    diff: plans
      .map(({ target, before, after }) => unifiedDiff(target.path, before, after))
      .join(""),
  };
}

/** Where the recorded sessions stay, and how many; none where that can't be told, because uninstalling is done anyway. */
export async function keptSessions(
  ctx: Pick<Context, "store">,
): Promise<{ readonly home: string; readonly sessions: number }> {
  const store = await ctx.store();
  try {
    return { home: store.home, sessions: (await store.read(({ db }) => countSessions(db))) ?? 0 };
  } catch {
    return { home: store.home, sessions: 0 };
  }
}
