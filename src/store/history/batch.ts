import type { Store, View } from "../store.ts";

/** Writes that wait for each other: one transaction writes a page once, however many rows it gets. */
export class WriteBatch {
  readonly #store: Store;
  readonly #most: number;
  #works: ((view: View) => void)[] = [];
  #rows = 0;

  /** @param most from how many rows on they are written, so that nobody else waits for long */
  constructor(store: Store, most: number) {
    this.#store = store;
    this.#most = most;
  }

  /** Writes some rows soon, in the order of the calls. */
  async add(rows: number, work: (view: View) => void): Promise<void> {
    this.#works.push(work);
    this.#rows += rows;
    if (this.#rows >= this.#most) await this.flush();
  }

  async flush(): Promise<void> {
    const works = this.#works;
    if (works.length === 0) return;
    this.#works = [];
    this.#rows = 0;
    await this.#store.write((view) => {
      for (const work of works) work(view);
    });
  }
}
