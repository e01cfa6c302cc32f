import { quoted } from "../store/statements.ts";

/** The statements for deleting sessions and shrinking the file. SQLite 3.40 is enough for them. */

/** A column of another program's table that refers to sessions or their events. */
export interface TableReference {
  readonly table: string;
  readonly column: string;
  /** The table and the column that it refers to. */
  readonly target: "sessions" | "session_events";
  readonly to: string;
  /** Whether it is a foreign key, which says what happens to its rows. */
  readonly isForeignKey: number;
}

const OTHERS = `t.type = 'table' AND lower(t.name) NOT IN ('sessions', 'session_events')
    AND t.name NOT LIKE 'mm\\_%' ESCAPE '\\'`;

// The columns of a virtual table can be listed only if its module is loaded.
export const REFERENCES = `SELECT t.name AS "table", f."from" AS "column", lower(f."table") AS target,
    coalesce(f."to", 'id') AS "to", 1 AS isForeignKey
  FROM sqlite_schema t JOIN pragma_foreign_key_list(t.name) f
    ON lower(f."table") IN ('sessions', 'session_events')
  WHERE ${OTHERS}
  UNION ALL
  SELECT t.name, c.name, 'sessions', 'id', 0
  FROM sqlite_schema t JOIN pragma_table_info(t.name) c ON lower(c.name) = 'session_id'
  WHERE ${OTHERS} AND t.sql NOT LIKE 'CREATE VIRTUAL%'
    AND NOT EXISTS (SELECT 1 FROM pragma_foreign_key_list(t.name) f WHERE f."from" = c.name)`;

/** `mm`'s own tables with a foreign key to `sessions`. */
export const OWN_REFERENCES = `SELECT t.name AS "table", f."from" AS "column"
  FROM sqlite_schema t JOIN pragma_foreign_key_list(t.name) f ON lower(f."table") = 'sessions'
  WHERE t.type = 'table' AND t.name LIKE 'mm\\_%' ESCAPE '\\'`;

/** Table names are compared as written, except those of the shared tables. */
const nameOf = (alias: string) =>
  `iif(lower(${alias}.name) IN ('sessions', 'session_events'), lower(${alias}.name), ${alias}.name)`;

export const FOREIGN_KEYS = `SELECT ${nameOf("t")} AS "table", f.id, ${nameOf("p")} AS parent, f."from" AS "column",
    f."to" AS target, f.on_delete AS onDelete
  FROM sqlite_schema t CROSS JOIN pragma_foreign_key_list(t.name) f
    CROSS JOIN sqlite_schema p ON p.type = 'table' AND lower(p.name) = lower(f."table")
  WHERE t.type = 'table' AND t.name NOT LIKE 'mm\\_%' ESCAPE '\\'
  ORDER BY t.name, f.id, f.seq`;

export const COLUMNS = `SELECT name, "notnull" AS isRequired, dflt_value AS fallback, pk AS "primary"
  FROM pragma_table_info(?1)`;

export const UNIQUE_INDICES = `SELECT (SELECT json_group_array(i.name) FROM pragma_index_info(l.name) i) AS names
  FROM pragma_index_list(?1) l WHERE l."unique" AND NOT l.partial`;

const DAY_MS = 86_400_000;

/** Changes nothing if ?1 was claimed less than a day before ?2. A later time means that the clock was set back. */
export const CLAIM = `INSERT INTO mm_meta (key, value) VALUES (?1, ?2)
  ON CONFLICT (key) DO UPDATE SET value = excluded.value
  WHERE CAST(value AS INTEGER) NOT BETWEEN ?2 - ${DAY_MS} + 1 AND ?2`;

export function isUnreferenced({ table, column, target, to }: TableReference): string {
  return target === "sessions"
    ? `s.${quoted(to)} NOT IN (SELECT r.${quoted(column)} FROM ${quoted(table)} r
        WHERE r.${quoted(column)} IS NOT NULL)`
    : `s.id NOT IN (SELECT e.session_id FROM ${quoted(table)} r
        JOIN session_events e ON e.${quoted(to)} = r.${quoted(column)})`;
}

/** Counts the rows that refer to session ?1. */
export function referringCount({ table, column, target, to }: TableReference): string {
  const from =
    target === "sessions" ? "sessions WHERE id = ?1" : "session_events WHERE session_id = ?1";
  return `SELECT count(*) AS count FROM ${quoted(table)}
    WHERE ${quoted(column)} IN (SELECT ${quoted(to)} FROM ${from})`;
}

/** ?1 is a JSON array of the column's values. */
export function deleteListed(table: string, column: string): string {
  return `DELETE FROM ${quoted(table)} WHERE ${quoted(column)} IN (SELECT value FROM json_each(?1))`;
}

export const setForeignKeys = (on: boolean) => `PRAGMA foreign_keys = ${on ? "ON" : "OFF"}`;

/** Returns a row for each page. It stops early unless all rows are read. */
export const freePages = (pages: number) => `PRAGMA incremental_vacuum(${pages})`;

export const CHECKPOINT = "PRAGMA wal_checkpoint(PASSIVE)";

export const pragma = (name: string) => `PRAGMA ${name}`;
