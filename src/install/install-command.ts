import { command } from "../cli/command.ts";
import { options } from "../cli/options.ts";
import { UserError } from "../errors.ts";
import { CAPTURES } from "../settings/settings.ts";
import { installHooks } from "./install.ts";
import { installJson } from "./json.ts";
import { hooksOptions } from "./options.ts";
import { parseAgents } from "./targets.ts";
import { installText, refusals } from "./text.ts";

function contextOf(on: boolean, off: boolean): boolean | undefined {
  if (on && off) throw new UserError("usage", "--context and --no-context can't be combined");
  return on ? true : off ? false : undefined;
}

export default command({
  meta: { name: "install", description: "Make agents report their sessions to mm" },
  args: {
    agent: hooksOptions.agents(
      "Agents to install for; by default, all supported ones that are found",
    ),
    scope: hooksOptions.scope,
    events: hooksOptions.events,
    capture: {
      type: "enum",
      options: [...CAPTURES],
      valueHint: "HOW",
      description: "How much of the content to keep, for all agents",
    },
    context: { type: "boolean", description: "Tell new sessions about the project's last ones" },
    "no-context": { type: "boolean", description: "Tell them nothing (the default)" },
    "dry-run": options.dryRun("Show what would change"),
    yes: options.yes,
    json: options.json,
  },
  example: "mm hooks install claude codex",
  details: [
    "Everything else in the settings stays as it is, and `mm hooks uninstall` restores the old ones. --capture and --context are stored in mm.json in mm's home.",
  ],
  async run(ctx, { _: words, scope, events, capture, yes, "dry-run": dryRun, ...args }) {
    const agents = parseAgents(words);
    const context = contextOf(args.context, args["no-context"]);
    const request = { agents, scope, events, capture, context, dryRun, yes };
    const result = await installHooks(ctx, request);
    ctx.warnings.push(...refusals(result.refused));
    return {
      data: installJson(result, dryRun),
      text: () => (dryRun ? result.diff : installText(result)),
      exitCode: result.refused.length > 0 ? 1 : 0,
    };
  },
});
