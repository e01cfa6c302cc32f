import { fit } from "../cli/fit.ts";
import type { Style } from "../cli/style.ts";
import { shortFolder } from "../projects/folders.ts";
import { stateStyle } from "../states/state.ts";
import { titleOf } from "../store/rows.ts";
import { formatAge } from "../text/duration.ts";
import { escapeControls } from "../text/text.ts";
import type { Resumable } from "./resumable.ts";

/** At most so many cells. */
const MOST = { age: 4, state: 7, agent: 8, project: 16 };
const GAP = "  ";
/** A narrower terminal has no column for the project, or none for the agent. */
const MIN_FOR_PROJECT = 70;
const MIN_FOR_AGENT = 50;

const COLUMNS = ["age", "state", "agent", "project"] as const;

type Column = (typeof COLUMNS)[number];
type Cells = Readonly<Record<Column, string>>;

/** How wide the columns are that all sessions need. */
export type Widths = Readonly<Record<Column, number>>;

function cellsOf({ ageMs, state, agent, projectName }: Resumable): Cells {
  return {
    age: ageMs === null ? "" : formatAge(ageMs),
    state: state === "ended" ? "" : state,
    agent: escapeControls(agent ?? ""),
    project: escapeControls(shortFolder(projectName?.distinct ?? "", MOST.project)),
  };
}

/** 0 where there is nothing to show. */
export function widthsOf(sessions: readonly Resumable[]): Widths {
  const widths = { age: 0, state: 0, agent: 0, project: 0 };
  for (const session of sessions) {
    const cells = cellsOf(session);
    for (const name of COLUMNS) {
      const cut = Math.min(MOST[name], Bun.stringWidth(cells[name]));
      widths[name] = Math.max(widths[name], cut);
    }
  }
  return widths;
}

/** The columns that have something to show, and room for it. */
function shownColumns(widths: Widths, columns: number): readonly Column[] {
  const least = { age: 0, state: 0, agent: MIN_FOR_AGENT, project: MIN_FOR_PROJECT };
  return COLUMNS.filter((name) => widths[name] > 0 && columns >= least[name]);
}

function padded(text: string, cells: number): string {
  const cut = fit(text, cells);
  return cut + " ".repeat(Math.max(0, cells - Bun.stringWidth(cut)));
}

/** A session on one line, at most so many cells wide. */
export function sessionLine(
  session: Resumable,
  columns: number,
  widths: Widths,
  style: Style,
): string {
  const cells = cellsOf(session);
  const marks = {
    age: style.dim,
    state: stateStyle(style, session.state),
    agent: plain,
    project: plain,
  };
  const shown = shownColumns(widths, columns);
  const lead = shown.map((name) => {
    const width = widths[name];
    return marks[name](padded(name === "age" ? cells.age.padStart(width) : cells[name], width));
  });
  const used = shown.reduce((sum, name) => sum + widths[name] + GAP.length, 0);
  const title = titleOf(session);
  const text = fit(escapeControls(title ?? "(no title)"), Math.max(0, columns - used));
  return [...lead, title === null ? style.dim(text) : text].join(GAP).trimEnd();
}

function plain(text: string): string {
  return text;
}

/** For stderr, of which nobody knows whether it takes colours. */
const PLAIN: Style = {
  bold: plain,
  dim: plain,
  head: plain,
  red: plain,
  green: plain,
  yellow: plain,
  cyan: plain,
};

/** More than these are only counted. */
const MAX_LISTED = 10;
const LIST_CELLS = 100;

/** Sessions to choose from, with their ids, for when nobody can be asked. `columns` is the terminal's width, if any. */
export function choices(sessions: readonly Resumable[], columns = LIST_CELLS): string {
  const listed = sessions.slice(0, MAX_LISTED);
  const widths = widthsOf(listed);
  const lines = listed.map((session) => {
    const lead = `  ${escapeControls(session.shortId)}  `;
    const room = columns - Bun.stringWidth(lead);
    return `${lead}${sessionLine(session, room, widths, PLAIN)}\n`;
  });
  const more = sessions.length - listed.length;
  return `${lines.join("")}${more > 0 ? `  … and ${more} more\n` : ""}`;
}

const CALLED_CELLS = 30;

/** What a session is called in a question. */
export function called(session: Resumable): string {
  const title = titleOf(session);
  return title === null ? session.shortId : `"${fit(escapeControls(title), CALLED_CELLS)}"`;
}
