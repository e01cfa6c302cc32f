import type { Style } from "../cli/style.ts";
import { table } from "../cli/table.ts";
import { eventWord } from "../text/event-words.ts";
import { type Folders, shortPaths } from "../text/paths.ts";
import { counted } from "../text/text.ts";
import { type Sheet, sessionSheet } from "./sheet.ts";
import type { Events, ShownSession } from "./show.ts";
import type { ListedEvent } from "./statements.ts";
import { eventStyle, Timeline } from "./timeline.ts";

/** How to print events. */
interface EventPage {
  readonly style: Style;
  /** The terminal's width; undefined if there is none. */
  readonly columns: number | undefined;
  readonly folders: Folders;
}

/** The first line of each event, cut to the terminal's width if there is one. */
export function eventsText(events: readonly ListedEvent[], page: EventPage): string {
  if (events.length === 0) return "No events for this session.\n";
  const { style, columns, folders } = page;
  const rows = events.map(({ createdLocal, type, content }) => [
    createdLocal,
    eventWord(type),
    shortPaths(content.split("\n", 1)[0] ?? "", folders),
  ]);
  const shown = table(["Time", "What", "Content"], rows, {
    columns,
    head: style.head,
    paint: (cell, column, row) => {
      if (column === 0) return style.dim(cell);
      const type = events[row]?.type ?? "";
      return column === 1 || type === "error" ? eventStyle(style, type)(cell) : cell;
    },
  });
  return `${shown}\n${style.dim(counted(events.length, "event"))}\n`;
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
