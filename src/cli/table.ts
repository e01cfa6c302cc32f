import type { Context } from "../context.ts";
import { escapeControls } from "../text/text.ts";
import { fit } from "./fit.ts";

interface TableOptions {
  /** Styles an escaped cell. Must not change its width. */
  readonly paint?: ((cell: string, column: number, row: number) => string) | undefined;
  /** Styles the header's cells; plain by default. */
  readonly head?: ((cell: string) => string) | undefined;
  /** The columns of numbers, which are aligned at the right. */
  readonly right?: readonly number[] | undefined;
  /** The width to shrink lines to, as far as the steps allow. */
  readonly columns?: number | undefined;
  /** What to shorten, in this order. By default only the last column shrinks. */
  readonly steps?: readonly Step[] | undefined;
}

const MIN_LAST_COLUMN = 10;

/** The terminal's width, or undefined if the output goes elsewhere and nothing is cut. */
export function terminalColumns({ terminal }: Pick<Context, "terminal">): number | undefined {
  return terminal.stdoutIsTty() ? terminal.columns() : undefined;
}

/** The cell, and the spaces that pad it. */
function fitted(cell: string, width: number): readonly [string, string] {
  const free = width - Bun.stringWidth(cell);
  if (free >= 0) return [cell, " ".repeat(free)];
  const cut = fit(cell, width);
  return [cut, " ".repeat(width - Bun.stringWidth(cut))];
}

function safeStep(step: Step): Step {
  return "shorter" in step ? { ...step, shorter: step.shorter.map(escapeControls) } : step;
}

/**
 * Renders rows under a header. Columns are as wide as their widest cell, and left out where no row has anything in
 * them; cells are escaped and stay on one line.
 */
export function table(
  header: readonly string[],
  rows: readonly (readonly string[])[],
  { paint = (cell) => cell, head = (cell) => cell, right = [], columns, steps }: TableOptions = {},
): string {
  const safe = [header, ...rows].map((row) => row.map(escapeControls));
  const all = steps ?? [{ column: header.length - 1, least: MIN_LAST_COLUMN }];
  const layout = layOut(safe, columns, all.map(safeStep));
  const shown = layout.widths.flatMap((width, column) => (width > 0 ? [{ column, width }] : []));
  const line = (row: readonly string[], index: number) =>
    shown
      .map(({ column, width }) => {
        const [cell, blanks] = fitted(row[column] ?? "", width);
        const painted = index < 0 ? head(cell) : paint(cell, column, index);
        return right.includes(column) ? blanks + painted : painted + blanks;
      })
      .join(" ".repeat(GAP))
      .trimEnd();
  const [names = [], ...body] = layout.rows;
  return `${[line(names, -1), ...body.map((row, index) => line(row, index))].join("\n")}\n`;
}

/**
 * One way to make a table narrower: cut a column down to `least` cells, drop it if `least` is 0, or use
 * shorter cells that say the same.
 */
export type Step =
  | { readonly column: number; readonly least: number }
  | { readonly column: number; readonly shorter: readonly string[] };

/** Cells between two columns. */
const GAP = 2;

const sum = (widths: readonly number[]) => {
  const shown = widths.filter((width) => width > 0);
  return shown.reduce((all, width) => all + width, 0) + GAP * Math.max(0, shown.length - 1);
};

/** Column widths after shrinking them no more than needed. A column of width 0 is dropped. */
function narrowed(natural: readonly number[], columns: number, steps: readonly Step[]): number[] {
  const widths = [...natural];
  for (const step of steps) {
    const over = sum(widths) - columns;
    const width = widths[step.column] ?? 0;
    if (over <= 0 || "shorter" in step || width <= step.least) continue;
    widths[step.column] = step.least === 0 ? 0 : Math.max(step.least, width - over);
  }
  return widths;
}

/** The rows to show and the widths of their columns. */
export interface Layout {
  readonly rows: readonly (readonly string[])[];
  readonly widths: readonly number[];
}

function shortened({ rows }: Pick<Layout, "rows">, step: Step): Layout["rows"] {
  if (!("shorter" in step)) return rows;
  // The first row is the header.
  return rows.map((row, index) =>
    index === 0 ? row : row.with(step.column, step.shorter[index - 1] ?? ""),
  );
}

/** The widths that columns need; 0 for those without anything under the header. */
function widest([header = [], ...body]: Layout["rows"]): number[] {
  return header.map((name, column) => {
    const widths = body.map((row) => Bun.stringWidth(row[column] ?? ""));
    const most = widths.reduce((width, each) => Math.max(width, each), 0);
    return most === 0 && body.length > 0 ? 0 : Math.max(most, Bun.stringWidth(name));
  });
}

/** What a later step has freed too much of, to the columns that were cut; first to what was cut first. */
function widened(
  natural: readonly number[],
  narrow: readonly number[],
  columns: number,
  steps: readonly Step[],
): number[] {
  const widths = [...narrow];
  for (const { column } of steps) {
    const width = widths[column] ?? 0;
    const free = columns - sum(widths);
    if (free > 0 && width > 0) widths[column] = Math.min(natural[column] ?? 0, width + free);
  }
  return widths;
}

/** Applies one step after another until lines fit into `columns` or no steps are left. */
export function layOut(
  rows: Layout["rows"],
  columns: number | undefined,
  steps: readonly Step[],
): Layout {
  let layout: Layout = { rows, widths: widest(rows) };
  if (columns === undefined) return layout;
  let natural = layout.widths;
  for (let taken = 1; taken <= steps.length && sum(layout.widths) > columns; taken += 1) {
    const step = steps[taken - 1] as Step;
    const shown = shortened(layout, step);
    if (shown !== layout.rows) natural = widest(shown);
    layout = { rows: shown, widths: narrowed(natural, columns, steps.slice(0, taken)) };
  }
  return { ...layout, widths: widened(natural, layout.widths, columns, steps) };
}
