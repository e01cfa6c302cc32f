/** A line of the report. */
export interface Result {
  readonly name: string;
  readonly database: string;
  readonly on: string;
  /** The median in milliseconds, for rows about time. */
  readonly ms: number | null;
  /** The value to compare with the goal, or a string that says why there is none. */
  readonly value: number | string;
  /** What follows the value: its baseline, or MB. */
  readonly unit: string;
  readonly goal: number | null;
}

export interface Section {
  readonly title: string;
  readonly results: readonly Result[];
}

/** Whether the goal is reached; null without a goal or a figure. */
export function isReached({ value, goal }: Result): boolean | null {
  return goal === null || typeof value === "string" ? null : value <= goal;
}

function goalText(result: Result): string {
  if (result.goal === null) return "";
  const reached = isReached(result);
  if (reached === null) return `≤ ${result.goal}`;
  return `≤ ${result.goal} ${reached ? "reached" : "missed"}`;
}

function cells(result: Result): string[] {
  const { name, database, on, ms, value, unit } = result;
  return [
    `\`${name}\``,
    database,
    on,
    ms === null ? "" : ms.toFixed(2),
    typeof value === "string" ? value : `${value.toFixed(unit === "MB" ? 1 : 2)} ${unit}`,
    goalText(result),
  ];
}

/** A table; the first row is its head. */
export function markdown(rows: readonly (readonly string[])[]): string {
  const [header = []] = rows;
  const widths = header.map((_, column) =>
    Math.max(3, ...rows.map((row) => Bun.stringWidth(row[column] ?? ""))),
  );
  const line = (row: readonly string[]) =>
    `| ${row.map((cell, column) => cell + " ".repeat((widths[column] ?? 0) - Bun.stringWidth(cell))).join(" | ")} |`;
  const [first = "", ...rest] = rows.map(line);
  const rule = line(widths.map((width) => "-".repeat(width)));
  return [first, rule, ...rest].join("\n");
}

const HEADER = ["What", "Database", "On", "ms", "Result", "Goal"];

export function sectionText({ title, results }: Section): string {
  return `## ${title}\n\n${markdown([HEADER, ...results.map(cells)])}\n`;
}
