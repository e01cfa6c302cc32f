import type { Database } from "bun:sqlite";
import { hasTables, openAgents } from "../history/sql.ts";
import type { DataRow, KeptSession, SessionParts } from "./tree.ts";

/** SQLite keeps whatever is put into a column. */
const whole = (column: string) => `CAST(${column} AS INTEGER) AS ${column}`;

const COLUMNS = `id, parent_id, directory, title, version, ${whole("time_created")}, ${whole("time_updated")}`;

/** The roots of the families of sessions in which something has changed since ?1, oldest first. */
const CHANGED = `WITH RECURSIVE up(id, parent_id) AS (
    SELECT id, parent_id FROM session WHERE time_updated >= ?1
    UNION SELECT s.id, s.parent_id FROM session s JOIN up ON s.id = up.parent_id)
  SELECT ${COLUMNS} FROM session WHERE id IN (SELECT id FROM up)
    AND (parent_id IS NULL OR parent_id NOT IN (SELECT id FROM session)) ORDER BY time_created, id`;

const HAS = "SELECT 1 FROM session WHERE id = ?1";

const CHILDREN = `SELECT ${COLUMNS} FROM session WHERE parent_id = ?1 ORDER BY time_created, id`;

const MESSAGES = `SELECT id, ${whole("time_created")}, data FROM message WHERE session_id = ?1
  ORDER BY message.time_created, id`;

const PARTS = `SELECT id, ${whole("time_created")}, data FROM part WHERE message_id = ?1 ORDER BY id`;

/** The session whose message a copy is of: the oldest one that has a message of the same moment. */
const COPIED_FROM = `SELECT s.id FROM message m JOIN session s ON s.id = m.session_id
  WHERE m.time_created = ?1 AND m.session_id <> ?2 AND s.time_created <= ?1
  ORDER BY s.time_created LIMIT 1`;

/** OpenCode's database, which it may be writing at the same time. */
export class OpencodeDatabase implements Disposable, SessionParts {
  readonly #db: Database;

  /** @throws SQLiteError */
  constructor(path: string) {
    this.#db = openAgents(path);
  }

  [Symbol.dispose](): void {
    this.#db.close();
  }

  /** Whether it has the tables that OpenCode makes. */
  get isOpencodes(): boolean {
    return hasTables(this.#db, ["session", "message", "part"]);
  }

  has(session: string): boolean {
    return this.#db.query<unknown, [string]>(HAS).get(session) !== null;
  }

  roots(since: number): KeptSession[] {
    return this.#db.query<KeptSession, [number]>(CHANGED).all(since);
  }

  children(id: string): KeptSession[] {
    return this.#db.query<KeptSession, [string]>(CHILDREN).all(id);
  }

  messages(session: string): Iterable<DataRow> {
    return this.#db.query<DataRow, [string]>(MESSAGES).iterate(session);
  }

  parts(message: string): DataRow[] {
    return this.#db.query<DataRow, [string]>(PARTS).all(message);
  }

  copiedFrom(at: number, session: string): string | null {
    return (
      this.#db.query<{ id: string }, [number, string]>(COPIED_FROM).get(at, session)?.id ?? null
    );
  }
}
