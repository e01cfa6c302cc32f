import { command } from "../cli/command.ts";
import { parsePeriod } from "../cli/numbers.ts";
import { options } from "../cli/options.ts";
import { terminalColumns } from "../cli/table.ts";
import { findProject } from "../projects/filter.ts";
import { usageStatsJson } from "./json.ts";
import { USAGE_DIMENSIONS, type UsageStats, usageStats } from "./stats.ts";

/** How one of both commands is described. */
interface Description {
  readonly name: string;
  readonly description: string;
  readonly example: string;
  readonly details: readonly string[];
}

/** `stats tokens` and `stats cost` count the same, and show another part of it. */
export function usageCommand(
  { name, description, example, details }: Description,
  shown: (stats: UsageStats, columns: number | undefined) => string,
) {
  return command({
    meta: { name, description },
    args: {
      ...options.period,
      agent: options.agent,
      project: options.project,
      by: {
        type: "enum",
        options: [...USAGE_DIMENSIONS],
        default: "day",
        description: "A line for each of these",
        valueHint: "WHAT",
      },
      json: options.json,
    },
    example,
    details,
    async run(ctx, args) {
      const { since, until } = parsePeriod(args, ctx.now());
      const project = args.project === undefined ? undefined : await findProject(ctx, args.project);
      const stats = await usageStats(ctx, {
        by: args.by,
        agentId: args.agent,
        project,
        since,
        until,
      });
      return {
        data: usageStatsJson(stats),
        text: () => shown(stats, terminalColumns(ctx)),
      };
    },
  });
}
