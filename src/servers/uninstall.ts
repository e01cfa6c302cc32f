import type { Context } from "../context.ts";
import { locked } from "../edit/lock.ts";
import { toEditContext } from "../edit/places.ts";
import { planUninstall } from "../edit/plan.ts";
import { mayHavePart } from "../edit/receipt.ts";
import { planEach } from "../install/planning/each.ts";
import {
  isInstalled,
  removedBy,
  removeParts,
  type UninstallRequest,
  type UninstallResult,
} from "../install/uninstall.ts";
import { requireHome } from "../settings/no-folder.ts";
import { serverTarget, serverTargets } from "./targets.ts";

/**
 * Takes our server out of the settings of agents. A file that nobody has touched since gets its old bytes back.
 * @throws UserError `not_installable`, `settings_unreadable`, `settings_unwritable`, `settings_busy`
 */
export async function unregisterServers(
  given: Pick<Context, "env" | "cwd" | "warnings" | "disk" | "now" | "newId">,
  { agents, scope, dryRun }: UninstallRequest,
): Promise<UninstallResult> {
  requireHome(given.env);
  const ctx = await toEditContext(given);
  const isNamed = agents.length > 0;
  const meant = serverTargets(agents, scope, ctx.places).filter(
    (target) => isNamed || isInstalled(ctx, target),
  );
  const { planned: plans, refused } = planEach(
    meant.map((target) => ({ target })),
    isNamed,
    ({ target }) => planUninstall(ctx, target),
  );
  const hasWork = plans.some(
    ({ target, before, after }) => before !== after || mayHavePart(ctx, target),
  );
  const targets = plans.map(({ target }) => target);
  if (!dryRun && hasWork) await locked(ctx, () => removeParts(ctx, targets));
  for (const { agent, path } of targets) {
    const other = serverTarget(agent, scope === "user" ? "project" : "user", ctx.places);
    if (other === null || other.path === path || !isInstalled(ctx, other)) continue;
    ctx.warnings.push(`the server stays in ${other.path}: --scope ${other.scope} removes it`);
  }
  return { ...removedBy(plans), refused };
}
