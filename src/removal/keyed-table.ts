import { UserError } from "../errors.ts";
import type { Connection } from "../store/connection.ts";
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

/** @throws UserError `session_protected` where it is of a kind whose rows can't be told apart */
export function keyedTable(db: Connection, name: string): KeyedTable {
  const columns = columnsOf(db, name);
  const taken = new Set(columns.map((column) => column.name.toLowerCase()));
  const isWithRowid = hasRowid(db, name);
  const rowid = isWithRowid ? ROWIDS.find((word) => !taken.has(word)) : undefined;
  // The columns of a primary key may be NULL in such a table, and then name no row.
  if (isWithRowid && rowid === undefined) {
    throw new UserError(
      "session_protected",
      `the table ${name} refers to sessions, and has columns called rowid, _rowid_ and oid, so that its rows can't be told apart`,
      "rename one of them, or remove its rows with the program that they belong to",
    );
  }
  const primary = columns.filter((column) => column.primary > 0);
  const key = (alias: string) =>
    rowid === undefined
      ? primary.map((column) => `quote(${alias}.${quoted(column.name)})`).join(" || ',' || ")
      : `${alias}.${rowid}`;
  return { name, columns, key };
}
