import { Database } from "bun:sqlite";
import type { Connection } from "../store/connection.ts";
import { BEGIN, COMMIT } from "../store/statements.ts";
import type { Store, View } from "../store/store.ts";
import { enforceForeignKeys } from "./space.ts";

/** A database in memory, page by page a copy of another: what is done to it is what would be done to that one. */
export class CopiedStore implements Pick<Store, "write" | "withWriter" | "forgetCurrent"> {
  readonly #db: Connection;

  constructor(of: Connection) {
    const image = of.serialize();
    // Bytes 18 and 19 of the header are the format versions; 2 is WAL, which needs a file.
    image[18] = 1;
    image[19] = 1;
    this.#db = Database.deserialize(image, { strict: true });
    enforceForeignKeys(this.#db, true);
  }

  /** In a transaction. The copy is thrown away after a failure, so nothing is rolled back. */
  async write<T>(work: (view: View) => T | Promise<T>): Promise<T> {
    const db = this.#db;
    db.run(BEGIN);
    const view = {
      db,
      hasOwnTables: true,
      current: async () => null,
      hasPendingStart: () => false,
    };
    const result = await work(view);
    db.run(COMMIT);
    return result;
  }

  async withWriter<T>(work: (db: Connection) => T | Promise<T>): Promise<T> {
    return await work(this.#db);
  }

  /** It has no state file. */
  async forgetCurrent(): Promise<void> {}

  close(): void {
    this.#db.close(true);
  }
}
