import { command } from "../cli/command.ts";
import { styleFor } from "../cli/style.ts";
import type { Context } from "../context.ts";
import type { View } from "../store/store.ts";
import { toJson } from "../text/text.ts";
import { timelineEnd, wholeTimeline } from "./details.ts";
import { shownSessionJson, timelineEventJson } from "./json.ts";
import { type Sheet, sessionSheet } from "./sheet.ts";
import { type ShownSession, showSession } from "./show.ts";
import { Timeline } from "./timeline.ts";

/** Of more events than both together only the first and the last are shown to people. */
const FIRST_EVENTS = 50;
const LAST_EVENTS = 150;
const LINE_CHARS = 1000;
const PIECE_CHARS = 64 * 1024;

/** Writes many small texts in pieces of some size, until nobody reads any more. */
async function writeAll(
  write: (text: string) => Promise<boolean>,
  texts: Iterable<string>,
): Promise<void> {
  let piece = "";
  for (const text of texts) {
    piece += text;
    if (piece.length < PIECE_CHARS) continue;
    if (!(await write(piece))) return;
    piece = "";
  }
  await write(piece);
}

/** The JSON document in pieces, so that any number of events fits into memory. */
function* document(shown: ShownSession, view: View): Generator<string> {
  yield `${toJson(shownSessionJson(shown)).slice(0, -1)},"events":[`;
  let between = "";
  for (const event of wholeTimeline(view, shown.session.id)) {
    yield between + toJson(timelineEventJson(event, shown));
    between = ",";
  }
  yield "]}\n";
}

function* folded(timeline: Timeline, shown: ShownSession, view: View): Generator<string> {
  const { session, eventCount } = shown;
  const left = Math.max(0, eventCount - FIRST_EVENTS - LAST_EVENTS);
  const size = left === 0 ? eventCount : FIRST_EVENTS;
  const part = (from: "first" | "last", limit: number) =>
    timelineEnd(view, session.id, from, { limit, chars: LINE_CHARS });
  for (const event of part("first", size)) yield timeline.event(event);
  if (left === 0) return;
  yield timeline.omitted(left);
  for (const event of part("last", LAST_EVENTS)) yield timeline.event(event);
}

/** What people see, in pieces. */
function* page(sheet: Sheet, shown: ShownSession, view: View): Generator<string> {
  const timeline = new Timeline(sheet, shown);
  yield sessionSheet(sheet, shown) + timeline.heading();
  if (sheet.full) {
    for (const event of wholeTimeline(view, shown.session.id)) yield timeline.event(event);
  } else {
    yield* folded(timeline, shown, view);
  }
  yield timeline.end();
}

function sheetFor(ctx: Context, full: boolean): Sheet {
  const columns = ctx.terminal.stdoutIsTty() ? ctx.terminal.columns() : null;
  return { style: styleFor(ctx), columns, full };
}

export default command({
  meta: { name: "show", description: "Show a session: who, where, when, and what happened" },
  args: {
    id: {
      type: "positional",
      required: false,
      completes: "session",
      description: "Id of the session, its first 6 or more characters, or `last`",
    },
    full: { type: "boolean", description: "Every event, with all that is stored of it" },
    json: { type: "boolean", description: "Print one line of JSON, with every event" },
  },
  example: "mm session show last",
  details: [
    "By default it is the current session or, where none is, the one that was started last. Active time leaves out silences of more than 5 minutes between events.",
  ],
  async run(ctx, args) {
    return {
      stream: async (write) =>
        await showSession(ctx, args.id, async (shown, view) => {
          const texts =
            args.json === true
              ? document(shown, view)
              : page(sheetFor(ctx, args.full === true), shown, view);
          await writeAll(write, texts);
        }),
    };
  },
});
