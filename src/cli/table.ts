/**
 * A way in which a table gives in where its lines are too wide: a column is cut down to `least` cells, is left
 * out where that is 0, or says the same in shorter cells.
 */
export type Step =
  | { readonly column: number; readonly least: number }
  | { readonly column: number; readonly shorter: readonly string[] };

/** Between two columns. */
export const GAP = 2;

const sum = (widths: readonly number[]) => {
  const shown = widths.filter((width) => width > 0);
  return shown.reduce((all, width) => all + width, 0) + GAP * Math.max(0, shown.length - 1);
};

/** How wide each column is after these steps have taken no more than is needed; a width of 0 is left out. */
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

/** The rows as they are shown, and how wide their columns are. */
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

function widest(rows: Layout["rows"]): number[] {
  const [header = []] = rows;
  return header.map((_, column) =>
    rows.reduce((width, row) => Math.max(width, Bun.stringWidth(row[column] ?? "")), 0),
  );
}

/** Takes one step after the other until the lines are no wider than `columns`, or there is no other. */
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
  return layout;
}
