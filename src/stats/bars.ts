import { fit } from "../cli/fit.ts";
import type { Style } from "../cli/style.ts";
import { escapeControls } from "../text/text.ts";

const MOST_LABEL_CELLS = 28;
const MIN_BAR_CELLS = 5;

/** A labelled number, with a note after its bar. */
export interface Bar {
  readonly label: string;
  readonly value: number;
  readonly note?: string;
}

/** One line per number: its label, the number, and a bar relative to the largest number. */
export function bars(rows: readonly Bar[], columns: number, style: Style): string[] {
  const mostLabelCells = Math.min(MOST_LABEL_CELLS, Math.floor(columns / 3));
  const labels = rows.map(({ label }) => fit(escapeControls(label), mostLabelCells));
  const labelCells = Math.max(0, ...labels.map((label) => Bun.stringWidth(label)));
  const numberCells = Math.max(0, ...rows.map(({ value }) => String(value).length));
  const widestNote = Math.max(0, ...rows.map(({ note = "" }) => Bun.stringWidth(note)));
  // On a narrow terminal the notes go, and the bars stay.
  const hasNotes = labelCells + numberCells + widestNote + MIN_BAR_CELLS + 8 <= columns;
  const noteCells = hasNotes ? widestNote : 0;
  const room = Math.max(
    MIN_BAR_CELLS,
    Math.min(columns, 100) - labelCells - numberCells - noteCells - 8,
  );
  const most = Math.max(1, ...rows.map(({ value }) => value));
  return rows.map(({ value, note = "" }, index) => {
    const label = labels[index] ?? "";
    const cells = value === 0 ? 0 : Math.max(1, Math.round((value / most) * room));
    const padding = " ".repeat(labelCells - Bun.stringWidth(label));
    const bar = style.green("█".repeat(cells));
    const tail = note === "" || !hasNotes ? "" : `  ${style.dim(note)}`;
    return `  ${label}${padding}  ${String(value).padStart(numberCells)}  ${bar}${tail}`.trimEnd();
  });
}
