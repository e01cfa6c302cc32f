import { AGENTS } from "../../agents/agents.ts";
import type { Connection } from "../../store/connection.ts";
import { lastEventOf } from "../../store/events.ts";
import {
  appendTold,
  completeEvent,
  deleteEvents,
  eventsOutOfOrder,
  type StoredEvent,
  storedEventsAfter,
} from "../../store/history/events.ts";
import { moveToEnd } from "../../store/history/move.ts";
import { findToldSession } from "../../store/history/sessions.ts";
import type { View } from "../../store/store.ts";
import { identityOf, toldIdentity } from "../rows/content.ts";
import type { PreparedPart } from "../rows/rows.ts";
import { type Merged, StoredEvents } from "./match.ts";
import { SessionTake } from "./take.ts";

/** So many events are stored in one transaction; hooks wait for no longer than it takes. */
const EVENTS_AT_ONCE = 600;
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
  #hasLooked = false;
  /** Whether nobody else has stored an event of it, and the last one is the latest. */
  #isInOrder = true;
  #latest = 0;

  override async part(part: PreparedPart): Promise<void> {
    const { store, batch, source } = this.taking;
    if (!this.#hasLooked) await this.#look();
    if (part.events.length <= EVENTS_AT_ONCE) {
      await super.part(part);
      return;
    }
    await batch.flush(source.key);
    let merged = await store.write((view) => this.#begun(view, part));
    while (merged.append.length + merged.complete.length > 0) {
      await Bun.sleep(PAUSE_MS);
      const rest = merged;
      merged = await store.write((view) => this.#goOn(view, rest));
    }
  }

  protected store(view: View, part: PreparedPart): void {
    this.#begun(view, part);
  }

  override order(): Promise<void> | undefined {
    return this.#isInOrder ? undefined : this.#order();
  }

  async #order(): Promise<void> {
    const { store, batch } = this.taking;
    await batch.flush();
    const { id } = this;
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
  async #look(): Promise<void> {
    const { store, batch, source } = this.taking;
    const { agentId } = AGENTS[source.agent];
    const find = (db: Connection) => findToldSession(db, agentId, this.externalId);
    this.#hasLooked = true;
    if ((await store.withWriter(find)) === null) return;
    await batch.flush();
    await store.withWriter((db) => {
      const stored = find(db);
      // What turns out to be a copy is deleted.
      if (stored === null || this.session.copied.length > 0) return;
      this.#stored.add(storedEventsAfter(db, stored.id, 0));
    });
  }

  #begun(view: View, part: PreparedPart): Merged {
    const events = this.begin(view, part);
    if (events === null) return NOTHING;
    this.#lookAgain(view);
    return this.#append(view, this.#stored.merge(events));
  }

  /** What others have stored meanwhile: a hook, or another pass. */
  #lookAgain(view: View): readonly StoredEvent[] {
    const id = this.id ?? "";
    if (this.isOwn && lastEventOf(view.db, id) === this.#stored.last) return [];
    this.#isInOrder = false;
    const rows = this.#withoutCopies(view, storedEventsAfter(view.db, id, this.#stored.last));
    this.#stored.add(rows);
    return rows;
  }

  #goOn(view: View, { append, complete }: Merged): Merged {
    const stored = new Set(this.#lookAgain(view).map(identityOf));
    const missing = stored.size === 0 ? append : append.filter((e) => !stored.has(identityOf(e)));
    return this.#append(view, { append: missing, complete });
  }

  #append({ db }: View, { append, complete }: Merged): Merged {
    const now = append.slice(0, EVENTS_AT_ONCE);
    const completed = complete.slice(0, EVENTS_AT_ONCE);
    const [first, last] = [now[0], now.at(-1)];
    if (first !== undefined && last !== undefined) {
      // What is stored from then on is what others store.
      this.#stored.last = appendTold(db, this.id ?? "", now);
      this.#isInOrder &&= first.at >= this.#latest;
      this.#latest = last.at;
    }
    for (const completion of completed) completeEvent(db, completion);
    this.taking.added.events += now.length;
    this.isChanged ||= now.length + completed.length > 0;
    return { append: append.slice(EVENTS_AT_ONCE), complete: complete.slice(EVENTS_AT_ONCE) };
  }

  /** A file that was cut within the copy of its parent's lines looked like a session of its own. */
  #withoutCopies({ db }: View, rows: readonly StoredEvent[]): readonly StoredEvent[] {
    const copied = new Set(this.session.copied.map(toldIdentity));
    const isCopy = (row: StoredEvent) => row.isHooked !== 1 && copied.has(identityOf(row));
    const copies = copied.size === 0 ? [] : rows.filter(isCopy);
    if (copies.length === 0) return rows;
    deleteEvents(
      db,
      copies.map(({ id }) => id),
    );
    for (const { at } of copies) this.droppedAt = Math.min(this.droppedAt ?? at, at);
    return rows.filter((row) => !isCopy(row));
  }
}
