import { type EventRow, type EventsDocument, type Failure, toFailure } from "../documents.ts";

const PAGE = 300;
/** More events at once would make the page slow. */
const MOST = 1200;

/** Which events are read: the last ones, or those on one side of an event. */
export interface Range {
  readonly limit: number;
  readonly before?: number;
  readonly after?: number;
}

/** Reads events of the session; of one type, where only those are listed. */
export type ReadEvents = (range: Range) => Promise<EventsDocument>;

/** A part of a session's events, which grows at both ends. */
export class EventList {
  readonly session: string;
  readonly #read: ReadEvents;
  readonly #changed: () => void;
  events: readonly EventRow[] = [];
  before: number | null = null;
  after: number | null = null;
  more = false;
  failure: Failure | null = null;
  isLoaded = false;
  #isBusy = false;
  /** Settles when what is being read is there. */
  #busy: Promise<void> = Promise.resolve();
  #isOver = false;
  /** Whether something was written that isn't read yet. */
  #isBehind = false;
  #around: number | null = null;
  /** The event to open next, where that was asked for meanwhile. */
  #wanted: number | null = null;

  constructor(session: string, read: ReadEvents, changed: () => void) {
    this.session = session;
    this.#read = read;
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
    this.#around = around;
    await this.#once(async () => {
      if (around === null) return this.#take(await this.#read({ limit: PAGE }), "whole");
      const [earlier, later] = await Promise.all([
        this.#read({ limit: PAGE / 2, before: around + 1 }),
        this.#read({ limit: PAGE / 2, after: around }),
      ]);
      this.#take(earlier, "whole");
      this.#take(later, "later");
    });
  }

  async earlier(): Promise<void> {
    const { before } = this;
    if (before === null) return;
    await this.#once(async () => this.#take(await this.#read({ limit: PAGE, before }), "earlier"));
  }

  async later(): Promise<void> {
    await this.#once(async () => {
      const after = this.after ?? 0;
      this.#take(await this.#read({ limit: PAGE, after }), "later");
    });
  }

  /**
   * Reads what was written at the end, also while something else is being read.
   * @returns whether there is more than before
   */
  async newer(): Promise<boolean> {
    const { after } = this;
    this.#isBehind = true;
    await this.#busy;
    if (this.#isBehind && !this.more) {
      this.#isBehind = false;
      await (this.events.length === 0 ? this.open(this.#around) : this.later());
    }
    return this.after !== after;
  }

  /** One after another, so that nothing is shown twice or out of order. */
  async #once(work: () => Promise<void>): Promise<void> {
    if (this.#isBusy || this.#isOver) return;
    this.#isBusy = true;
    this.#busy = this.#finish(work);
    await this.#busy;
  }

  async #finish(work: () => Promise<void>): Promise<void> {
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
