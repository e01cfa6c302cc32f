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
  if (on && off) throw new UserError("usage", "--context and --no-context exclude each other");
  return on ? true : off ? false : undefined;
}

export default command({
  meta: { name: "install", description: "Have agents report their sessions to mm" },
  args: {
    agent: hooksOptions.agents(
      "Agents to install for; all supported ones that are found by default",
    ),
    scope: hooksOptions.scope,
    events: hooksOptions.events,
    capture: {
      type: "enum",
      options: [...CAPTURES],
      valueHint: "HOW",
      description: "How much of the content is kept, for all agents",
    },
    context: { type: "boolean", description: "Tell new sessions of the project's last ones" },
    "no-context": { type: "boolean", description: "Tell them nothing, which is the default" },
    "dry-run": options.dryRun("Show what would change"),
    yes: options.yes,
    json: options.json,
  },
  example: "mm hooks install claude codex",
  details: [
    "Nothing else in the settings is changed, and `mm hooks uninstall` gives the old ones back. --capture and --context are kept in mm.json in the home of mm.",
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
