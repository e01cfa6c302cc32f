import { shortAgent } from "../agents/short-name.ts";
import { localDay } from "../cli/sql.ts";
import type { Style } from "../cli/style.ts";
import { table } from "../cli/table.ts";
import { formatHours } from "../text/duration.ts";
import { counted } from "../text/text.ts";
import { bars } from "./bars.ts";
import { calendar, heatMap, weeksThatFit } from "./calendar.ts";
import { DIMENSIONS, type Dimension, type Grouping, groupsBy } from "./dimensions.ts";
import type { EventGroup } from "./groups.ts";
import type { HookTimes } from "./sql.ts";
import type { ActivityStats } from "./tally.ts";

const MOST_BARS = 15;
const HEADS: Readonly<Record<Dimension, string>> = {
  day: "Days",
  week: "Weeks",
  hour: "Hours of the day",
  agent: "Agents",
  model: "Models",
  project: "Projects",
  tool: "Tools",
};

/** What is always shown of agents and projects. */
const MOST_IN_BRIEF = 5;

/** The style and the width, in cells, to print with. */
interface Page {
  readonly style: Style;
  readonly columns: number;
}

function percent(errors: number, calls: number): string {
  return `${((errors / Math.max(1, calls)) * 100).toFixed(1)}%`;
}

function section(
  { head, unit }: { readonly head: string; readonly unit: string },
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
    `${style.bold(head)} ${style.dim(`(${unit})`)}`,
    ...bars(rows, columns, style),
    ...(more > 0 ? [`  and ${more} more`] : []),
  ];
}

const errorNote = ({ errors, toolCalls }: EventGroup) =>
  errors === 0 ? "" : `${percent(errors, toolCalls)} errors`;

const groupNote = ({ sessions, activeSeconds }: EventGroup) =>
  `${counted(sessions, "session")}, ${formatHours(activeSeconds * 1000)}`;

/** The totals, in two lines. */
function sums(stats: ActivityStats, { style }: Page): string[] {
  const { sessions, events, activeSeconds, toolCalls, errors } = stats;
  const rate = toolCalls === 0 ? "" : `, ${percent(errors, toolCalls)}`;
  const bold = (text: string) => text.replace(/^\d+/u, (number) => style.bold(number));
  return [
    `${bold(counted(sessions, "session"))}, ${bold(counted(events, "event"))}, ${style.bold(formatHours(activeSeconds * 1000))} active`,
    `${counted(toolCalls, "tool call")}, ${counted(errors, "error")}${rate}`,
  ];
}

/** What to show. */
interface Request {
  readonly by: Grouping | undefined;
  /** Whether tools are shown by the names that agents give them. */
  readonly raw: boolean;
  /** The end of the period, exclusive: the calendar ends the day before. */
  readonly until: Date;
}

/** The groups of a dimension as people see them. */
function shownGroups(stats: ActivityStats, by: Dimension, raw: boolean): readonly EventGroup[] {
  if (by === "tool") return raw ? stats.tools : stats.kinds;
  const all = groupsBy(stats, by);
  // Show the last days and weeks, but all groups of any other dimension.
  const groups = by === "day" || by === "week" ? all.slice(-MOST_BARS) : all;
  if (by === "agent") return groups.map((group) => ({ ...group, key: shortKey(group) }));
  return by === "hour" ? groups.map(withMinutes) : groups;
}

const withMinutes = (group: EventGroup) => ({
  ...group,
  key: group.key === null ? null : `${group.key}:00`,
});

const shortKey = ({ key }: EventGroup) => (key === null ? null : shortAgent(key));

/** The sections below the calendar: the dimension that was asked for, whole, and the usual ones. */
function sections(stats: ActivityStats, { by, raw }: Request, page: Page): string[] {
  const asked = by === undefined ? [] : by === "all" ? DIMENSIONS : [by];
  const usual = (["agent", "project", "tool"] as const).filter((each) => !asked.includes(each));
  const unitOf = (each: Dimension) => (each === "tool" ? "calls" : "events");
  const noteOf = (each: Dimension) => (each === "tool" ? errorNote : groupNote);
  const show = (each: Dimension, most?: number) => {
    const groups = shownGroups(stats, each, raw);
    return section(
      { head: HEADS[each], unit: unitOf(each) },
      groups,
      noteOf(each),
      page,
      most ?? groups.length,
    );
  };
  return [
    ...asked.flatMap((each) => show(each)),
    ...usual.flatMap((each) => show(each, each === "tool" ? MOST_BARS : MOST_IN_BRIEF)),
  ];
}

export function statsText(stats: ActivityStats, request: Request, page: Page): string {
  if (stats.sessions === 0) return "No sessions found.\n";
  const counts = new Map(stats.days.map(({ key, events }) => [key ?? "", events]));
  const lastDay = localDay(new Date(request.until.getTime() - 1));
  const map = heatMap(counts, lastDay, weeksThatFit(page.columns));
  return `${[
    ...sums(stats, page),
    "",
    ...calendar(map, page.style),
    ...sections(stats, request, page),
  ].join("\n")}\n`;
}

/** On a narrow terminal the last columns are dropped and names cut. */
const STEPS = [
  { column: 6, least: 0 },
  { column: 1, least: 15 },
  { column: 5, least: 0 },
  { column: 4, least: 0 },
];

/** `columns` is the terminal's width; undefined if there is none. */
export function hookTimesText(
  times: readonly HookTimes[],
  style: Style,
  columns: number | undefined,
): string {
  if (times.length === 0) return "No hook has stored anything.\n";
  const milliseconds = (value: number) => `${value.toFixed(2)} ms`;
  const rows = times.map(({ client: agent, event, count, p50Ms, p95Ms, p99Ms, maxMs }) => [
    agent,
    event ?? "",
    String(count),
    ...[p50Ms, p95Ms, p99Ms, maxMs].map(milliseconds),
  ]);
  const header = ["Agent", "Event", "Count", "p50", "p95", "p99", "Max"];
  return table(header, rows, { columns, head: style.head, right: [2, 3, 4, 5, 6], steps: STEPS });
}
