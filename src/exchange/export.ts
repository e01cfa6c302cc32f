import { collectEvery } from "../files/memory.ts";
import type { View } from "../store/store.ts";
import type { StoredRecord } from "../store/stored-rows.ts";
import type { StoredSession, Totals } from "./record.ts";
import { countSelected, freezeView, type Selection, storedEvents, storedSessions } from "./sql.ts";

/** What an export is about to contain. Sessions aren't kept in memory, so each look reads them again. */
export interface Contents {
  readonly totals: Totals;
  /** In the order in which they are written. */
  sessions(): Iterable<StoredSession>;
}

/** An export format: the text of each piece, in the order of the calls. */
export interface ExportFormat {
  /** Whether sessions that started last come first; by default they come last. */
  readonly isNewestFirst?: boolean;
  begin(contents: Contents): Iterable<string>;
  session(session: StoredSession): string;
  event(event: StoredRecord, session: StoredRecord): string;
  endSession(): string;
  end(totals: Totals): string;
}

/** The approximate size of the pieces that are written. */
const PIECE_CHARS = 64 * 1024;
const CHARS_A_COLLECTION = 40 * PIECE_CHARS;

/** How an export is written, and the prices of the settings. */
export interface ExportPlan {
  readonly format: ExportFormat;
  readonly prices: Readonly<Record<string, unknown>>;
}

/** Where an export goes. */
export interface ExportTarget {
  /** @returns false if nobody reads any more, which ends the export */
  write(text: string): Promise<boolean>;
  /** Called from time to time with the number of events written. */
  progress(events: number): void;
}

/** Every piece of the export, in order. Updates `totals` as it goes. */
function* pieces(
  view: View,
  selection: Selection,
  { format, prices }: ExportPlan,
  totals: { sessions: number; events: number },
): Generator<string> {
  freezeView(view);
  const sessions = () =>
    storedSessions(view, selection, { isNewestFirst: format.isNewestFirst, prices });
  yield* format.begin({
    get totals() {
      return countSelected(view, selection);
    },
    sessions,
  });
  for (const session of sessions()) {
    totals.sessions++;
    yield format.session(session);
    for (const event of storedEvents(view, session.row["id"] ?? null)) {
      totals.events++;
      yield format.event(event, session);
    }
    yield format.endSession();
  }
  yield format.end(totals);
}

/** Writes the selected sessions with their events, with only one piece in memory at a time. */
export async function exportSessions(
  view: View,
  selection: Selection,
  plan: ExportPlan,
  target: ExportTarget,
): Promise<Totals> {
  const totals = { sessions: 0, events: 0 };
  const collect = collectEvery(CHARS_A_COLLECTION);
  let piece = "";
  for (const text of pieces(view, selection, plan, totals)) {
    piece += text;
    if (piece.length < PIECE_CHARS) continue;
    if (!(await target.write(piece))) return totals;
    target.progress(totals.events);
    collect(piece.length);
    piece = "";
  }
  await target.write(piece);
  return totals;
}
