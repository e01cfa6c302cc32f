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
    mcp: {
      type: "boolean",
      description: "Register the server with them, too, as `mm mcp install` does",
    },
    "dry-run": options.dryRun("Show what would change"),
    yes: options.yes,
    json: options.json,
  },
  example: "mm hooks install claude codex",
  details: [
    "Everything else in the settings stays as it is, and `mm hooks uninstall` restores the old ones. --capture and --context are stored in mm.json in mm's home.",
  ],
  async run(ctx, { _: words, scope, events, capture, yes, mcp, "dry-run": dryRun, ...args }) {
    const agents = parseAgents(words);
    const context = contextOf(args.context, args["no-context"]);
    const servers = mcp ? await import("../servers/beside-hooks.ts") : null;
    const both = { agents, scope, dryRun, yes };
    const also = servers === null ? [] : await servers.ahead(ctx, both);
    const request = { ...both, events, capture, context, also };
    const result = await installHooks(ctx, request);
    const isAgreed = result.installed.some(({ status }) => status !== "unchanged");
    const more = await servers?.beside(ctx, { ...both, yes: yes || isAgreed });
    ctx.warnings.push(...refusals([...result.refused, ...(more?.refused ?? [])]));
    return {
      data: { ...installJson(result, dryRun), ...more?.json },
      text: () =>
        dryRun ? result.diff + (more?.diff ?? "") : installText(result) + (more?.text() ?? ""),
      exitCode: result.refused.length + (more?.refused.length ?? 0) > 0 ? 1 : 0,
    };
  },
});
