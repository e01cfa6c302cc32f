import type { Style } from "../cli/style.ts";
import type { HeatMap, Shade } from "./calendar.ts";

const WEEKDAYS = ["Mon", "", "Wed", "", "Fri", "", "Sun"];
const CELLS = ["·", "░", "▒", "▓", "█"];
/** Before the weeks and for each of them. */
const MARGIN_CELLS = 6;
const WEEK_CELLS = 2;
const MOST_WEEKS = 53;

/** How many weeks fit. */
export function weeksThatFit(columns: number): number {
  return Math.max(4, Math.min(MOST_WEEKS, Math.floor((columns - MARGIN_CELLS) / WEEK_CELLS)));
}

function cell(shade: Shade, style: Style): string {
  if (shade === null) return "  ";
  const mark = CELLS[shade] ?? "";
  return `${shade === 0 ? style.dim(mark) : style.green(mark)} `;
}

/** Month names over the weeks; one that shows a single week has no room before the next. */
function monthLine(months: readonly string[]): string {
  let line = "";
  for (const [week, month] of months.entries()) {
    const hasRoom = !months[week + 1];
    if (month !== "" && hasRoom) line = `${line.padEnd(week * WEEK_CELLS)}${month} `;
  }
  return line.trimEnd();
}

/** Weeks from left to right, Monday above. */
export function calendar(map: HeatMap, style: Style): string[] {
  const margin = (text: string) => `  ${text.padEnd(MARGIN_CELLS - 2)}`;
  return [
    `${margin("")}${style.dim(monthLine(map.months))}`,
    ...map.weekdays.map((row, day) => {
      const cells = row.map((shade) => cell(shade, style)).join("");
      return `${margin(WEEKDAYS[day] ?? "")}${cells}`.trimEnd();
    }),
  ];
}
