import type { Context } from "../context.ts";
import type { Connection } from "../store/connection.ts";
import type { Store, View } from "../store/store.ts";
import { checkpoint, enforceForeignKeys, shrinkFile } from "./space.ts";
import { type DeletedSession, deleteSessionRows, nextSliceToPurge, purgeSlice } from "./sql.ts";

/** The target duration of a transaction. A concurrent hook takes about 20 ms in all. */
const WANTED_MS = 5;
/** Others retry at intervals to get the lock, so it must be free for longer than it is held. */
const PAUSE_FACTOR = 2;
const LEAST_PAUSE_MS = 1;
/** A transaction that seems to need a longer pause had to wait for something itself. */
const MOST_PAUSE_MS = 30;
const CHARACTERS_A_SLICE = 500_000;

type Needs = Pick<Context, "elapsedMicros" | "now">;

/** A store to delete sessions from. */
export type Removed = Pick<Store, "write" | "withWriter" | "forgetCurrent">;

/** The number of rows or pages for the next transaction, judging by how long the last ones took. */
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
  /** Microseconds since the process started, after which no further transaction starts; null for no limit. */
  readonly untilMicros: number | null;
  /** Whether nobody else waits for the lock. */
  readonly isAlone?: boolean;
  /** Called with the number of events that each transaction has purged. */
  onEvents(removed: number): void;
}

/**
 * Deletes sessions in short transactions, with longer pauses in which others can get the lock. If it is
 * killed or runs out of time, the next deletion continues.
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

  /** The best number of sessions for one transaction. */
  get sessionsAtOnce(): number {
    return this.#sessions.value;
  }

  /** Deletes the sessions among `ids` that still meet the condition. `purgeEvents` deletes their events. */
  async delete(
    ids: readonly string[],
    condition: string,
    before: number | null,
  ): Promise<DeletedSession[]> {
    const times = { before, now: this.#ctx.now().getTime() };
    return await this.deleteBy(({ db }) => deleteSessionRows(db, ids, condition, times));
  }

  /** Runs work that deletes sessions in one transaction, with foreign keys not enforced. */
  async deleteBy<T>(work: (view: View) => T): Promise<T> {
    await this.#store.withWriter((db) => enforceForeignKeys(db, false));
    try {
      return await this.#timed(this.#sessions, work);
    } finally {
      await this.#store.withWriter((db) => enforceForeignKeys(db, true));
    }
  }

  /** Deletes the events of sessions that any program has deleted. @returns how many events */
  async purgeEvents(): Promise<number> {
    let total = 0;
    while (!this.isOver) {
      const { value } = this.#events;
      const left = await this.#store.withWriter((db) =>
        nextSliceToPurge(db, value, CHARACTERS_A_SLICE),
      );
      if (left === null) break;
      const removed = await this.#timed(this.#events, ({ db }) => purgeSlice(db, left));
      total += removed;
      this.#options.onEvents(removed);
    }
    return total;
  }

  /** Returns free pages to the disk, if the file was created to allow that. */
  async shrinkFile(): Promise<void> {
    while (!this.isOver) {
      const { value } = this.#pages;
      if (!(await this.#timed(this.#pages, ({ db }) => shrinkFile(db, value)))) break;
    }
    await this.#store.withWriter((db: Connection) => checkpoint(db));
  }

  /** Runs work in a transaction, then pauses for longer than it held the lock. */
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
