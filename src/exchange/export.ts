import { collectEvery } from "../files/memory.ts";
import type { View } from "../store/store.ts";
import type { StoredRecord } from "../store/stored-rows.ts";
import type { StoredSession } from "./record.ts";
import { readOneState, type Selection, storedEvents, storedSessions } from "./sql.ts";

/** How much an export holds. */
export interface Totals {
  readonly sessions: number;
  readonly events: number;
}

/** One form of export: the text of each piece, in the order in which they are called. */
export interface ExportFormat {
  begin(): string;
  session(session: StoredSession): string;
  event(event: StoredRecord, session: StoredRecord): string;
  endSession(): string;
  /** A list of all sessions behind the last one; each is read once more for it, for none of them is kept. */
  list?(totals: Totals): SessionList;
  end(totals: Totals): string;
}

/** Its pieces, in the order in which they are called. */
export interface SessionList {
  begin(): string;
  entry(session: StoredRecord): string;
  end(): string;
}

/** Text is written in pieces of about this size. */
const PIECE_CHARS = 64 * 1024;
const CHARS_A_COLLECTION = 40 * PIECE_CHARS;

/** Where an export goes. */
export interface ExportTarget {
  /** @returns false where nobody reads any more, which ends the export */
  write(text: string): Promise<boolean>;
  /** Told from time to time how many events are done. */
  progress(events: number): void;
}

/** Every piece of the export, in order; `tell` hears how many events are done. */
function* pieces(
  view: View,
  selection: Selection,
  format: ExportFormat,
  totals: { sessions: number; events: number },
): Generator<string> {
  readOneState(view);
  yield format.begin();
  for (const session of storedSessions(view, selection)) {
    totals.sessions++;
    yield format.session(session);
    for (const event of storedEvents(view, session.row["id"] ?? null)) {
      totals.events++;
      yield format.event(event, session);
    }
    yield format.endSession();
  }
  if (format.list !== undefined) {
    const list = format.list(totals);
    yield list.begin();
    for (const session of storedSessions(view, selection)) yield list.entry(session);
    yield list.end();
  }
  yield format.end(totals);
}

/** Writes the selected sessions with their events, holding no more than a piece of them in memory. */
export async function exportSessions(
  view: View,
  selection: Selection,
  format: ExportFormat,
  target: ExportTarget,
): Promise<Totals> {
  const totals = { sessions: 0, events: 0 };
  const collect = collectEvery(CHARS_A_COLLECTION);
  let piece = "";
  for (const text of pieces(view, selection, format, totals)) {
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
