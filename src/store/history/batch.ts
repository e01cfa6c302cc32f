import { codeOf, UserError } from "../../errors.ts";
import type { Store, View } from "../store.ts";

interface Work {
  /** Whose it is. */
  readonly source: string;
  readonly write: (view: View) => void;
  /** What follows when all is written, if anything does: thousands of turns of nothing take their time. */
  readonly after: () => Promise<void> | undefined;
}

/** In KiB, half more than SQLite takes by itself: calls and events come with names in no order, each to a page of its own. */
const CACHE_KIB = 3072;

const nothing = () => undefined;

/** Whether it has nothing to do with what was to be written. */
function isOfDatabase(error: unknown): boolean {
  return error instanceof UserError || codeOf(error).startsWith("SQLITE_");
}

/** Writes that wait for each other: one transaction writes a page once, however many rows it gets. */
export class WriteBatch {
  readonly #store: Store;
  readonly #most: number;
  readonly #counts: Record<string, number>;
  #works: Work[] = [];
  #rows = 0;
  /** What was wrong with sources; nothing more of them is written. */
  readonly failed = new Map<string, unknown>();

  /**
   * @param most from how many rows on they are written, so that nobody else waits for long
   * @param counts what the writes count of themselves
   */
  constructor(store: Store, most: number, counts: Record<string, number>) {
    this.#store = store;
    this.#most = most;
    this.#counts = counts;
  }

  /**
   * Writes some rows of a source soon, in the order of the calls.
   * @throws what was wrong with the source
   */
  async add(
    source: string,
    rows: number,
    write: Work["write"],
    after: Work["after"] = nothing,
  ): Promise<void> {
    this.#works.push({ source, write, after });
    this.#rows += rows;
    if (this.#rows >= this.#most || this.failed.has(source)) await this.flush(source);
  }

  /**
   * Writes all that waits. What of it fails takes nothing along of other sources.
   * @throws what was wrong with the given source
   */
  async flush(source?: string): Promise<void> {
    const works = this.#works;
    this.#works = [];
    this.#rows = 0;
    if (works.length > 0) {
      await this.#keepUndo("MEMORY");
      try {
        await this.#store.write((view) => {
          for (const work of works) this.#write(view, work);
        });
      } finally {
        await this.#keepUndo("DEFAULT");
      }
    }
    for (const work of works) {
      const following = this.#follow(work);
      if (following !== undefined) await following;
    }
    if (source !== undefined && this.failed.has(source)) throw this.failed.get(source);
  }

  /**
   * A file would be written for each page that a savepoint may have to undo. What is sorted later needs one, so that this
   * is set back; the size of the cache isn't.
   */
  async #keepUndo(where: "MEMORY" | "DEFAULT"): Promise<void> {
    const pragmas = `PRAGMA temp_store = ${where}; PRAGMA cache_size = -${CACHE_KIB}`;
    await this.#store.withWriter((db) => void db.run(pragmas));
  }

  #write(view: View, { source, write }: Work): void {
    if (this.failed.has(source)) return;
    const before = { ...this.#counts };
    view.db.run("SAVEPOINT work");
    try {
      write(view);
    } catch (error) {
      if (isOfDatabase(error)) throw error;
      view.db.run("ROLLBACK TO work");
      Object.assign(this.#counts, before);
      this.failed.set(source, error);
    }
    view.db.run("RELEASE work");
  }

  #follow({ source, after }: Work): Promise<void> | undefined {
    if (this.failed.has(source)) return undefined;
    return after()?.catch((error) => {
      if (isOfDatabase(error)) throw error;
      this.failed.set(source, error);
    });
  }
}
