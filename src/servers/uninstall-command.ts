import { command } from "../cli/command.ts";
import { uninstallJson } from "../install/json.ts";
import { hooksOptions } from "../install/options.ts";
import { parseAgents } from "../install/targets.ts";
import { refusals } from "../install/text.ts";
import { unregisterText } from "./text.ts";
import { unregisterServers } from "./uninstall.ts";

export default command({
  meta: { name: "uninstall", description: "Remove the server from agents' settings" },
  args: {
    agent: hooksOptions.agents("Agents to remove it from; by default, all that have it"),
    ...hooksOptions.removal,
  },
  example: "mm mcp uninstall claude",
  details: [
    "If nobody has changed a file since, it gets its old bytes back; otherwise only mm's server is removed. Hooks stay.",
  ],
  async run(ctx, { _: words, scope, "dry-run": dryRun }) {
    const result = await unregisterServers(ctx, { agents: parseAgents(words), scope, dryRun });
    ctx.warnings.push(...refusals(result.refused));
    return {
      data: uninstallJson(result, dryRun),
      text: () => (dryRun ? result.diff : unregisterText(result)),
      exitCode: result.refused.length > 0 ? 1 : 0,
    };
  },
});
