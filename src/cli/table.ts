import { escapeControls } from "../domain/text.ts";
import { fit } from "./fit.ts";

interface TableOptions {
  /** Marks a cell that has been made safe; without any effect on its width. */
  readonly paint?: ((cell: string, column: number, row: number) => string) | undefined;
  /** The last column is cut so that lines are no wider than this. */
  readonly columns?: number | undefined;
}

const MIN_LAST_COLUMN = 10;

function pad(cell: string, width: number): string {
  return " ".repeat(Math.max(0, width - Bun.stringWidth(cell)));
}

/** Cuts the cells of the last column, those of the header but for its width. */
function cutLast(cells: readonly (readonly string[])[], before: number, columns: number) {
  const room = Math.max(MIN_LAST_COLUMN, columns - before);
  return cells.map((row) => [...row.slice(0, -1), fit(row.at(-1) ?? "", room)]);
}

/** Rows under a header, each column as wide as its widest cell; cells are made safe to print and stay on one line. */
export function table(
  header: readonly string[],
  rows: readonly (readonly string[])[],
  { paint = (cell) => cell, columns }: TableOptions = {},
): string {
  const safe = [header, ...rows].map((row) => row.map(escapeControls));
  const widest = (all: readonly (readonly string[])[]) =>
    header.map((_, column) =>
      all.reduce((width, row) => Math.max(width, Bun.stringWidth(row[column] ?? "")), 0),
    );
  const before = widest(safe)
    .slice(0, -1)
    .reduce((sum, width) => sum + width + 2, 0);
  const cells = columns === undefined ? safe : cutLast(safe, before, columns);
  const widths = widest(cells);
  const line = (row: readonly string[], index: number) =>
    row
      .map((cell, column) => {
        const isLast = column === header.length - 1;
        const padding = isLast ? "" : pad(cell, widths[column] ?? 0);
        return (index < 0 ? cell : paint(cell, column, index)) + padding;
      })
      .join("  ")
      .trimEnd();
  const [head = [], ...body] = cells;
  const rule = widths.map((width) => "-".repeat(width)).join("  ");
  return `${[line(head, -1), rule, ...body.map((row, index) => line(row, index))].join("\n")}\n`;
}
