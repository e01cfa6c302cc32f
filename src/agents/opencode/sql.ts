import { Database } from "bun:sqlite";

const WAIT_MS = 500;

interface SessionRow {
  readonly id: string;
  readonly parent_id: string | null;
  readonly directory: string | null;
  readonly title: string | null;
  readonly version: string | null;
  readonly time_created: number;
  readonly time_updated: number;
}

interface MessageRow {
  readonly id: string;
  readonly time_created: number;
  readonly data: string;
}

interface PartRow {
  readonly id: string;
  readonly time_created: number;
  readonly data: string;
}

const COLUMNS = "id, parent_id, directory, title, version, time_created, time_updated";

/** The roots of the families of sessions in which something has changed since ?1, oldest first. */
const CHANGED = `WITH RECURSIVE up(id, parent_id) AS (
    SELECT id, parent_id FROM session WHERE time_updated >= ?1
    UNION SELECT s.id, s.parent_id FROM session s JOIN up ON s.id = up.parent_id)
  SELECT ${COLUMNS} FROM session WHERE id IN (SELECT id FROM up)
    AND (parent_id IS NULL OR parent_id NOT IN (SELECT id FROM session)) ORDER BY time_created, id`;

const CHILDREN = `SELECT ${COLUMNS} FROM session WHERE parent_id = ?1 ORDER BY time_created, id`;

const MESSAGES =
  "SELECT id, time_created, data FROM message WHERE session_id = ?1 ORDER BY time_created, id";

const PARTS = "SELECT id, time_created, data FROM part WHERE message_id = ?1 ORDER BY id";

/** The session whose message a copy is of: the oldest one that has a message of the same moment. */
const COPIED_FROM = `SELECT s.id FROM message m JOIN session s ON s.id = m.session_id
  WHERE m.time_created = ?1 AND m.session_id <> ?2 AND s.time_created <= ?1
  ORDER BY s.time_created LIMIT 1`;

/** OpenCode's database, which it may be writing at the same time. */
export class OpencodeDatabase implements Disposable {
  readonly #db: Database;

  /** @throws SQLiteError */
  constructor(path: string) {
    this.#db = new Database(path, { readonly: true, strict: true });
    this.#db.run(`PRAGMA busy_timeout = ${WAIT_MS}`);
  }

  [Symbol.dispose](): void {
    this.#db.close();
  }

  /** Whether it has the tables that OpenCode makes. */
  get isOpencodes(): boolean {
    const found = this.#db
      .query<{ n: number }, []>(
        "SELECT count(*) AS n FROM sqlite_schema WHERE type = 'table' AND name IN ('session', 'message', 'part')",
      )
      .get();
    return found?.n === 3;
  }

  roots(since: number): SessionRow[] {
    return this.#db.query<SessionRow, [number]>(CHANGED).all(since);
  }

  children(id: string): SessionRow[] {
    return this.#db.query<SessionRow, [string]>(CHILDREN).all(id);
  }

  messages(session: string): Iterable<MessageRow> {
    return this.#db.query<MessageRow, [string]>(MESSAGES).iterate(session);
  }

  parts(message: string): PartRow[] {
    return this.#db.query<PartRow, [string]>(PARTS).all(message);
  }

  copiedFrom(at: number, session: string): string | null {
    return (
      this.#db.query<{ id: string }, [number, string]>(COPIED_FROM).get(at, session)?.id ?? null
    );
  }
}
