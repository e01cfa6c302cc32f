import type { EventRow, EventsDocument } from "../documents.ts";
import { type Failure, get, toFailure } from "../server.ts";

const PAGE = 300;
/** More events at once would make the page slow. */
const MOST = 1200;

/** Whose events are listed: of one type, or with an empty text of all. */
interface Listed {
  readonly session: string;
  readonly type: string;
  readonly machine: string | undefined;
}

/** A part of a session's events, which grows at both ends. */
export class EventList {
  readonly session: string;
  readonly #type: string;
  readonly #machine: string | undefined;
  readonly #changed: () => void;
  events: readonly EventRow[] = [];
  before: number | null = null;
  after: number | null = null;
  more = false;
  failure: Failure | null = null;
  isLoaded = false;
  #isBusy = false;
  #isOver = false;
  /** The event to open next, where that was asked for meanwhile. */
  #wanted: number | null = null;

  constructor({ session, type, machine }: Listed, changed: () => void) {
    this.session = session;
    this.#type = type;
    this.#machine = machine;
    this.#changed = changed;
  }

  /** Nothing changes any more. */
  close(): void {
    this.#isOver = true;
  }

  has(event: number): boolean {
    return this.events.some(({ id }) => id === event);
  }

  /** Begins at the end, or around an event. */
  async open(around: number | null): Promise<void> {
    if (this.#isBusy) {
      this.#wanted = around;
      return;
    }
    await this.#once(async () => {
      if (around === null) return this.#take(await this.#get({ limit: PAGE }), "whole");
      const [earlier, later] = await Promise.all([
        this.#get({ limit: PAGE / 2, before: around + 1 }),
        this.#get({ limit: PAGE / 2, after: around }),
      ]);
      this.#take(earlier, "whole");
      this.#take(later, "later");
    });
  }

  async earlier(): Promise<void> {
    const { before } = this;
    if (before === null) return;
    await this.#once(async () => this.#take(await this.#get({ limit: PAGE, before }), "earlier"));
  }

  async later(): Promise<void> {
    await this.#once(async () => {
      const after = this.after ?? 0;
      this.#take(await this.#get({ limit: PAGE, after }), "later");
    });
  }

  #get(range: { limit: number; before?: number; after?: number }): Promise<EventsDocument> {
    return get<EventsDocument>("session/events", {
      id: this.session,
      type: this.#type,
      machine: this.#machine,
      ...range,
    });
  }

  /** One after another, so that nothing is shown twice or out of order. */
  async #once(work: () => Promise<void>): Promise<void> {
    if (this.#isBusy || this.#isOver) return;
    this.#isBusy = true;
    try {
      await work();
      this.failure = null;
    } catch (error) {
      this.failure = toFailure(error);
    }
    this.#isBusy = false;
    this.isLoaded = true;
    if (!this.#isOver) this.#changed();
    const wanted = this.#wanted;
    this.#wanted = null;
    if (wanted !== null && !this.has(wanted)) await this.open(wanted);
  }

  #take(
    { events, before, after, more }: EventsDocument,
    where: "whole" | "earlier" | "later",
  ): void {
    if (where === "whole") {
      this.events = events;
      this.before = before;
      this.after = after;
      this.more = more;
      return;
    }
    if (where === "earlier") {
      this.events = [...events, ...this.events];
      this.before = before;
      this.#dropLater();
      return;
    }
    const known = this.after ?? 0;
    this.events = [...this.events, ...events.filter(({ id }) => id > known)];
    this.after = after ?? this.after;
    this.more = more;
    this.#dropEarlier();
  }

  #dropLater(): void {
    if (this.events.length <= MOST) return;
    this.events = this.events.slice(0, MOST);
    this.after = Math.max(...this.events.map(({ id }) => id));
    this.more = true;
  }

  #dropEarlier(): void {
    if (this.events.length <= MOST) return;
    this.events = this.events.slice(-MOST);
    this.before = Math.min(...this.events.map(({ id }) => id));
  }
}
