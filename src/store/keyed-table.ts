import type { Connection } from "./connection.ts";
import { type Column, columnsOf, quoted } from "./foreign-keys.ts";

const ROWIDS = ["rowid", "_rowid_", "oid"];

/** A table whose rows can be told apart, whatever it is like. */
export interface KeyedTable {
  readonly name: string;
  readonly columns: readonly Column[];
  /** The SQL that tells its rows apart. */
  key(alias: string): string;
}

function hasRowid(db: Connection, name: string): boolean {
  const sql = "SELECT wr FROM pragma_table_list(?1) WHERE schema = 'main'";
  return db.query<{ wr: number }, [string]>(sql).get(name)?.wr === 0;
}

export function keyedTable(db: Connection, name: string): KeyedTable {
  const columns = columnsOf(db, name);
  const taken = new Set(columns.map((column) => column.name.toLowerCase()));
  const rowid = hasRowid(db, name) ? ROWIDS.find((word) => !taken.has(word)) : undefined;
  const primary = columns.filter((column) => column.primary > 0);
  const key = (alias: string) =>
    rowid === undefined
      ? primary.map((column) => `quote(${alias}.${quoted(column.name)})`).join(" || ',' || ")
      : `${alias}.${rowid}`;
  return { name, columns, key };
}
