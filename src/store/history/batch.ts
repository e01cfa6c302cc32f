import type { Store, View } from "../store.ts";

interface Work {
  readonly write: (view: View) => void;
  /** What follows when all is written. */
  readonly after: () => Promise<void>;
}

const nothing = async () => undefined;

/** Writes that wait for each other: one transaction writes a page once, however many rows it gets. */
export class WriteBatch {
  readonly #store: Store;
  readonly #most: number;
  #works: Work[] = [];
  #rows = 0;

  /** @param most from how many rows on they are written, so that nobody else waits for long */
  constructor(store: Store, most: number) {
    this.#store = store;
    this.#most = most;
  }

  /** Writes some rows soon, in the order of the calls. */
  async add(rows: number, write: Work["write"], after: Work["after"] = nothing): Promise<void> {
    this.#works.push({ write, after });
    this.#rows += rows;
    if (this.#rows >= this.#most) await this.flush();
  }

  /** Writes all that waits. What can't be written is given up. */
  async flush(): Promise<void> {
    const works = this.#works;
    if (works.length === 0) return;
    this.#works = [];
    this.#rows = 0;
    await this.#store.write((view) => {
      for (const { write } of works) write(view);
    });
    for (const { after } of works) await after();
  }
}
