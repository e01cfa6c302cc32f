import { AGENTS } from "../../agents/agents.ts";
import { safeId } from "../../record/content.ts";
import type { Connection } from "../../store/connection.ts";
import { lastEventId, moveToEnd } from "../../store/events.ts";
import {
  appendTold,
  completeEvent,
  deleteEvents,
  eventsOutOfOrder,
  type StoredEvent,
  storedEventsAfter,
  type ToldEvent,
} from "../../store/history/events.ts";
import { findToldSession } from "../../store/history/sessions.ts";
import type { View } from "../../store/store.ts";
import { identityOf } from "../rows/content.ts";
import type { PreparedPart } from "../rows/rows.ts";
import { type Merged, StoredEvents } from "./match.ts";
import { SessionTake } from "./take.ts";

/** So many events are stored in one transaction; hooks wait for no longer than it takes. */
const EVENTS_AT_ONCE = 400;
/** The pause between two transactions, so that a hook gets the lock. */
const PAUSE_MS = 4;
const MOVED_AT_ONCE = 250;
/** Hooks may go on storing meanwhile; what they store last is in order. */
const MOST_ROUNDS = 5;

const NOTHING: Merged = { append: [], complete: [] };

/** A session of which all that its transcript tells is stored. */
export class WholeTake extends SessionTake {
  protected readonly usageOnly = false;
  readonly #stored = new StoredEvents();

  get isTaken(): boolean {
    return this.id !== null;
  }

  async part(part: PreparedPart): Promise<void> {
    const { store, batch } = this.taking;
    await batch.flush();
    if (this.#stored.last === 0) await store.withWriter((db) => this.#look(db));
    let merged = await store.write((view) => this.#begun(view, part));
    while (merged.append.length + merged.complete.length > 0) {
      await Bun.sleep(PAUSE_MS);
      const rest = merged;
      merged = await store.write((view) => this.#continue(view, rest));
    }
  }

  async order(): Promise<void> {
    const { id } = this;
    const { store } = this.taking;
    if (id === null) return;
    for (let round = 0; round < MOST_ROUNDS; round++) {
      const ids = await store.withWriter((db) => eventsOutOfOrder(db, id));
      if (ids.length === 0) return;
      for (let at = 0; at < ids.length; at += MOVED_AT_ONCE) {
        await store.write(({ db }) => moveToEnd(db, ids.slice(at, at + MOVED_AT_ONCE)));
      }
    }
  }

  /** Many events may be stored already; nobody waits while they are read. */
  #look(db: Connection): void {
    const { agentId } = AGENTS[this.taking.source.agent];
    const stored = findToldSession(db, agentId, this.externalId);
    // What turns out to be a copy is deleted.
    if (stored === null || this.session.copied.length > 0) return;
    this.#stored.add(storedEventsAfter(db, stored.id, 0));
  }

  #begun(view: View, part: PreparedPart): Merged {
    const events = this.begin(view, part);
    const { id } = this;
    if (events === null || id === null) return NOTHING;
    this.#stored.add(this.#withoutCopies(view, storedEventsAfter(view.db, id, this.#stored.last)));
    return this.#continue(view, this.#stored.merge(events));
  }

  #continue({ db }: View, { append, complete }: Merged): Merged {
    const id = this.id ?? "";
    const missing = this.#missing(db, append);
    const now = missing.slice(0, EVENTS_AT_ONCE);
    const completed = complete.slice(0, EVENTS_AT_ONCE);
    for (const event of now) appendTold(db, id, event);
    for (const completion of completed) completeEvent(db, completion);
    // What is stored from now on is what others store.
    if (now.length > 0) this.#stored.last = lastEventId(db);
    this.taking.added.events += now.length;
    this.isChanged ||= now.length + completed.length > 0;
    return { append: missing.slice(EVENTS_AT_ONCE), complete: complete.slice(EVENTS_AT_ONCE) };
  }

  /** A file that was cut within the copy of its parent's lines looked like a session of its own. */
  #withoutCopies({ db }: View, rows: readonly StoredEvent[]): readonly StoredEvent[] {
    const copied = new Set(this.session.copied.map(safeId));
    const isCopy = (row: StoredEvent) => row.isHooked !== 1 && copied.has(identityOf(row));
    const copies = copied.size === 0 ? [] : rows.filter(isCopy);
    if (copies.length === 0) return rows;
    deleteEvents(
      db,
      copies.map(({ id }) => id),
    );
    this.hasDropped = true;
    return rows.filter((row) => !isCopy(row));
  }

  /** What nobody has stored meanwhile: a hook, or another pass. */
  #missing(db: Connection, events: readonly ToldEvent[]): readonly ToldEvent[] {
    const fresh = storedEventsAfter(db, this.id ?? "", this.#stored.last);
    if (fresh.length === 0) return events;
    this.#stored.add(fresh);
    const stored = new Set(fresh.map(identityOf));
    return events.filter((event) => !stored.has(identityOf(event)));
  }
}
