import { collectEvery } from "../files/memory.ts";
import type { Machine } from "../machines/model.ts";
import { storedText } from "../store/rows.ts";
import type { View } from "../store/store.ts";
import type { StoredRecord } from "../store/stored-rows.ts";
import type { StoredSession, Totals } from "./record.ts";
import {
  countSelected,
  freezeView,
  type Selection,
  type SessionsRead,
  storedEvents,
  storedSessions,
} from "./sql.ts";

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

/** What is exported of a store. */
export interface ExportPart {
  readonly view: View;
  readonly selection: Selection;
  /** The machine of a session; null where nobody asked for machines. */
  machineOf(id: string): Machine | null;
}

interface Placed {
  readonly session: StoredSession;
  readonly view: View;
}

function* sessionsOf(part: ExportPart, read: SessionsRead): Generator<Placed> {
  const { view, selection, machineOf } = part;
  for (const session of storedSessions(view, selection, read)) {
    yield { session: { ...session, machine: machineOf(storedText(session.row["id"])) }, view };
  }
}

const startOf = ({ session }: Placed) => storedText(session.row["started_at"]);

/** The sessions of two stores in the order of their starts, as each store's are. */
function* inTurn(
  one: Iterator<Placed>,
  other: Iterator<Placed>,
  isNewestFirst: boolean,
): Generator<Placed> {
  let [a, b] = [one.next(), other.next()];
  while (!a.done || !b.done) {
    const isFirst =
      b.done === true ||
      (a.done !== true && startOf(a.value) <= startOf(b.value) !== isNewestFirst);
    if (isFirst && !a.done) {
      yield a.value;
      a = one.next();
    } else if (!b.done) {
      yield b.value;
      b = other.next();
    }
  }
}

/** Those that were named in that order, others by their start. */
function* sessionsOfAll(parts: readonly ExportPart[], read: SessionsRead): Generator<Placed> {
  const [first, second] = parts.filter(({ selection }) => selection.kind === "since");
  if (first !== undefined && second !== undefined) {
    yield* inTurn(sessionsOf(first, read), sessionsOf(second, read), read.isNewestFirst === true);
    return;
  }
  for (const part of parts) yield* sessionsOf(part, read);
}

/** How many sessions and events are selected. */
export function countAll(parts: readonly ExportPart[]): Totals {
  const counted = parts.map(({ view, selection }) => countSelected(view, selection));
  return {
    sessions: counted.reduce((sum, { sessions }) => sum + sessions, 0),
    events: counted.reduce((sum, { events }) => sum + events, 0),
  };
}

/** Every piece of the export, in order. Updates `totals` as it goes. */
function* pieces(
  parts: readonly ExportPart[],
  { format, prices }: ExportPlan,
  totals: { sessions: number; events: number },
): Generator<string> {
  for (const view of new Set(parts.map((part) => part.view))) freezeView(view);
  const sessions = () => sessionsOfAll(parts, { isNewestFirst: format.isNewestFirst, prices });
  yield* format.begin({
    get totals() {
      return countAll(parts);
    },
    *sessions() {
      for (const { session } of sessions()) yield session;
    },
  });
  for (const { session, view } of sessions()) {
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
  parts: readonly ExportPart[],
  plan: ExportPlan,
  target: ExportTarget,
): Promise<Totals> {
  const totals = { sessions: 0, events: 0 };
  const collect = collectEvery(CHARS_A_COLLECTION);
  let piece = "";
  for (const text of pieces(parts, plan, totals)) {
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
