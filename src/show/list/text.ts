import { shortAgent } from "../../agents/short-name.ts";
import type { Style } from "../../cli/style.ts";
import { type Step, table } from "../../cli/table.ts";
import { machineNames } from "../../machines/text.ts";
import { shortFolder } from "../../projects/folders.ts";
import { stateStyle } from "../../states/state.ts";
import { titleOf } from "../../store/rows.ts";
import { formatAge } from "../../text/duration.ts";
import { counted } from "../../text/text.ts";
import type { ListedSession, Listing } from "./list.ts";
import type { ListFilter } from "./sql.ts";

const COLUMNS = [
  "Active",
  "State",
  "Machine",
  "Agent",
  "Project",
  "Events",
  "Title",
  "ID",
] as const;

type Column = (typeof COLUMNS)[number];

const column = (name: Column) => COLUMNS.indexOf(name);
const NO_TITLE = "(no title)";

/** How to print a list. */
interface ListPage {
  readonly now: Date;
  readonly style: Style;
  /** The terminal's width; undefined if there is none, and then nothing is shortened. */
  readonly columns: number | undefined;
  readonly filter: ListFilter;
  /** What follows where there are none. */
  readonly none: string;
}

function age({ activeAtMs, activeLocal }: ListedSession, now: Date): string {
  return activeAtMs === null ? activeLocal : formatAge(now.getTime() - activeAtMs);
}

/** What is shown of a session only beside others. */
interface Beside {
  readonly hasStates: boolean;
  readonly machine: string;
}

function cellsOf(
  session: ListedSession,
  { now, columns }: ListPage,
  { hasStates, machine }: Beside,
): string[] {
  const { activeAtMs, activeLocal } = session;
  const isShort = columns !== undefined;
  const ago = activeAtMs === null ? activeLocal : `${age(session, now)} ago`;
  const cells: Readonly<Record<Column, string>> = {
    Active: isShort ? ago : activeLocal,
    State: hasStates ? session.state : "",
    Machine: machine,
    Agent: shortAgent(session.agentId),
    Project: session.project?.distinct ?? "",
    Events: String(session.eventCount),
    Title: titleOf(session) ?? NO_TITLE,
    ID: isShort ? session.shortId : session.id,
  };
  return COLUMNS.map((name) => cells[name]);
}

/** What gives way on a narrow terminal, in this order. Ids are never cut, because people copy them. */
function stepsOf(sessions: readonly ListedSession[], now: Date): Step[] {
  const shorter = (cells: number) =>
    sessions.map(({ project }) => shortFolder(project?.distinct ?? "", cells));
  return [
    { column: column("Project"), shorter: shorter(20) },
    { column: column("Project"), least: 20 },
    { column: column("Title"), least: 48 },
    { column: column("Events"), least: 0 },
    { column: column("Project"), shorter: shorter(12) },
    { column: column("Project"), least: 12 },
    { column: column("Title"), least: 32 },
    { column: column("Active"), shorter: sessions.map((session) => age(session, now)) },
    { column: column("Agent"), least: 8 },
    { column: column("Title"), least: 20 },
    { column: column("Project"), least: 0 },
    { column: column("Agent"), least: 0 },
    { column: column("Machine"), least: 8 },
    { column: column("Title"), least: 10 },
    { column: column("Machine"), least: 0 },
    { column: column("State"), least: 0 },
  ];
}

function paintWith({ style }: ListPage, sessions: readonly ListedSession[]) {
  return (cell: string, index: number, row: number): string => {
    const session = sessions[row];
    switch (COLUMNS[index]) {
      case "State":
        return stateStyle(style, session?.state ?? "ended")(cell);
      case "Title":
        return session !== undefined && titleOf(session) === null
          ? style.dim(cell)
          : style.bold(cell);
      case "Active":
      case "Events":
      case "ID":
        return style.dim(cell);
      default:
        return cell;
    }
  };
}

const LIMITS = [50, 100, 200, 500, 1000];

/** How to get at the sessions that aren't shown. */
function moreOf({ sessions, total }: Listing, { filter }: ListPage): string {
  const limit = LIMITS.find((each) => each > sessions.length) ?? total;
  const project = filter.project === undefined ? ["--project ."] : [];
  return [`--limit ${Math.min(limit, total)}`, ...project, "mm search"].join(", ");
}

export function listText(listing: Listing, page: ListPage): string {
  const { sessions, total } = listing;
  if (total === 0) return `No sessions found.\n${page.none}`;
  // With `--limit 0`.
  if (sessions.length === 0) return `0 of ${counted(total, "session")}\n`;
  const hasStates = sessions.some(({ state }) => state !== "ended");
  const machines = machineNames(sessions);
  const { style, columns, now } = page;
  const shown = table(
    COLUMNS,
    sessions.map((session, index) =>
      cellsOf(session, page, { hasStates, machine: machines[index] ?? "" }),
    ),
    {
      columns,
      head: style.head,
      paint: paintWith(page, sessions),
      right: columns === undefined ? [column("Events")] : [column("Active"), column("Events")],
      steps: stepsOf(sessions, now),
    },
  );
  const foot =
    sessions.length < total
      ? `${sessions.length} of ${counted(total, "session")} · more: ${moreOf(listing, page)}`
      : counted(total, "session");
  return `${shown}\n${style.dim(foot)}\n`;
}
