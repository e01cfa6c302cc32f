import type { Style } from "../cli/style.ts";

const WEEKDAYS = ["Mon", "", "Wed", "", "Fri", "", "Sun"];
const CELLS = ["·", "░", "▒", "▓", "█"];
/** The width of the weekday labels, then of one week. */
const MARGIN_CELLS = 6;
const WEEK_CELLS = 2;
const MOST_WEEKS = 53;

/** How many weeks fit into this many columns. */
export function weeksThatFit(columns: number): number {
  return Math.max(4, Math.min(MOST_WEEKS, Math.floor((columns - MARGIN_CELLS) / WEEK_CELLS)));
}

function cell(shade: Shade, style: Style): string {
  if (shade === null) return "  ";
  const mark = CELLS[shade] ?? "";
  return `${shade === 0 ? style.dim(mark) : style.green(mark)} `;
}

/** The month names above the weeks. A month of a single week gets no name, for lack of room. */
function monthLine(months: readonly string[]): string {
  let line = "";
  for (const [week, month] of months.entries()) {
    const hasRoom = !months[week + 1];
    if (month !== "" && hasRoom) line = `${line.padEnd(week * WEEK_CELLS)}${month} `;
  }
  return line.trimEnd();
}

/** Renders weeks from left to right, with Monday at the top. */
export function calendar(map: HeatMap, style: Style): string[] {
  const margin = (text: string) => `  ${text.padEnd(MARGIN_CELLS - 2)}`;
  const scale = CELLS.slice(1).map((mark) => style.green(mark));
  const legend = `${style.dim("less")} ${style.dim("·")} ${scale.join(" ")} ${style.dim("more")}`;
  const left = map.leftOut === null ? "" : style.dim(`   days before ${map.leftOut} aren't shown`);
  return [
    `${margin("")}${style.dim(monthLine(map.months))}`,
    ...map.weekdays.map((row, day) => {
      const cells = row.map((shade) => cell(shade, style)).join("");
      return `${margin(WEEKDAYS[day] ?? "")}${cells}`.trimEnd();
    }),
    "",
    `${margin("")}${legend}${left}`,
  ];
}

const DAY_MS = 86_400_000;
const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** A day's shade: 0 for no events, 1 to 4 relative to the busiest day, null outside the period. */
type Shade = 0 | 1 | 2 | 3 | 4 | null;

/** A calendar of weeks, oldest first. */
export interface HeatMap {
  /** For each week, the name of the month whose first week it is, else an empty string. */
  readonly months: readonly string[];
  /** Seven rows, Monday first, with one shade per week. */
  readonly weekdays: readonly (readonly Shade[])[];
  /** The first day shown, if days with events before it aren't; else null. */
  readonly leftOut: string | null;
}

/** Parses a day such as `2026-01-31`. Calendar days have no time zone. */
function toMs(day: string): number {
  return Date.parse(`${day}T00:00:00Z`);
}

function toDay(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10);
}

/** 0 is Monday. */
function weekdayOf(ms: number): number {
  return (new Date(ms).getUTCDay() + 6) % 7;
}

function shadeOf(count: number, most: number): Shade {
  if (count === 0) return 0;
  return Math.min(4, Math.ceil((count / most) * 4)) as Shade;
}

/**
 * The calendar from the first day in `counts` to `lastDay`, at most `mostWeeks` weeks. Keys that aren't
 * dates are ignored.
 */
export function heatMap(
  counts: ReadonlyMap<string, number>,
  lastDay: string,
  mostWeeks: number,
): HeatMap {
  const last = toMs(lastDay);
  const lastMonday = last - weekdayOf(last) * DAY_MS;
  const days = [...counts.keys()].map(toMs).filter((ms) => ms <= last);
  const first = Math.min(last, ...days);
  const needed = Math.floor((lastMonday - (first - weekdayOf(first) * DAY_MS)) / (7 * DAY_MS)) + 1;
  const weeks = Math.max(1, Math.min(mostWeeks, needed));
  const mondays = Array.from(
    { length: weeks },
    (_, w) => lastMonday - (weeks - 1 - w) * 7 * DAY_MS,
  );
  const shown = mondays.flatMap((monday) =>
    Array.from({ length: 7 }, (_, d) => counts.get(toDay(monday + d * DAY_MS)) ?? 0),
  );
  const most = Math.max(...shown);
  const [firstShown = last] = mondays;
  const monthOf = (monday: number) => new Date(monday).getUTCMonth();
  return {
    months: mondays.map((monday, w) => {
      const before = mondays[w - 1];
      const isNew = before === undefined || monthOf(before) !== monthOf(monday);
      return isNew ? (MONTHS[monthOf(monday)] ?? "") : "";
    }),
    weekdays: Array.from({ length: 7 }, (_, d) =>
      mondays.map((monday) => {
        const ms = monday + d * DAY_MS;
        return ms > last ? null : shadeOf(counts.get(toDay(ms)) ?? 0, most);
      }),
    ),
    leftOut: first < firstShown ? toDay(firstShown) : null,
  };
}
