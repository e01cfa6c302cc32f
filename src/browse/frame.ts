import { fit } from "../cli/fit.ts";
import type { Style } from "../cli/style.ts";
import { type Browsing, firstRow, selectedIndex } from "./list.ts";

/** A list of sessions as painted lines that leave room for the mark of the selected one. */
export interface ListPage {
  readonly head: readonly string[];
  readonly rows: readonly { readonly id: string; line(): string }[];
  /** What stands below so many rows that are shown. */
  foot(shown: number): readonly string[];
}

export interface Size {
  readonly rows: number;
  readonly columns: number;
}

/** Cells before each row, for the mark. */
export const GUTTER = 2;
/** On a terminal with fewer lines the hint is left out, and with fewer still what frames the rows. */
const MIN_ROWS_FOR_HINT = 8;
const MIN_ROWS_FOR_FRAME = 6;

/** What is drawn, and what the next key has to know of it. */
export interface Frame {
  readonly text: string;
  readonly room: number;
  readonly top: number;
}

function hintLines(hint: string, { rows, columns }: Size, style: Style): string[] {
  return rows < MIN_ROWS_FOR_HINT ? [] : [style.dim(fit(hint, columns))];
}

/** The list, with as many rows as fit and a mark at the selected one. */
export function listFrame(
  listing: ListPage,
  now: Browsing,
  filters: boolean,
  size: Size,
  last: { readonly hint: string; readonly question: string | null },
  style: Style,
): Frame {
  const { rows } = listing;
  const hasFrame = size.rows >= MIN_ROWS_FOR_FRAME;
  const head = hasFrame || filters ? listing.head : [];
  const below =
    last.question === null ? hintLines(last.hint, size, style) : [fit(last.question, size.columns)];
  const footOf = (shown: number) =>
    hasFrame ? listing.foot(shown) : listing.foot(shown).slice(-1);
  const free = size.rows - head.length - below.length;
  const isWhole = rows.length + footOf(rows.length).length <= free;
  const room = Math.max(0, free - footOf(isWhole ? rows.length : 0).length);
  const ids = rows.map(({ id }) => id);
  const index = selectedIndex(now, { ids, filters });
  const top = firstRow(now.top, index, rows.length, room);
  const shown = rows.slice(top, top + room).map((row, at) => {
    const line = row.line();
    return top + at === index ? style.bold(`> ${line}`) : `  ${line}`;
  });
  const lines = [...head, ...shown, ...footOf(shown.length), ...below];
  return { text: `${lines.join("\n")}\n`, room, top };
}

/** The text of a session, as far as it is scrolled. */
export function textFrame(
  lines: readonly string[],
  scrolled: number,
  size: Size,
  hint: string,
  style: Style,
): Frame {
  const below = hintLines(hint, size, style);
  const room = Math.max(1, size.rows - below.length);
  const shown = lines.slice(scrolled, scrolled + room);
  return { text: `${[...shown, ...below].join("\n")}\n`, room, top: scrolled };
}
