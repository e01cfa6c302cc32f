import type { Database } from "bun:sqlite";
import { hasTables, openAgents } from "../history/sql.ts";

/** A key and all that begin with it: `;` follows `:`. */
const COMPOSERS = `SELECT id, coalesce(json_extract(data, '$.lastUpdatedAt'), json_extract(data, '$.createdAt'), 0) AS changedAt,
    json_extract(data, '$.subComposerIds') AS children
  FROM (SELECT substr(key, 14) AS id, CAST(value AS TEXT) AS data FROM cursorDiskKV
    WHERE key >= 'composerData:' AND key < 'composerData;')
  WHERE CASE WHEN json_valid(data) THEN json_type(data) = 'object' END`;
const COMPOSER =
  "SELECT CAST(value AS TEXT) AS data FROM cursorDiskKV WHERE key = 'composerData:' || ?1";
const HAS = "SELECT 1 FROM cursorDiskKV WHERE key = 'composerData:' || ?1";
const BUBBLE = "SELECT CAST(value AS TEXT) AS data FROM cursorDiskKV WHERE key = ?1";
const HEADER = "SELECT CAST(value AS TEXT) AS data FROM composerHeaders WHERE composerId = ?1";

interface Kept {
  readonly data: string | null;
}

/** A conversation, without what was said: that may be too much for all of them at once. */
export interface ListedComposer {
  readonly id: string;
  /** Milliseconds since 1970, or whatever stands there. */
  readonly changedAt: unknown;
  /** The conversations that it started, as JSON. */
  readonly children: unknown;
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

  composers(): ListedComposer[] {
    return this.#db.query<ListedComposer, []>(COMPOSERS).all();
  }

  composer(id: string): string | null {
    return this.#db.query<Kept, [string]>(COMPOSER).get(id)?.data ?? null;
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
