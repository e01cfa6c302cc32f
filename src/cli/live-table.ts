import type { Context } from "../context.ts";
import { type LiveField, liveField, type ShownLive } from "../domain/live-fields.ts";
import { type Style, styleFor } from "./style.ts";
import { table, terminalColumns } from "./table.ts";

/** Of sessions that nothing is to be expected of any more, so many are shown to people. */
const MAX_STALE = 10;

const COLUMNS = [
  ["State", "state"],
  ["Agent", "agent"],
  ["Age", "age"],
  ["Last event", "event"],
  ["Project", "project"],
  ["Branch", "branch"],
  ["Beside", "others"],
  ["ID", "id"],
  ["Title", "title"],
] as const satisfies readonly (readonly [string, LiveField])[];

/** What gives way on a narrow terminal, in this order. */
const STEPS: readonly (readonly [LiveField, number])[] = [
  ["title", 20],
  ["project", 12],
  ["branch", 12],
  ["agent", 12],
  ["title", 10],
  ["branch", 0],
  ["others", 0],
  ["event", 0],
  ["project", 0],
];

function cellOf(session: ShownLive, field: LiveField): string {
  // Most are alone, and a column of zeros hides those that aren't.
  return field === "others" && session.others === 0 ? "" : liveField(session, field);
}

function stateStyle(style: Style, state: string): (text: string) => string {
  if (state === "busy") return style.green;
  return state === "waiting" ? style.yellow : style.dim;
}

function paintWith(style: Style, rows: readonly ShownLive[]) {
  return (cell: string, column: number, row: number): string => {
    const state = rows[row]?.state ?? "";
    const field = COLUMNS[column]?.[1];
    if (field === "state") return stateStyle(style, state)(cell);
    if (field === "others") return style.yellow(cell);
    return field === "id" || state === "stale" ? style.dim(cell) : cell;
  };
}

/** The live sessions for people; as wide as the terminal, where there is one. */
export function liveTable(
  ctx: Pick<Context, "env" | "terminal">,
  live: readonly ShownLive[],
): string {
  if (live.length === 0) return "No live sessions.\n";
  const stale = live.filter(({ state }) => state === "stale").length;
  const rows = live.slice(0, live.length - Math.max(0, stale - MAX_STALE));
  const header = COLUMNS.map(([name]) => name);
  const cells = rows.map((session) => COLUMNS.map(([, field]) => cellOf(session, field)));
  const steps = STEPS.map(([field, least]) => {
    return { column: COLUMNS.findIndex(([, name]) => name === field), least };
  });
  const more = live.length - rows.length;
  const left = more === 0 ? "" : `, ${more} more stale not shown`;
  const paint = paintWith(styleFor(ctx), rows);
  return `${table(header, cells, { paint, columns: terminalColumns(ctx), steps })}\n${live.length} session(s)${left}\n`;
}
