import { command } from "../cli/command.ts";
import { options } from "../cli/options.ts";
import { hooksOptions } from "../install/options.ts";
import { parseAgents } from "../install/targets.ts";
import { refusals } from "../install/text.ts";
import { registerServers } from "./install.ts";
import { registerJson } from "./json.ts";
import { serverOptions } from "./options.ts";
import { registerText } from "./text.ts";

export default command({
  meta: { name: "install", description: "Register the server with agents" },
  args: {
    agent: hooksOptions.agents(
      "Agents to register it with; by default, all supported ones that are found",
    ),
    scope: hooksOptions.scope,
    ...serverOptions,
    "dry-run": options.dryRun("Show what would change"),
    yes: options.yes,
    json: options.json,
  },
  example: "mm mcp install claude codex",
  details: [
    "Everything else in the settings stays as it is, and `mm mcp uninstall` restores the old ones. The hooks record what the server finds: `mm hooks install --mcp` installs both.",
  ],
  async run(ctx, { _: words, scope, yes, "dry-run": dryRun, ...args }) {
    const agents = parseAgents(words);
    const told = { readOnly: args["read-only"], thisProject: args["this-project"] };
    const result = await registerServers(ctx, { agents, scope, dryRun, yes, ...told });
    ctx.warnings.push(...refusals(result.refused));
    return {
      data: registerJson(result, dryRun),
      text: () => (dryRun ? result.diff : registerText(result)),
      exitCode: result.refused.length > 0 ? 1 : 0,
    };
  },
});
