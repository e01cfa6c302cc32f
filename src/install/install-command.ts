import { AGENTS } from "../agents/agents.ts";
import { command } from "../cli/command.ts";
import { foldBehind } from "../cli/fit.ts";
import { UserError } from "../errors.ts";
import { CAPTURES } from "../settings/settings.ts";
import { escapeControls } from "../text/text.ts";
import { type InstallResult, installHooks, type Refused } from "./install.ts";
import { parseClients } from "./targets.ts";

const HEADS = {
  added: "Installed",
  updated: "Updated",
  unchanged: "Unchanged",
} as const;

/** Told on stderr, one line each, beside what was done. */
export function refusals(refused: readonly Refused[]): string[] {
  return refused.map(({ client, message }) => `${AGENTS[client].name} is left out: ${message}`);
}

function describe({ installed, capture, context }: InstallResult, home: string): string {
  const lines = installed.flatMap(({ client, status, file, events, nextSteps }) => [
    `${HEADS[status]}: ${AGENTS[client].name}, ${escapeControls(file)}`,
    foldBehind("  Events: ", events.join(", "), "    "),
    ...nextSteps.map((step) => foldBehind("  Next: ", step, "    ")),
  ]);
  const told = context ? ", and new sessions are told of the last ones" : "";
  return [...lines, `Capture: ${capture}${told}`, `Check with: ${home}`, ""].join("\n");
}

function toJson({ installed, capture, context, refused, diff }: InstallResult, dryRun: boolean) {
  return {
    dry_run: dryRun,
    clients: installed.map(({ client, scope, file, status, events, nextSteps }) => ({
      client,
      support: AGENTS[client].support,
      scope,
      file,
      status,
      events,
      next_steps: nextSteps,
    })),
    capture,
    context,
    ...(refused.length > 0 ? { refused } : {}),
    ...(dryRun ? { diff } : {}),
  };
}

function contextOf(on: boolean | undefined, off: boolean | undefined): boolean | undefined {
  if (on && off) throw new UserError("usage", "--context and --no-context exclude each other");
  return on ? true : off ? false : undefined;
}

export default command({
  meta: { name: "install", description: "Have agents report their sessions to mm" },
  args: {
    client: {
      type: "positional",
      rest: true,
      required: false,
      completes: "client",
      valueHint: "CLIENT…",
      description: "Agents to install for; all supported ones that are found by default",
    },
    scope: {
      type: "enum",
      options: ["user", "project"],
      default: "user",
      valueHint: "SCOPE",
      description: "Your own settings, or those of the project here",
    },
    events: {
      type: "enum",
      options: ["sessions", "activity"],
      default: "activity",
      valueHint: "SET",
      description: "Start and end of sessions alone, or what happens in them too",
    },
    capture: {
      type: "enum",
      options: [...CAPTURES],
      valueHint: "HOW",
      description: "How much of the content is kept, for all agents",
    },
    context: { type: "boolean", description: "Tell new sessions of the project's last ones" },
    "no-context": { type: "boolean", description: "Tell them nothing, which is the default" },
    "dry-run": { type: "boolean", description: "Show what would change, and change nothing" },
    yes: { type: "boolean", alias: "y", description: "Don't ask" },
    json: { type: "boolean", description: "Print one line of JSON" },
  },
  example: "mm hooks install claude codex",
  details: [
    "Nothing else in the settings is changed, and `mm hooks uninstall` gives the old ones back. --capture and --context are kept in mm.json in the home of mm.",
  ],
  async run(ctx, args) {
    const dryRun = args["dry-run"] === true;
    const result = await installHooks(ctx, {
      clients: parseClients(args._),
      scope: args.scope,
      events: args.events,
      capture: args.capture,
      context: contextOf(args.context, args["no-context"]),
      dryRun,
      yes: args.yes === true,
    });
    ctx.warnings.push(...refusals(result.refused));
    return {
      exitCode: result.refused.length > 0 ? 1 : 0,
      data: toJson(result, dryRun),
      text: () => (dryRun ? result.diff : describe(result, "mm hooks status")),
    };
  },
});
