import { command } from "../cli/command.ts";
import { uninstallJson } from "./json.ts";
import { hooksOptions } from "./options.ts";
import { parseAgents } from "./targets.ts";
import { refusals, uninstallText } from "./text.ts";
import { keptSessions, uninstallHooks } from "./uninstall.ts";

export default command({
  meta: { name: "uninstall", description: "Remove the hooks from agents' settings" },
  args: {
    agent: hooksOptions.agents("Agents to uninstall from; by default, all that have hooks"),
    ...hooksOptions.removal,
  },
  example: "mm hooks uninstall claude",
  details: [
    "If nobody has changed a file since, it gets its old bytes back; otherwise only mm's hooks are removed. Uninstalling the last hooks also removes what installing wrote to mm.json, unless somebody changed it. Recorded sessions stay.",
  ],
  async run(ctx, { _: words, scope, "dry-run": dryRun }) {
    const result = await uninstallHooks(ctx, { agents: parseAgents(words), scope, dryRun });
    ctx.warnings.push(...refusals(result.refused));
    const kept = await keptSessions(ctx);
    return {
      data: uninstallJson(result, dryRun),
      text: () => (dryRun ? result.diff : uninstallText(result, kept)),
      exitCode: result.refused.length > 0 ? 1 : 0,
    };
  },
});
