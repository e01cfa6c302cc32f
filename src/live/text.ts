import { type Style, styleFor } from "../cli/style.ts";
import { table, terminalColumns } from "../cli/table.ts";
import type { Context } from "../context.ts";
import { isOver, stateStyle } from "../states/state.ts";
import { titleOf } from "../store/rows.ts";
import { formatAge } from "../text/duration.ts";
import { parseTemplate } from "../text/template.ts";
import { counted, escapeControls } from "../text/text.ts";
import type { LiveSession } from "./live.ts";

/** What `mm ps --format` may name. */
export const LIVE_FIELDS = [
  "agent",
  "state",
  "age",
  "event",
  "project",
  "branch",
  "title",
  "id",
  "full_id",
  "model",
  "cwd",
  "others",
] as const;

type LiveField = (typeof LIVE_FIELDS)[number];

const VALUES: Readonly<Record<LiveField, (session: LiveSession) => string | null>> = {
  agent: ({ agentId }) => agentId,
  state: ({ state }) => state,
  age: ({ ageMs }) => (ageMs === null ? null : formatAge(ageMs)),
  event: ({ lastType }) => lastType,
  project: ({ projectName }) => projectName,
  branch: ({ branch }) => branch,
  title: titleOf,
  id: ({ shortId }) => shortId,
  full_id: ({ id }) => id,
  model: ({ model }) => model,
  cwd: ({ cwd }) => cwd,
  others: ({ others }) => String(others),
};

/** A field as safe text of one line, empty where nothing is known. */
function liveField(session: LiveSession, field: LiveField): string {
  return escapeControls(VALUES[field](session) ?? "");
}

/** Of sessions that nothing is to be expected of any more, so many are shown to people. */
const MAX_OVER = 10;

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

function cellOf(session: LiveSession, field: LiveField): string {
  // Most are alone, and a column of zeros hides those that aren't.
  return field === "others" && session.others === 0 ? "" : liveField(session, field);
}

function paintWith(style: Style, rows: readonly LiveSession[]) {
  return (cell: string, column: number, row: number): string => {
    const state = rows[row]?.state ?? "stale";
    const field = COLUMNS[column]?.[1];
    if (field === "state") return stateStyle(style, state)(cell);
    if (field === "others") return style.yellow(cell);
    return field === "id" || isOver(state) ? style.dim(cell) : cell;
  };
}

/** Lines beside the sessions: the header with its rule, an empty one and the count, which a low terminal gets alone. */
const FRAME_ROWS = 4;
const MIN_ROWS_WITH_FRAME = 6;

/** So many of the sessions as there is room for, without most of those that are over, which come last. */
function shownOf(live: readonly LiveSession[], room: number): readonly LiveSession[] {
  const over = live.filter(({ state }) => isOver(state)).length;
  const worthIt = live.length - Math.max(0, over - MAX_OVER);
  return live.slice(0, Math.max(0, Math.min(worthIt, room)));
}

function countLine(live: readonly LiveSession[], shown: number): string {
  const hidden = live.slice(shown);
  const [state] = hidden.map((session) => session.state);
  const isOne = state !== undefined && isOver(state) && hidden.every((one) => one.state === state);
  const kind = isOne ? `more ${state}` : "more";
  const left = hidden.length === 0 ? "" : `, ${hidden.length} ${kind} not shown`;
  return `${counted(live.length, "session")}${left}\n`;
}

/** The live sessions for people, in at most so many lines; as wide as the terminal, where there is one. */
function liveTable(
  ctx: Pick<Context, "env" | "terminal">,
  live: readonly LiveSession[],
  rows = Number.POSITIVE_INFINITY,
): string {
  if (live.length === 0) return "No live sessions.\n";
  const hasFrame = rows >= MIN_ROWS_WITH_FRAME;
  const shown = shownOf(live, rows - (hasFrame ? FRAME_ROWS : 1));
  const header = COLUMNS.map(([name]) => name);
  const cells = shown.map((session) => COLUMNS.map(([, field]) => cellOf(session, field)));
  const steps = STEPS.map(([field, least]) => {
    return { column: COLUMNS.findIndex(([, name]) => name === field), least };
  });
  const paint = paintWith(styleFor(ctx), shown);
  const text = table(header, cells, { paint, columns: terminalColumns(ctx), steps });
  const count = countLine(live, shown.length);
  return hasFrame ? `${text}\n${count}` : `${text.split("\n").slice(2).join("\n")}${count}`;
}

/**
 * How live sessions become text: a line of the template for each, else a table in at most so many lines.
 * @throws UserError `usage` where the template is wrong
 */
export function liveText(
  ctx: Pick<Context, "env" | "terminal">,
  template: string | undefined,
): (live: readonly LiveSession[], rows?: number) => string {
  if (template === undefined) return (live, rows) => liveTable(ctx, live, rows);
  const fill = parseTemplate(template, LIVE_FIELDS);
  return (live) => live.map((one) => `${fill((field) => liveField(one, field))}\n`).join("");
}
