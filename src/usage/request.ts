import { agentIdsOf } from "../agents/ids.ts";
import { type Answer, arg } from "../cli/command.ts";
import { type Period, parsePeriod } from "../cli/numbers.ts";
import { options } from "../cli/options.ts";
import { terminalColumns } from "../cli/table.ts";
import type { Context } from "../context.ts";
import { machinesJson } from "../machines/json.ts";
import { machineOption, withStores } from "../machines/stores.ts";
import { findProject } from "../projects/filter.ts";
import { usageStatsJson } from "./json.ts";
import { USAGE_DIMENSIONS, type UsageStats, usageStats } from "./stats.ts";

/** The options of `stats tokens` and `stats cost`, which count the same and show another part of it. */
export const usageArgs = {
  ...options.period,
  agent: options.agent,
  project: options.project,
  machine: machineOption,
  by: arg({
    type: "enum",
    options: [...USAGE_DIMENSIONS],
    default: "day",
    description: "A line for each of these",
    valueHint: "WHAT",
  }),
  json: options.json,
};

type Asked = {
  readonly [Name in keyof Period | "agent" | "project" | "machine"]?: string | undefined;
} & { readonly by: (typeof USAGE_DIMENSIONS)[number]; readonly json?: boolean | undefined };

async function whyNone(ctx: Context, asked: Asked): Promise<string> {
  const { nothingFound } = await import("../hints/hints.ts");
  return await nothingFound(ctx, asked);
}

/** Counts, and shows with `text` what people want to see of it. */
export async function usageAnswer(
  ctx: Context,
  args: Asked,
  text: (stats: UsageStats, columns: number | undefined) => string,
): Promise<Answer> {
  const { since, until } = parsePeriod(args, ctx.now());
  const { by, agent, project } = args;
  const agentIds = agent === undefined ? undefined : agentIdsOf(agent);
  const projectFor = async (from: Context) =>
    project === undefined ? undefined : await findProject(from, project);
  const { stats, machines } = await withStores(ctx, args.machine, async (stores) => ({
    stats: await usageStats(stores, { by, agentIds, projectFor, since, until }),
    machines: machinesJson(stores),
  }));
  const isOthers = stats.groups.length === 0 && stats.isStored && args.machine === undefined;
  const none = isOthers && args.json !== true ? await whyNone(ctx, args) : "";
  return {
    data: { ...usageStatsJson(stats), ...machines },
    text: () => `${text(stats, terminalColumns(ctx))}${none}`,
  };
}
