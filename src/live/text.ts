import { shortAgent } from "../agents/short-name.ts";
import { fit } from "../cli/fit.ts";
import { type Style, styleFor } from "../cli/style.ts";
import { type Step, table } from "../cli/table.ts";
import type { Context } from "../context.ts";
import { lastPushes, machineNames } from "../machines/text.ts";
import { shortFolder } from "../projects/folders.ts";
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
  "machine",
] as const;

type LiveField = (typeof LIVE_FIELDS)[number];

const VALUES: Readonly<Record<LiveField, (session: LiveSession) => string | null>> = {
  agent: ({ agentId }) => agentId,
  state: ({ state }) => state,
  age: ({ ageMs }) => (ageMs === null ? null : formatAge(ageMs)),
  event: ({ lastType }) => lastType,
  project: ({ projectName }) => projectName?.distinct ?? null,
  branch: ({ branch }) => branch,
  title: titleOf,
  id: ({ shortId }) => shortId,
  full_id: ({ id }) => id,
  model: ({ model }) => model,
  cwd: ({ cwd }) => cwd,
  others: ({ others }) => String(others),
  machine: ({ machine }) => machine?.name ?? null,
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
  ["Machine", "machine"],
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
const LEAST = [
  ["project", 20],
  ["branch", 20],
  ["title", 32],
  ["branch", 12],
  ["branch", 0],
  ["project", 12],
  ["others", 0],
  ["title", 20],
  ["agent", 8],
  ["project", 0],
  ["title", 10],
  ["agent", 0],
  ["machine", 8],
  ["machine", 0],
] as const satisfies readonly (readonly [Column, number])[];

function stepsOf(live: readonly LiveSession[]): Step[] {
  return LEAST.flatMap(([field, least]) => {
    const cut = { column: column(field), least };
    if (field !== "project" || least === 0) return [cut];
    const names = live.map((session) => shortFolder(VALUES.project(session) ?? "", least));
    return [{ column: cut.column, shorter: names }, cut];
  });
}

const NO_TITLE = "(no title)";

function cellOf(session: LiveSession, field: Column, machine: string): string {
  if (field === "machine") return machine;
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

/** Without most of those that are over, which come last. */
function worthShowing(live: readonly LiveSession[]): readonly LiveSession[] {
  const over = live.filter(({ state }) => isOver(state)).length;
  return live.slice(0, live.length - Math.max(0, over - MAX_OVER));
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
  const counts = [
    `${live.length - over} live`,
    asking > 0 && `${asking} ${asking === 1 ? "asks" : "ask"} for you`,
    of("stale") > 0 && `${of("stale")} stale`,
    of("gone") > 0 && `${of("gone")} gone`,
    hiddenOf(live.slice(shown)),
  ].filter((part) => part !== false && part !== null);
  // A session of another machine can't be resumed here.
  const first = live.find(
    ({ state, machine }) => state === "asks" && (machine?.sourceId ?? null) === null,
  );
  const act = first === undefined ? "" : ` · mm resume ${escapeControls(first.shortId)}`;
  return `${counts.join(", ")}${act}`;
}

/** Live sessions as lines: what is above them, one line each, and what is below so many that are shown. */
interface LiveLines {
  readonly head: readonly string[];
  readonly rows: readonly { readonly id: string; line(): string }[];
  foot(shown: number): readonly string[];
}

type ToLines = (live: readonly LiveSession[], columns: number | undefined) => LiveLines;

/** How to print, and when. */
interface Look {
  readonly style: Style;
  readonly now: Date;
}

function linesOf(live: readonly LiveSession[], lines: readonly string[]): LiveLines["rows"] {
  return lines.map((line, index) => ({ id: live[index]?.id ?? "", line: () => line }));
}

function tableLines(
  { style, now }: Look,
  live: readonly LiveSession[],
  columns: number | undefined,
) {
  if (live.length === 0) return { head: [], rows: [], foot: () => ["No live sessions."] };
  const shown = worthShowing(live);
  const machines = machineNames(shown);
  const text = table(
    COLUMNS.map(([name]) => name),
    shown.map((session, index) =>
      COLUMNS.map(([, field]) => cellOf(session, field, machines[index] ?? "")),
    ),
    {
      head: style.head,
      paint: paintWith(style, shown),
      right: [column("age"), column("others")],
      columns,
      steps: stepsOf(shown),
    },
  );
  const [head = "", ...lines] = text.trimEnd().split("\n");
  const pushed = lastPushes(shown, now.getTime());
  const asOf = pushed === null ? [] : [`As of the last push: ${escapeControls(pushed)}`];
  const foot = (count: number) => [
    "",
    style.dim(countLine(live, count)),
    ...asOf.map((line) => style.dim(columns === undefined ? line : fit(line, columns))),
  ];
  return { head: [head], rows: linesOf(shown, lines), foot };
}

/**
 * How live sessions become lines for people: one by the template for each, else a table of these columns.
 * @throws UserError `usage` where the template is wrong
 */
export function liveLines(
  ctx: Pick<Context, "env" | "now" | "terminal">,
  template: string | undefined,
): ToLines {
  if (template === undefined) {
    return (live, columns) => tableLines({ style: styleFor(ctx), now: ctx.now() }, live, columns);
  }
  const fill = parseTemplate(template, LIVE_FIELDS);
  return (live) => ({
    head: [],
    rows: linesOf(
      live,
      live.map((one) => fill((field) => liveField(one, field))),
    ),
    foot: (shown) => (shown < live.length ? [`… and ${live.length - shown} more`] : []),
  });
}

/** The lines as text. */
export function liveText({ head, rows, foot }: LiveLines): string {
  const lines = [...head, ...rows.map(({ line }) => line()), ...foot(rows.length)];
  return lines.map((line) => `${line}\n`).join("");
}
