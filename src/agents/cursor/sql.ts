import type { Database } from "bun:sqlite";
import { hasTables, openAgents } from "../history/sql.ts";

/** A key and all that begin with it: `;` follows `:`. */
const COMPOSERS = `SELECT substr(key, 14) AS id, CAST(value AS TEXT) AS data FROM cursorDiskKV
  WHERE key >= 'composerData:' AND key < 'composerData;'`;
const HAS = "SELECT 1 FROM cursorDiskKV WHERE key = 'composerData:' || ?1";
const BUBBLE = "SELECT CAST(value AS TEXT) AS data FROM cursorDiskKV WHERE key = ?1";
const HEADER = "SELECT CAST(value AS TEXT) AS data FROM composerHeaders WHERE composerId = ?1";

interface Kept {
  readonly data: string | null;
}

/** Conversations in Cursor's database. The table beside them holds secrets and is never read. */
export class CursorDatabase implements Disposable {
  readonly #db: Database;

  /** @throws SQLiteError */
  constructor(path: string) {
    this.#db = openAgents(path);
  }

  [Symbol.dispose](): void {
    this.#db.close();
  }

  get isCursors(): boolean {
    return hasTables(this.#db, ["cursorDiskKV"]);
  }

  composers(): (Kept & { readonly id: string })[] {
    return this.#db.query<Kept & { id: string }, []>(COMPOSERS).all();
  }

  has(composer: string): boolean {
    return this.#db.query<unknown, [string]>(HAS).get(composer) !== null;
  }

  bubble(composer: string, bubble: string): string | null {
    const key = `bubbleId:${composer}:${bubble}`;
    return this.#db.query<Kept, [string]>(BUBBLE).get(key)?.data ?? null;
  }

  /** What is listed of a conversation, in versions that list them in a table. */
  header(composer: string): string | null {
    if (!hasTables(this.#db, ["composerHeaders"])) return null;
    return this.#db.query<Kept, [string]>(HEADER).get(composer)?.data ?? null;
  }
}
