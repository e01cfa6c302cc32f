import { command } from "../cli/command.ts";
import { uninstallJson } from "./json.ts";
import { hooksOptions } from "./options.ts";
import { parseAgents } from "./targets.ts";
import { refusals, uninstallText } from "./text.ts";
import { keptSessions, uninstallHooks } from "./uninstall.ts";

export default command({
  meta: { name: "uninstall", description: "Take the hooks out of agents' settings again" },
  args: {
    agent: hooksOptions.agents("Agents to uninstall from; all that have hooks by default"),
    ...hooksOptions.removal,
  },
  example: "mm hooks uninstall claude",
  details: [
    "A file that nobody has touched since gets its old bytes back; from any other only the hooks of mm are removed. With the last ones goes what installing has put into mm.json and nobody has changed since. Sessions that were recorded stay.",
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
