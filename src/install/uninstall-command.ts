import { AGENTS } from "../agents/agents.ts";
import { command } from "../cli/command.ts";
import { escapeControls } from "../text/text.ts";
import { refusals } from "./install-command.ts";
import { parseClients } from "./targets.ts";
import { type UninstallResult, uninstallHooks } from "./uninstall.ts";

function describe({ uninstalled }: UninstallResult): string {
  if (uninstalled.length === 0) return "No hooks found.\n";
  const lines = uninstalled.map(({ client, file, status }) => {
    const head = status === "removed" ? "Removed" : "Nothing there";
    return `${head}: ${AGENTS[client].name}, ${escapeControls(file)}`;
  });
  return [...lines, ""].join("\n");
}

export default command({
  meta: { name: "uninstall", description: "Take the hooks out of agents' settings again" },
  args: {
    client: {
      type: "positional",
      rest: true,
      required: false,
      completes: "client",
      valueHint: "CLIENT…",
      description: "Agents to uninstall from; all that have hooks by default",
    },
    scope: {
      type: "enum",
      options: ["user", "project"],
      default: "user",
      valueHint: "SCOPE",
      description: "Your own settings, or those of the project here",
    },
    "dry-run": { type: "boolean", description: "Show what would change, and change nothing" },
    yes: { type: "boolean", alias: "y", description: "For symmetry: it never asks" },
    json: { type: "boolean", description: "Print one line of JSON" },
  },
  example: "mm hooks uninstall claude",
  details: [
    "A file that nobody has touched since gets its old bytes back; from any other only the hooks of mm are removed. With the last ones goes what installing has put into mm.json and nobody has changed since. Sessions that were recorded stay.",
  ],
  async run(ctx, args) {
    const dryRun = args["dry-run"] === true;
    const result = await uninstallHooks(ctx, {
      clients: parseClients(args._),
      scope: args.scope,
      dryRun,
    });
    const { uninstalled, refused, diff } = result;
    ctx.warnings.push(...refusals(refused));
    return {
      exitCode: refused.length > 0 ? 1 : 0,
      data: {
        dry_run: dryRun,
        clients: uninstalled,
        ...(refused.length > 0 ? { refused } : {}),
        ...(dryRun ? { diff } : {}),
      },
      text: () => (dryRun ? diff : describe(result)),
    };
  },
});
