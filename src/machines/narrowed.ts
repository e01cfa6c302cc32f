import type { Config } from "../settings/home.ts";
import type { StoreHost } from "../store/connection.ts";
import { Store, type View } from "../store/store.ts";
import { type Narrowing, narrow } from "./sql.ts";

/** A store of which only a part is read. Nothing is written through it. */
export class NarrowedStore extends Store {
  readonly #narrowing: Narrowing;

  constructor(config: Config, host: StoreHost, narrowing: Narrowing) {
    super(config, host);
    this.#narrowing = narrowing;
  }

  override async read<T>(work: (view: View) => T | Promise<T>): Promise<T | undefined> {
    try {
      return await super.read(async (view) => {
        narrow(view.db, "main", this.#narrowing);
        return await work(view);
      });
    } finally {
      // An older database has been brought up to date by a writer.
      this.close();
    }
  }
}
