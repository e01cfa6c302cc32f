import type { Connection } from "../store/connection.ts";
import { TEXTS, type TextTable } from "../store/stored-rows.ts";

/** Whose texts a row has. */
const SESSIONS_OF: Readonly<Record<TextTable, string>> = {
  sessions: "id",
  mm_sessions: "session_id",
  session_events: "session_id",
  mm_early_ends: "NULL",
};

/** A row's texts by their columns; another program may have stored anything else in them. */
export interface TextRow {
  readonly key: string | number;
  /** The id of the session that it is of; null for others. */
  readonly session: unknown;
  readonly texts: Readonly<Record<string, unknown>>;
}

/** The next rows of a table after `after` (null for its first), at most so many and of about so many characters. */
export function listTextRows(
  db: Connection,
  table: TextTable,
  after: string | number | null,
  most: { readonly rows: number; readonly chars: number },
): TextRow[] {
  const { key, columns } = TEXTS[table];
  const statement = `SELECT ${key} AS row_key, ${SESSIONS_OF[table]} AS row_session, ${columns.join(", ")}
    FROM ${table} WHERE ?1 IS NULL OR ${key} > ?1 ORDER BY ${key} LIMIT ?2`;
  const found: TextRow[] = [];
  let chars = 0;
  const rows = db.query<Record<string, unknown>, [string | number | null, number]>(statement);
  for (const { row_key, row_session, ...texts } of rows.iterate(after, most.rows)) {
    found.push({ key: row_key as string | number, session: row_session, texts });
    for (const text of Object.values(texts)) if (typeof text === "string") chars += text.length;
    if (chars > most.chars) break;
  }
  return found;
}

/** How many rows there are to look at. */
export function countTextRows(db: Connection): number {
  const counts = Object.keys(TEXTS).map((table) => `(SELECT count(*) FROM ${table})`);
  const statement = `SELECT ${counts.join(" + ")} AS count`;
  return db.query<{ count: number }, []>(statement).get()?.count ?? 0;
}

/** From now on this connection overwrites what it replaces; outside any transaction. */
export function overwriteReplaced(db: Connection): void {
  db.query("PRAGMA secure_delete = ON").all();
}

/** Folds the write-ahead log in and empties it, as far as nobody is in the way; outside any transaction. */
export function emptyLog(db: Connection): void {
  db.query("PRAGMA wal_checkpoint(TRUNCATE)").all();
}
