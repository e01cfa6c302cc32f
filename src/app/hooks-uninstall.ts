import type { Context } from "../context.ts";
import { CLIENTS, type Client } from "../domain/agents.ts";
import { unifiedDiff } from "../install/diff.ts";
import { locked } from "../install/lock.ts";
import { writeOwnSettings } from "../install/own-settings.ts";
import { findPlaces, type Places, type Scope } from "../install/places.ts";
import { carryOut, type Plan, planUninstall, type Target } from "../install/plan.ts";
import { hasReceipt } from "../install/receipt.ts";
import { namedTarget, rivalOf, targetOf } from "../install/targets.ts";
import { checkWritable, type Disk, disk, readText } from "../install/write.ts";

export interface UninstallRequest {
  /** None for all that have hooks of ours. */
  readonly clients: readonly Client[];
  readonly scope: Scope;
  readonly dryRun: boolean;
}

interface Uninstalled {
  readonly client: Client;
  readonly scope: Scope;
  readonly file: string;
  readonly status: "removed" | "absent";
}

export interface UninstallResult {
  readonly uninstalled: readonly Uninstalled[];
  readonly diff: string;
}

type UninstallerContext = Pick<Context, "env" | "cwd" | "warnings">;

/** Whether there is anything of ours in or about a file. */
function isInstalled(files: Disk, home: string, { client, settings, path }: Target): boolean {
  if (hasReceipt(files, home, client, path)) return true;
  try {
    const text = readText(files, path);
    return text !== null && settings.editor.find(text).length > 0;
  } catch {
    // What can't be read can't hold hooks that work.
    return false;
  }
}

function targetsOf(files: Disk, places: Places, { clients, scope }: UninstallRequest): Target[] {
  if (clients.length > 0) return clients.map((client) => namedTarget(client, scope, places));
  return CLIENTS.map((client) => targetOf(client, scope, places)).filter(
    (target) => target !== null && isInstalled(files, places.home, target),
  ) as Target[];
}

function write(files: Disk, home: string, targets: readonly Target[], scope: Scope): void {
  const plans = targets.map((target) => planUninstall(files, home, target));
  for (const { target, before, after } of plans) {
    if (before !== after) checkWritable(files, target.path);
  }
  for (const plan of plans) {
    carryOut(files, home, plan, () => planUninstall(files, home, plan.target));
  }
  const silent = scope === "user" ? targets.map(({ client }) => client) : [];
  while (!writeOwnSettings(files, home, { reporting: [], silent }));
}

function warn(
  ctx: UninstallerContext,
  files: Disk,
  places: Places,
  targets: readonly Target[],
): void {
  for (const { client, settings, scope } of targets) {
    const rival = rivalOf(files, settings, places);
    if (rival !== null)
      ctx.warnings.push(`${rival} and goes on reporting; disable it in ${client}`);
    const other = targetOf(client, scope === "user" ? "project" : "user", places);
    if (other !== null && other.path !== settings.file(scope, places)) {
      if (isInstalled(files, places.home, other)) {
        ctx.warnings.push(`hooks stay in ${other.path}: --scope ${other.scope} removes them`);
      }
    }
  }
}

/**
 * Takes our hooks out of the settings of agents. A file that nobody has touched since gets its old bytes.
 * @throws UserError `not_installable`, `settings_unreadable`, `settings_unwritable`, `settings_busy`
 */
export async function uninstallHooks(
  ctx: UninstallerContext,
  request: UninstallRequest,
  files: Disk = disk,
): Promise<UninstallResult> {
  const places = await findPlaces(ctx);
  const targets = targetsOf(files, places, request);
  const plans: Plan[] = targets.map((target) => planUninstall(files, places.home, target));
  const hasWork = plans.some(
    ({ target, before, after }) =>
      before !== after || hasReceipt(files, places.home, target.client, target.path),
  );
  if (!request.dryRun && hasWork) {
    await locked(files, places.home, () => write(files, places.home, targets, request.scope));
  }
  warn(ctx, files, places, targets);
  return {
    uninstalled: plans.map(({ target, before, after }) => ({
      client: target.client,
      scope: target.scope,
      file: target.path,
      status: before === after ? "absent" : "removed",
    })),
    diff: plans
      .map(({ target, before, after }) => unifiedDiff(target.path, before, after))
      .join(""),
  };
}
