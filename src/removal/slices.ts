import type { Context } from "../context.ts";
import type { Connection } from "../store/connection.ts";
import type { Store, View } from "../store/store.ts";
import { checkpoint, enforceForeignKeys, giveBack } from "./space.ts";
import { nextLeftEvents, removeLeftEvents, type TakenOut, takeOutSessions } from "./sql.ts";

/** What a transaction may take, in milliseconds; a hook beside it takes some twenty in all. */
const WANTED_MS = 5;
/** Whoever waits for a lock tries again at intervals, so it has to be free for longer than it is held. */
const PAUSE_FACTOR = 2;
const LEAST_PAUSE_MS = 1;
/** A transaction that took longer than that was kept waiting itself. */
const MOST_PAUSE_MS = 30;
const CHARACTERS_A_SLICE = 500_000;

type Needs = Pick<Context, "elapsedMicros">;

/** What sessions are removed from. */
export type Removed = Pick<Store, "write" | "withWriter" | "forgetCurrent">;

/** How many rows or pages the next transaction takes, by how long the last ones took. */
class SliceSize {
  readonly #least: number;
  readonly #most: number;
  value: number;

  constructor(least: number, most: number) {
    this.value = least;
    this.#least = least;
    this.#most = most;
  }

  learn(tookMs: number): void {
    if (tookMs < WANTED_MS / 2) this.value = Math.min(this.#most, this.value * 2);
    else if (tookMs > WANTED_MS) this.value = Math.max(this.#least, this.value / 2);
  }
}

export interface RemoverOptions {
  /** Microseconds since the start of the process at which no further transaction is begun, or null. */
  readonly untilMicros: number | null;
  /** Whether nobody else waits for the lock. */
  readonly isAlone?: boolean;
  /** Hears of each number of events that are gone. */
  onEvents(removed: number): void;
}

/**
 * Removes in short transactions, and leaves the lock to others for longer after each. What it has not come
 * to when it is killed or its time is over, the next one does.
 */
export class Remover {
  readonly #ctx: Needs;
  readonly #store: Removed;
  readonly #options: RemoverOptions;
  readonly #sessions = new SliceSize(10, 640);
  readonly #events = new SliceSize(100, 3200);
  readonly #pages = new SliceSize(50, 1600);

  constructor(ctx: Needs, store: Removed, options: RemoverOptions) {
    this.#ctx = ctx;
    this.#store = store;
    this.#options = options;
  }

  get isOver(): boolean {
    const { untilMicros } = this.#options;
    return untilMicros !== null && this.#ctx.elapsedMicros() >= untilMicros;
  }

  /** How many sessions are best taken out at once. */
  get sessionsAtOnce(): number {
    return this.#sessions.value;
  }

  /** Takes out those of these sessions that meet the condition still; their events are left for `removeLeft`. */
  async takeOut(
    ids: readonly string[],
    condition: string,
    before: number | null,
  ): Promise<TakenOut[]> {
    return await this.takeOutBy(({ db }) => takeOutSessions(db, ids, condition, before));
  }

  /** Does work that takes out sessions, in one transaction in which no foreign key is enforced. */
  async takeOutBy<T>(work: (view: View) => T): Promise<T> {
    await this.#store.withWriter((db) => enforceForeignKeys(db, false));
    try {
      return await this.#timed(this.#sessions, work);
    } finally {
      await this.#store.withWriter((db) => enforceForeignKeys(db, true));
    }
  }

  /** Removes the events of sessions that were taken out, by whomever. @returns how many */
  async removeLeft(): Promise<number> {
    let total = 0;
    while (!this.isOver) {
      const { value } = this.#events;
      const left = await this.#store.withWriter((db) =>
        nextLeftEvents(db, value, CHARACTERS_A_SLICE),
      );
      if (left === null) break;
      const removed = await this.#timed(this.#events, ({ db }) => removeLeftEvents(db, left));
      total += removed;
      this.#options.onEvents(removed);
    }
    return total;
  }

  /** Gives free pages back to the disk, where the file was made for that. */
  async giveBack(): Promise<void> {
    while (!this.isOver) {
      const { value } = this.#pages;
      if (!(await this.#timed(this.#pages, ({ db }) => giveBack(db, value)))) break;
    }
    await this.#store.withWriter((db: Connection) => checkpoint(db));
  }

  /** Does some work in a transaction, then leaves the lock to others for longer than it held it. */
  async #timed<T>(size: SliceSize, work: (view: View) => T): Promise<T> {
    let began = 0;
    const result = await this.#store.write((view) => {
      began = this.#ctx.elapsedMicros();
      return work(view);
    });
    const tookMs = (this.#ctx.elapsedMicros() - began) / 1000;
    size.learn(tookMs);
    if (this.#options.isAlone === true) return result;
    const pauseMs = Math.ceil(PAUSE_FACTOR * tookMs);
    await Bun.sleep(Math.min(MOST_PAUSE_MS, Math.max(LEAST_PAUSE_MS, pauseMs)));
    return result;
  }
}
