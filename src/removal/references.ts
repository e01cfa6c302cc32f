import type { Connection } from "../store/connection.ts";
import { quoted } from "./foreign-keys.ts";

/** A column in which another program's table names sessions or their events. */
export interface Reference {
  readonly table: string;
  readonly column: string;
  /** The table that it points into, and the column there. */
  readonly target: "sessions" | "session_events";
  readonly to: string;
  /** Whether a foreign key says what becomes of its rows. */
  readonly isForeignKey: number;
}

const OTHERS = `t.type = 'table' AND lower(t.name) NOT IN ('sessions', 'session_events')
    AND t.name NOT LIKE 'mm\\_%' ESCAPE '\\'`;

// The columns of a virtual table can only be asked for where its module is loaded.
const REFERENCES = `SELECT t.name AS "table", f."from" AS "column", lower(f."table") AS target,
    coalesce(f."to", 'id') AS "to", 1 AS isForeignKey
  FROM sqlite_schema t JOIN pragma_foreign_key_list(t.name) f
    ON lower(f."table") IN ('sessions', 'session_events')
  WHERE ${OTHERS}
  UNION ALL
  SELECT t.name, c.name, 'sessions', 'id', 0
  FROM sqlite_schema t JOIN pragma_table_info(t.name) c ON lower(c.name) = 'session_id'
  WHERE ${OTHERS} AND t.sql NOT LIKE 'CREATE VIRTUAL%'
    AND NOT EXISTS (SELECT 1 FROM pragma_foreign_key_list(t.name) f WHERE f."from" = c.name)`;

/** Tables of our own with a foreign key to `sessions`. */
const OWN_REFERENCES = `SELECT t.name AS "table", f."from" AS "column"
  FROM sqlite_schema t JOIN pragma_foreign_key_list(t.name) f ON lower(f."table") = 'sessions'
  WHERE t.type = 'table' AND t.name LIKE 'mm\\_%' ESCAPE '\\'`;

export function findReferences(db: Connection): Reference[] {
  return db.query<Reference, []>(REFERENCES).all();
}

/** The condition that no row of other programs refers to the session, there called `s`, or to its events. */
export function unreferenced(references: readonly Reference[]): string {
  const conditions = references.map(({ table, column, target, to }) =>
    target === "sessions"
      ? `s.${quoted(to)} NOT IN (SELECT r.${quoted(column)} FROM ${quoted(table)} r
          WHERE r.${quoted(column)} IS NOT NULL)`
      : `s.id NOT IN (SELECT e.session_id FROM ${quoted(table)} r
          JOIN session_events e ON e.${quoted(to)} = r.${quoted(column)})`,
  );
  return conditions.length === 0 ? "TRUE" : conditions.join(" AND ");
}

/** The condition on a reference's table that a row refers to session ?1. */
function refersTo({ column, target, to }: Reference): string {
  const from =
    target === "sessions" ? "sessions WHERE id = ?1" : "session_events WHERE session_id = ?1";
  return `${quoted(column)} IN (SELECT ${quoted(to)} FROM ${from})`;
}

export function countReferring(db: Connection, reference: Reference, id: string): number {
  const sql = `SELECT count(*) AS count FROM ${quoted(reference.table)} WHERE ${refersTo(reference)}`;
  return db.query<{ count: number }, [string]>(sql).get(id)?.count ?? 0;
}

/** Removes the rows of our own tables about some sessions; `ids` is a JSON array. */
export function removeOwnRows(db: Connection, ids: string): void {
  const own = db.query<{ table: string; column: string }, []>(OWN_REFERENCES).all();
  for (const { table, column } of own) {
    db.query(
      `DELETE FROM ${quoted(table)} WHERE ${quoted(column)} IN (SELECT value FROM json_each(?1))`,
    ).run(ids);
  }
}
