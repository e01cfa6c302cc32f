import { shortAgent } from "../agents/short-name.ts";
import { type Style, styleFor } from "../cli/style.ts";
import { table, terminalColumns } from "../cli/table.ts";
import type { Context } from "../context.ts";
import { isOver, stateStyle } from "../states/state.ts";
import { titleOf } from "../store/rows.ts";
import { formatAge } from "../text/duration.ts";
import { parseTemplate } from "../text/template.ts";
import { escapeControls } from "../text/text.ts";
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
  ["Age", "age"],
  ["State", "state"],
  ["Agent", "agent"],
  ["Project", "project"],
  ["Branch", "branch"],
  ["Others", "others"],
  ["Title", "title"],
  ["ID", "id"],
] as const satisfies readonly (readonly [string, LiveField])[];

type Column = (typeof COLUMNS)[number][1];

const column = (field: Column) => COLUMNS.findIndex(([, name]) => name === field);

/** What gives way on a narrow terminal, in this order. */
const STEPS = (
  [
    ["project", 20],
    ["branch", 20],
    ["title", 32],
    ["branch", 12],
    ["branch", 0],
    ["project", 12],
    ["title", 20],
    ["others", 0],
    ["agent", 8],
    ["project", 0],
    ["title", 10],
    ["agent", 0],
  ] as const
).map(([field, least]) => ({ column: column(field), least }));

const NO_TITLE = "(no title)";

function cellOf(session: LiveSession, field: Column): string {
  // Most are alone, and a column of zeros hides those that aren't.
  if (field === "others" && session.others === 0) return "";
  if (field === "agent") return shortAgent(session.agentId);
  return liveField(session, field) || (field === "title" ? NO_TITLE : "");
}

function paintWith(style: Style, rows: readonly LiveSession[]) {
  return (cell: string, index: number, row: number): string => {
    const session = rows[row];
    const field = COLUMNS[index]?.[1];
    if (session === undefined) return cell;
    if (field === "state") return stateStyle(style, session.state)(cell);
    if (field === "others") return style.yellow(cell);
    const isDim = field === "id" || field === "age" || isOver(session.state);
    return isDim || (field === "title" && titleOf(session) === null) ? style.dim(cell) : cell;
  };
}

/** Lines beside the sessions: the header, an empty one and the count, which a low terminal gets alone. */
const FRAME_ROWS = 3;
const MIN_ROWS_WITH_FRAME = 6;

/** So many of the sessions as there is room for, without most of those that are over, which come last. */
function shownOf(live: readonly LiveSession[], room: number): readonly LiveSession[] {
  const over = live.filter(({ state }) => isOver(state)).length;
  const worthIt = live.length - Math.max(0, over - MAX_OVER);
  return live.slice(0, Math.max(0, Math.min(worthIt, room)));
}

function hiddenOf(hidden: readonly LiveSession[]): string | null {
  const [first] = hidden;
  if (first === undefined) return null;
  const isOne = isOver(first.state) && hidden.every(({ state }) => state === first.state);
  return `${hidden.length} ${isOne ? `more ${first.state}` : "more"} not shown`;
}

/** `4 live, 1 asks for you, 2 stale`: what the table says in one line. */
function countLine(live: readonly LiveSession[], shown: number): string {
  const of = (which: LiveSession["state"]) => live.filter(({ state }) => state === which).length;
  const asking = of("asks");
  const over = live.filter(({ state }) => isOver(state)).length;
  return [
    `${live.length - over} live`,
    asking > 0 && `${asking} ${asking === 1 ? "asks" : "ask"} for you`,
    of("stale") > 0 && `${of("stale")} stale`,
    of("gone") > 0 && `${of("gone")} gone`,
    hiddenOf(live.slice(shown)),
  ]
    .filter((part) => part !== false && part !== null)
    .join(", ");
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
  const style = styleFor(ctx);
  const text = table(
    COLUMNS.map(([name]) => name),
    shown.map((session) => COLUMNS.map(([, field]) => cellOf(session, field))),
    {
      head: style.head,
      paint: paintWith(style, shown),
      right: [column("age"), column("others")],
      columns: terminalColumns(ctx),
      steps: STEPS,
    },
  );
  const count = `${style.dim(countLine(live, shown.length))}\n`;
  return hasFrame ? `${text}\n${count}` : `${text.split("\n").slice(1).join("\n")}${count}`;
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
