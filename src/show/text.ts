import { type Step, table } from "../cli/table.ts";
import type { ListedEvent } from "../store/events.ts";
import { titleOf } from "../store/rows.ts";
import { formatAge } from "../text/duration.ts";
import { counted } from "../text/text.ts";
import { type ListedSession, statusOf } from "./list.ts";
import { type Sheet, sessionSheet } from "./sheet.ts";
import type { Events, ShownSession } from "./show.ts";
import { Timeline } from "./timeline.ts";

const COLUMNS = ["ID", "Agent", "Started", "Status", "Events", "Project", "Title"] as const;

/** What to shorten on a narrow terminal, in this order. Ids are never cut, because people copy them. */
function stepsOf(sessions: readonly ListedSession[], now: Date): Step[] {
  const column = (name: (typeof COLUMNS)[number]) => COLUMNS.indexOf(name);
  const ages = sessions.map(({ startedAtMs, startedLocal }) =>
    startedAtMs === null ? startedLocal : `${formatAge(now.getTime() - startedAtMs)} ago`,
  );
  return [
    { column: column("ID"), shorter: sessions.map(({ shortId }) => shortId) },
    { column: column("Title"), least: 20 },
    { column: column("Project"), least: 12 },
    { column: column("Agent"), least: 12 },
    { column: column("Started"), shorter: ages },
    { column: column("Title"), least: 10 },
    { column: column("Project"), least: 7 },
    { column: column("Events"), least: 0 },
    { column: column("Project"), least: 0 },
    { column: column("Agent"), least: 0 },
  ];
}

/** `columns` is the terminal's width; undefined if there is none. */
export function listText(
  sessions: readonly ListedSession[],
  now: Date,
  columns: number | undefined,
): string {
  if (sessions.length === 0) return "No sessions found.\n";
  const rows = sessions.map((session) => [
    session.id,
    session.agentId,
    session.startedLocal,
    statusOf(session.state),
    String(session.eventCount),
    session.project ?? "",
    titleOf(session) ?? "",
  ]);
  const shown = table(COLUMNS, rows, { columns, steps: stepsOf(sessions, now) });
  return `${shown}\n${counted(sessions.length, "session")}\n`;
}

/** The first line of each event, cut to the terminal's width if there is one. */
export function eventsText(events: readonly ListedEvent[], columns: number | undefined): string {
  if (events.length === 0) return "No events for this session.\n";
  const rows = events.map(({ createdLocal, type, content }) => [
    createdLocal,
    type,
    content.split("\n", 1)[0] ?? "",
  ]);
  const shown = table(["Time", "Type", "Content"], rows, { columns });
  return `${shown}\n${counted(events.length, "event")}\n`;
}

/** Of more events than these two numbers, people see only the first and the last ones. */
const FIRST_EVENTS = 50;
const LAST_EVENTS = 150;
const LINE_CHARS = 1000;

function* folded(timeline: Timeline, eventCount: number, events: Events): Generator<string> {
  const left = Math.max(0, eventCount - FIRST_EVENTS - LAST_EVENTS);
  const first = left === 0 ? eventCount : FIRST_EVENTS;
  for (const event of events.part("first", { limit: first, chars: LINE_CHARS })) {
    yield timeline.event(event);
  }
  if (left === 0) return;
  yield timeline.omitted(left);
  for (const event of events.part("last", { limit: LAST_EVENTS, chars: LINE_CHARS })) {
    yield timeline.event(event);
  }
}

/** The text of `session show`, piece by piece. */
export function* showText(sheet: Sheet, shown: ShownSession, events: Events): Generator<string> {
  const timeline = new Timeline(sheet, shown);
  yield sessionSheet(sheet, shown) + timeline.heading();
  if (sheet.full) for (const event of events.whole()) yield timeline.event(event);
  else yield* folded(timeline, shown.eventCount, events);
  yield timeline.end();
}
