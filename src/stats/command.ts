import { command } from "../cli/command.ts";
import { parsePeriod } from "../cli/numbers.ts";
import { options } from "../cli/options.ts";
import { withProgress } from "../cli/progress.ts";
import { styleFor } from "../cli/style.ts";
import { terminalColumns } from "../cli/table.ts";
import type { Context } from "../context.ts";
import { nothingFound } from "../hints/hints.ts";
import { machinesJson } from "../machines/json.ts";
import { machineOption, withStores } from "../machines/stores.ts";
import { activityStats } from "./activity.ts";
import { DIMENSIONS } from "./dimensions.ts";
import { statsJson } from "./json.ts";
import { toStatsFilter, toStatsPeriod } from "./request.ts";
import { statsText } from "./text.ts";

const stats = command({
  meta: { name: "stats", description: "Show how much the agents did, and when" },
  args: {
    ...options.period,
    agent: options.agent,
    project: options.project,
    machine: machineOption,
    by: {
      type: "enum",
      options: [...DIMENSIONS, "all"],
      description: "Also group by this",
      valueHint: "WHAT",
    },
    raw: { type: "boolean", description: "Tools by the names that their agents give them" },
    json: options.json,
  },
  example: "mm stats --since 30d --by project",
  details: [
    "Active time is the sum of the gaps between a session's events; gaps of more than 5 minutes don't count. Sessions count if they started or had an event in the period. An error is a failed tool call, and the error rate is its share of all tool calls.",
    "Tools are added up by what they are for: shell, read, edit, search, web, subagent, plan, mcp or other. `--by tool --raw` shows them by the names that their agents give them. Weeks are shown by their Monday.",
    "The calendar has a column for each week and a shade for each day. The four shades stand for up to a quarter, half, three quarters and all of the busiest day's events. Days are local.",
  ],
  async run(ctx, args) {
    const now = ctx.now();
    const { since, until } = parsePeriod(args, now);
    const period = toStatsPeriod({ since, until });
    const filterFor = (from: Context) => toStatsFilter(from, args, period);
    const { counted, machines } = await withProgress(ctx, "Counting", args.json, (progress) =>
      withStores(ctx, args.machine, async (stores) => ({
        counted: await activityStats(stores, filterFor, progress),
        machines: machinesJson(stores),
      })),
    );
    const isTold = counted.sessions === 0 && !args.json && args.machine === undefined;
    const none = isTold ? await nothingFound(ctx, args) : "";
    const page = () => ({ style: styleFor(ctx), columns: terminalColumns(ctx) ?? 80 });
    return {
      data: { ...statsJson(counted, period, args.by), ...machines },
      text: () => {
        const told = { by: args.by, raw: args.raw, until: until ?? now };
        return `${statsText(counted, told, page())}${none}`;
      },
      isPaged: true,
    };
  },
});

export default {
  ...stats,
  subCommands: {
    tokens: () => import("../usage/tokens-command.ts").then((module) => module.default),
    cost: () => import("../usage/cost-command.ts").then((module) => module.default),
    hooks: () => import("./hooks-command.ts").then((module) => module.default),
  },
};
