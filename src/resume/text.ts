import { fit } from "../cli/fit.ts";
import type { Style } from "../cli/style.ts";
import { shortFolder } from "../projects/folders.ts";
import { stateStyle } from "../states/state.ts";
import { titleOf } from "../store/rows.ts";
import { formatAge } from "../text/duration.ts";
import { escapeControls } from "../text/text.ts";
import type { Resumable } from "./resumable.ts";

const AGE_CELLS = 4;
const STATE_CELLS = 7;
/** Wide enough for the words of all agents. */
const AGENT_CELLS = 8;
const PROJECT_CELLS = 14;
const GAP = "  ";
/** A narrower terminal has no column for the project, or none for the agent. */
const MIN_FOR_PROJECT = 70;
const MIN_FOR_AGENT = 50;

function padded(text: string, cells: number): string {
  const cut = fit(text, cells);
  return cut + " ".repeat(Math.max(0, cells - Bun.stringWidth(cut)));
}

/** A session on one line, at most so many cells wide. */
export function sessionLine(session: Resumable, columns: number, style: Style): string {
  const { ageMs, state, agent, projectName } = session;
  const project = shortFolder(projectName?.distinct ?? "", PROJECT_CELLS);
  const age = (ageMs === null ? "" : formatAge(ageMs)).padStart(AGE_CELLS);
  const cells = [
    [age, style.dim, AGE_CELLS],
    [state === "ended" ? "" : state, stateStyle(style, state), STATE_CELLS],
    ...(columns < MIN_FOR_AGENT ? [] : ([[agent ?? "", plain, AGENT_CELLS]] as const)),
    ...(columns < MIN_FOR_PROJECT ? [] : ([[project, plain, PROJECT_CELLS]] as const)),
  ] as const;
  const lead = cells.map(([text, mark, width]) => mark(padded(escapeControls(text), width)));
  const used = cells.reduce((sum, [, , width]) => sum + width + GAP.length, 0);
  const title = titleOf(session);
  const shown = fit(escapeControls(title ?? "(no title)"), Math.max(0, columns - used));
  return [...lead, title === null ? style.dim(shown) : shown].join(GAP).trimEnd();
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

/** Sessions to choose from, with their ids, for when nobody can be asked. */
export function choices(sessions: readonly Resumable[]): string {
  const listed = sessions.slice(0, MAX_LISTED);
  const lines = listed.map(
    (session) =>
      `  ${escapeControls(session.shortId)}  ${sessionLine(session, LIST_CELLS, PLAIN)}\n`,
  );
  const more = sessions.length - listed.length;
  return `${lines.join("")}${more > 0 ? `  … and ${more} more\n` : ""}`;
}

const CALLED_CELLS = 30;

/** What a session is called in a question. */
export function called(session: Resumable): string {
  const title = titleOf(session);
  return title === null ? session.shortId : `"${fit(escapeControls(title), CALLED_CELLS)}"`;
}
