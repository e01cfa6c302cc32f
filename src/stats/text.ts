import { localDay } from "../cli/sql.ts";
import type { Style } from "../cli/style.ts";
import { table } from "../cli/table.ts";
import { formatHours } from "../text/duration.ts";
import { counted } from "../text/text.ts";
import { bars } from "./bars.ts";
import { calendar, heatMap, weeksThatFit } from "./calendar.ts";
import type { HookTimes } from "./sql.ts";
import { type ActivityStats, type Dimension, type EventGroup, groupsBy } from "./tally.ts";

const MOST_BARS = 15;
const HEADS = { day: "Days", agent: "Agents", project: "Projects", tool: "Tools" } as const;

/** The style and the width, in cells, to print with. */
interface Page {
  readonly style: Style;
  readonly columns: number;
}

function percent(errors: number, calls: number): string {
  return `${((errors / Math.max(1, calls)) * 100).toFixed(1)}%`;
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

/** The bars of the requested dimension. Tools are always shown, in a section of their own. */
function chosen(stats: ActivityStats, by: Dimension, page: Page): string[] {
  if (by === "tool") return [];
  const all = groupsBy(stats, by);
  // Show the last days, but all groups of any other dimension.
  const groups = by === "day" ? all.slice(-MOST_BARS) : all;
  return section(HEADS[by], groups, groupNote, page, groups.length);
}

/** @param until the end of the period, exclusive: the calendar ends the day before */
export function statsText(
  stats: ActivityStats,
  by: Dimension | undefined,
  until: Date,
  page: Page,
): string {
  if (stats.sessions === 0) return "No sessions found.\n";
  const counts = new Map(stats.days.map(({ key, events }) => [key ?? "", events]));
  const lastDay = localDay(new Date(until.getTime() - 1));
  const mostTools = by === "tool" ? stats.tools.length : MOST_BARS;
  return `${[
    ...sums(stats, page),
    "",
    ...calendar(heatMap(counts, lastDay, weeksThatFit(page.columns)), page.style),
    ...(by === undefined ? [] : chosen(stats, by, page)),
    ...section("Events", stats.types, () => "", page),
    ...section("Tools", stats.tools, errorNote, page, mostTools),
  ].join("\n")}\n`;
}

/** On a narrow terminal the last columns are dropped and names cut. */
const STEPS = [
  { column: 6, least: 0 },
  { column: 1, least: 15 },
  { column: 5, least: 0 },
];

/** `columns` is the terminal's width; undefined if there is none. */
export function hookTimesText(times: readonly HookTimes[], columns: number | undefined): string {
  if (times.length === 0) return "No hook has stored anything.\n";
  const milliseconds = (value: number) => `${value.toFixed(2)} ms`;
  const rows = times.map(({ client: agent, event, count, p50Ms, p95Ms, p99Ms, maxMs }) => [
    agent,
    event ?? "",
    String(count),
    ...[p50Ms, p95Ms, p99Ms, maxMs].map(milliseconds),
  ]);
  const header = ["Agent", "Event", "Count", "p50", "p95", "p99", "Max"];
  return table(header, rows, { columns, steps: STEPS });
}
