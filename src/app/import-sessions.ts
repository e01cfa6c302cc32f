import type { ExportLine } from "../domain/export/parse.ts";
import { type StoredRecord, toExported } from "../domain/export/record.ts";
import type { Store, View } from "../store/store.ts";
import { storedEvents, storedSessions } from "../store/transfer-read.ts";
import { addEvent, addSession, holderOf } from "../store/transfer-write.ts";

/** A transaction ends with the session that brings it to so many lines, so that others get the lock. */
const LINES_A_TRANSACTION = 2000;

/** A session of the file that was left alone, and why. */
interface LeftAlone {
  readonly id: string;
  readonly reason: string;
}

export interface Imported {
  readonly sessions: number;
  readonly events: number;
  /** Sessions that were stored already, just as in the file. */
  readonly alreadyThere: number;
  readonly leftAlone: readonly LeftAlone[];
}

/** The lines with a look at the next one. */
class Reader {
  readonly #lines: AsyncIterator<ExportLine>;
  #next: ExportLine | null = null;
  taken = 0;

  constructor(lines: AsyncIterable<ExportLine>) {
    this.#lines = lines[Symbol.asyncIterator]();
  }

  async peek(): Promise<ExportLine | null> {
    if (this.#next === null) {
      const { done, value } = await this.#lines.next();
      this.#next = done === true ? null : (value as ExportLine);
    }
    return this.#next;
  }

  async next(): Promise<ExportLine | null> {
    const line = await this.peek();
    this.#next = null;
    this.taken++;
    return line;
  }

  /** The events that follow here. */
  async *events(): AsyncGenerator<StoredRecord> {
    for (let line = await this.peek(); line?.kind === "event"; line = await this.peek()) {
      yield line.record;
      await this.next();
    }
  }
}

function isSame(a: StoredRecord, b: StoredRecord): boolean {
  return JSON.stringify(toExported(a)) === JSON.stringify(toExported(b));
}

/** Whether the stored session is the one of the file, event by event; reads all of its events. */
async function isStoredAlike(
  view: View,
  stored: StoredRecord,
  record: StoredRecord,
  reader: Reader,
) {
  const events = storedEvents(view, stored.row["id"] ?? null);
  let alike = isSame(stored, record);
  for await (const event of reader.events()) {
    const own = alike ? events.next() : null;
    alike = own !== null && own.done !== true && isSame(own.value, event);
  }
  return alike && events.next().done === true;
}

interface Counts {
  sessions: number;
  events: number;
  alreadyThere: number;
  readonly leftAlone: LeftAlone[];
}

async function importSession(
  view: View,
  id: string,
  record: StoredRecord,
  reader: Reader,
  counts: Counts,
): Promise<void> {
  const [stored] = storedSessions(view, { kind: "ids", ids: [id] });
  const holder = stored === undefined ? holderOf(view.db, record) : null;
  if (stored !== undefined) {
    if (await isStoredAlike(view, stored, record, reader)) counts.alreadyThere++;
    else counts.leftAlone.push({ id, reason: "it is stored with other content" });
  } else if (holder !== null) {
    for await (const _ of reader.events());
    counts.leftAlone.push({ id, reason: `the agent's session is stored as ${holder}` });
  } else {
    addSession(view.db, record);
    counts.sessions++;
    for await (const event of reader.events()) {
      addEvent(view.db, id, event);
      counts.events++;
    }
  }
}

/**
 * Adds the sessions that aren't there yet, each with all of its events or not at all; what is there is
 * never changed. Done again after it was killed, it goes on where it was. The lines must have been
 * checked to the end before.
 */
export async function importSessions(
  store: Store,
  lines: AsyncIterable<ExportLine>,
): Promise<Imported> {
  const reader = new Reader(lines);
  const counts: Counts = { sessions: 0, events: 0, alreadyThere: 0, leftAlone: [] };
  while ((await reader.peek()) !== null) {
    await store.write(async (view) => {
      const end = reader.taken + LINES_A_TRANSACTION;
      for (let line = await reader.next(); line !== null; line = await reader.next()) {
        if (line.kind === "session") {
          await importSession(view, line.id, line.record, reader, counts);
          if (reader.taken >= end) return;
        }
      }
    });
  }
  return counts;
}
