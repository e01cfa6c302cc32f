import { command } from "../cli/command.ts";
import { parsePeriod } from "../cli/numbers.ts";
import { startProgress } from "../cli/progress.ts";
import { type Style, styleFor } from "../cli/style.ts";
import type { Context } from "../context.ts";
import { findProject } from "../store/project.ts";
import { formatHours } from "../text/duration.ts";
import { toTimestamp } from "../text/time.ts";
import { bars } from "./bars.ts";
import { calendar, heatMap, localDay, weeksThatFit } from "./calendar.ts";
import { countStored, type StatsFilter } from "./sql.ts";
import {
  type ActivityStats,
  activityStats,
  DIMENSIONS,
  type Dimension,
  type EventGroup,
} from "./tally.ts";

const MOST_BARS = 15;
const GROUPS = { day: "days", agent: "agents", project: "projects", tool: "tools" } as const;
const HEADS = { day: "Days", agent: "Agents", project: "Projects", tool: "Tools" } as const;

function rate(errors: number, calls: number): number | null {
  return calls === 0 ? null : Math.round((errors / calls) * 10_000) / 10_000;
}

function percent(errors: number, calls: number): string {
  return `${((errors / Math.max(1, calls)) * 100).toFixed(1)} %`;
}

function toJsonRow({ key, sessions, events, toolCalls, errors, activeSeconds }: EventGroup) {
  return {
    key,
    sessions,
    events,
    tool_calls: toolCalls,
    errors,
    error_rate: rate(errors, toolCalls),
    active_seconds: activeSeconds,
  };
}

function toJson(stats: ActivityStats, by: Dimension, since: string | null, until: string | null) {
  const { sessions, events, activeSeconds, toolCalls, errors, types, tools } = stats;
  return {
    since,
    until,
    sessions,
    events,
    active_seconds: activeSeconds,
    tool_calls: toolCalls,
    errors,
    error_rate: rate(errors, toolCalls),
    events_by_type: types.map(({ key, events }) => ({ type: key, count: events })),
    tools: tools.map(({ key, events, errors }) => ({ tool: key, count: events, errors })),
    by,
    groups: stats[GROUPS[by]].map(toJsonRow),
  };
}

interface Page {
  readonly columns: number;
  readonly style: Style;
}

function section(
  head: string,
  groups: readonly EventGroup[],
  note: (group: EventGroup) => string,
  { columns, style }: Page,
  most = MOST_BARS,
): string[] {
  if (groups.length === 0) return [];
  const rows = groups.slice(0, most).map((group) => ({
    label: group.key ?? "(none)",
    value: group.events,
    note: note(group),
  }));
  const more = groups.length - rows.length;
  return [
    "",
    style.bold(head),
    ...bars(rows, columns, style),
    ...(more > 0 ? [`  and ${more} more`] : []),
  ];
}

const errorNote = ({ errors, toolCalls }: EventGroup) =>
  errors === 0 ? "" : `${percent(errors, toolCalls)} errors`;

const groupNote = ({ sessions, activeSeconds }: EventGroup) =>
  `${sessions} session(s), ${formatHours(activeSeconds * 1000)}`;

function describe(ctx: Context, stats: ActivityStats, by: Dimension | null, until: Date): string {
  const { sessions, events, activeSeconds, toolCalls, errors } = stats;
  if (sessions === 0) return "No sessions found.\n";
  const style = styleFor(ctx);
  const columns = ctx.terminal.stdoutIsTty() ? ctx.terminal.columns() : 80;
  const counts = new Map(stats.days.map(({ key, events }) => [key ?? "", events]));
  // The end of a period isn't part of it.
  const lastDay = localDay(new Date(until.getTime() - 1));
  const page = { columns, style };
  const chosen = by === null || by === "tool" ? [] : stats[GROUPS[by]];
  // Of many days the last are told; of what else is asked for, all.
  const groups = by === "day" ? chosen.slice(-MOST_BARS) : chosen;
  const mostTools = by === "tool" ? stats.tools.length : MOST_BARS;
  return `${[
    `${style.bold(String(sessions))} session(s), ${style.bold(String(events))} event(s), ${style.bold(formatHours(activeSeconds * 1000))} active`,
    `${toolCalls} tool call(s), ${errors} error(s)${toolCalls === 0 ? "" : `, ${percent(errors, toolCalls)}`}`,
    "",
    ...calendar(heatMap(counts, lastDay, weeksThatFit(columns)), style),
    ...(by === null ? [] : section(HEADS[by], groups, groupNote, page, groups.length)),
    ...section("Events", stats.types, () => "", page),
    ...section("Tools", stats.tools, errorNote, page, mostTools),
  ].join("\n")}\n`;
}

/** With a bar where that takes its time, unless nobody looks at it. */
async function counted(ctx: Context, filter: StatsFilter, isSilent: boolean) {
  const store = await ctx.store();
  const total = isSilent ? undefined : await store.read(countStored);
  const bar = startProgress(ctx, "Counting", total ?? 0);
  try {
    return await activityStats(store, filter, async (events) => {
      bar.show(events);
      await bar.turn();
    });
  } finally {
    bar.clear();
  }
}

const stats = command({
  meta: { name: "stats", description: "Show how much the agents did, and when" },
  args: {
    since: {
      type: "string",
      completes: ["24h", "7d", "30d"],
      description: "Only from a date, a date-time or a duration ago on",
      valueHint: "WHEN",
    },
    until: { type: "string", description: "Only before", valueHint: "WHEN" },
    agent: {
      type: "string",
      completes: "agent",
      alias: "a",
      description: "Only this agent's",
      valueHint: "ID",
    },
    project: {
      type: "string",
      completes: "directory",
      description: "Only this project's: its name, or a folder in it (`.` is the current one)",
      valueHint: "PROJECT",
    },
    by: {
      type: "enum",
      options: [...DIMENSIONS],
      description: "Also add up by this",
      valueHint: "WHAT",
    },
    json: { type: "boolean", description: "Print one line of JSON" },
  },
  example: "mm stats --since 30d --by project",
  details: [
    "Active time is the time between each two events of a session that follow one another within 5 minutes; a longer silence counts as none. Sessions are those that started or had an event in the period. An error is a tool call that failed, and the rate is of all tool calls.",
    "The calendar has a column for each week and a shade for each day: a quarter, half, three quarters and all of the busiest day's events at most. Days are local.",
  ],
  async run(ctx, args) {
    const now = ctx.now();
    const { since, until } = parsePeriod(args, now);
    const filter = {
      agentId: args.agent,
      project: args.project === undefined ? undefined : await findProject(ctx, args.project),
      since: since && toTimestamp(since),
      until: until && toTimestamp(until),
    };
    const by = (args.by as Dimension | undefined) ?? null;
    const found = await counted(ctx, filter, args.json === true);
    return {
      data: toJson(found, by ?? "day", filter.since ?? null, filter.until ?? null),
      text: () => describe(ctx, found, by, until ?? now),
    };
  },
});

export default {
  ...stats,
  subCommands: { hooks: () => import("./hooks-command.ts").then((module) => module.default) },
};
