import type { Context } from "../context.ts";
import { escapeControls } from "../text/text.ts";
import { fit } from "./cli-fit.ts";
import { GAP, layOut, type Step } from "./table.ts";

interface TableOptions {
  /** Marks a cell that has been made safe; without any effect on its width. */
  readonly paint?: ((cell: string, column: number, row: number) => string) | undefined;
  /** How wide lines may be, as far as the steps allow. */
  readonly columns?: number | undefined;
  /** What gives way, in this order; the last column alone by default. */
  readonly steps?: readonly Step[] | undefined;
}

const MIN_LAST_COLUMN = 10;

/** How wide the terminal is; undefined where the output goes elsewhere and nothing is cut. */
export function terminalColumns({ terminal }: Pick<Context, "terminal">): number | undefined {
  return terminal.stdoutIsTty() ? terminal.columns() : undefined;
}

/** The cell and the blanks behind it. */
function fitted(cell: string, width: number): readonly [string, string] {
  const free = width - Bun.stringWidth(cell);
  if (free >= 0) return [cell, " ".repeat(free)];
  const cut = fit(cell, width);
  return [cut, " ".repeat(width - Bun.stringWidth(cut))];
}

function safeStep(step: Step): Step {
  return "shorter" in step ? { ...step, shorter: step.shorter.map(escapeControls) } : step;
}

/** Rows under a header, each column as wide as its widest cell; cells are made safe to print and stay on one line. */
export function table(
  header: readonly string[],
  rows: readonly (readonly string[])[],
  { paint = (cell) => cell, columns, steps }: TableOptions = {},
): string {
  const safe = [header, ...rows].map((row) => row.map(escapeControls));
  const all = steps ?? [{ column: header.length - 1, least: MIN_LAST_COLUMN }];
  const layout = layOut(safe, columns, all.map(safeStep));
  const shown = layout.widths.flatMap((width, column) => (width > 0 ? [{ column, width }] : []));
  const gap = " ".repeat(GAP);
  const line = (row: readonly string[], index: number) =>
    shown
      .map(({ column, width }) => {
        const [cell, blanks] = fitted(row[column] ?? "", width);
        return (index < 0 ? cell : paint(cell, column, index)) + blanks;
      })
      .join(gap)
      .trimEnd();
  const [head = [], ...body] = layout.rows;
  const rule = shown.map(({ width }) => "-".repeat(width)).join(gap);
  return `${[line(head, -1), rule, ...body.map((row, index) => line(row, index))].join("\n")}\n`;
}
