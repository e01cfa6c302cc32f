import type { Connection } from "../store/connection.ts";
import type { TableReference } from "./statements.ts";
import * as sql from "./statements.ts";

export function listReferences(db: Connection): TableReference[] {
  return db.query<TableReference, []>(sql.REFERENCES).all();
}

/** A condition: no row of another program refers to the session `s` or to its events. */
export function unreferenced(references: readonly TableReference[]): string {
  const conditions = references.map(sql.isUnreferenced);
  return conditions.length === 0 ? "TRUE" : conditions.join(" AND ");
}

export function countReferring(db: Connection, reference: TableReference, id: string): number {
  return db.query<{ count: number }, [string]>(sql.referringCount(reference)).get(id)?.count ?? 0;
}

/** Deletes `mm`'s own rows about these sessions. `ids` is a JSON array. */
export function removeOwnRows(db: Connection, ids: string): void {
  const own = db.query<{ table: string; column: string }, []>(sql.OWN_REFERENCES).all();
  for (const { table, column } of own) {
    db.query(sql.deleteListed(table, column)).run(ids);
  }
}

/** A foreign key of a table, with its ON DELETE action. */
export interface ForeignKey {
  readonly table: string;
  readonly columns: readonly string[];
  readonly parent: string;
  readonly parentColumns: readonly string[];
  readonly onDelete: "CASCADE" | "SET NULL" | "SET DEFAULT" | "RESTRICT" | "NO ACTION";
}

export interface TableColumn {
  readonly name: string;
  readonly isRequired: number;
  /** The SQL of the column's default, or null. */
  readonly fallback: string | null;
  /** Its position in the primary key, starting at 1, or 0. */
  readonly primary: number;
}

export function columnsOf(db: Connection, table: string): TableColumn[] {
  return db.query<TableColumn, [string]>(sql.COLUMNS).all(table);
}

function primaryKey(db: Connection, table: string): string[] {
  return columnsOf(db, table)
    .filter(({ primary }) => primary > 0)
    .sort((a, b) => a.primary - b.primary)
    .map(({ name }) => name);
}

/** Column names as a comparable set. An expression in an index has no name. */
function asSet(names: readonly (string | null)[]): string {
  return JSON.stringify(names.map((name) => name?.toLowerCase() ?? null).sort());
}

/** Whether the columns that it refers to are unique. SQLite refuses to work with other foreign keys. */
function isEnforceable(db: Connection, { columns, parent, parentColumns }: ForeignKey): boolean {
  if (columns.length !== parentColumns.length) return false;
  const indices = db.query<{ names: string }, [string]>(sql.UNIQUE_INDICES).all(parent);
  const keys = indices.map(({ names }) => JSON.parse(names) as (string | null)[]);
  return [primaryKey(db, parent), ...keys].map(asSet).includes(asSet(parentColumns));
}

interface Row {
  readonly table: string;
  readonly id: number;
  readonly parent: string;
  readonly column: string;
  readonly target: string | null;
  readonly onDelete: ForeignKey["onDelete"];
}

function allForeignKeys(db: Connection): ForeignKey[] {
  const rows = db.query<Row, []>(sql.FOREIGN_KEYS).all();
  const groups = Map.groupBy(rows, ({ table, id }) => `${id} ${table}`);
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    if (first === undefined) return [];
    const { table, parent, onDelete } = first;
    const named = group.map(({ target }) => target).filter((name) => name !== null);
    return [
      {
        table,
        columns: group.map(({ column }) => column),
        parent,
        parentColumns: named.length > 0 ? named : primaryKey(db, parent),
        onDelete,
      },
    ];
  });
}

const EVENTS: ForeignKey = {
  table: "session_events",
  columns: ["session_id"],
  parent: "sessions",
  parentColumns: ["id"],
  onDelete: "CASCADE",
};

/** Leaves a column alone that other tables refer to: changing it would change them in turn. */
function withoutRipples(key: ForeignKey, all: readonly ForeignKey[]): ForeignKey {
  const own = new Set(key.columns.map((column) => column.toLowerCase()));
  const isReferredTo = all.some(
    ({ parent, parentColumns }) =>
      parent === key.table && parentColumns.some((column) => own.has(column.toLowerCase())),
  );
  const changes = key.onDelete === "SET NULL" || key.onDelete === "SET DEFAULT";
  return changes && isReferredTo ? { ...key, onDelete: "NO ACTION" } : key;
}

/**
 * The foreign keys through which a deletion from `sessions` reaches rows of other programs: those to
 * sessions, to events, and to anything that a cascade deletes. The events' own foreign key is included only
 * if others refer to events.
 */
export function foreignKeysToSessions(db: Connection): ForeignKey[] {
  const all = allForeignKeys(db).filter(({ table }) => table !== EVENTS.table);
  const hasReferredEvents = all.some(({ parent }) => parent === EVENTS.table);
  const keys = hasReferredEvents ? [EVENTS, ...all] : all;
  const reached = new Set(["sessions"]);
  const found: ForeignKey[] = [];
  for (const parent of reached) {
    for (const key of keys.filter((one) => one.parent === parent)) {
      if (!isEnforceable(db, key)) continue;
      found.push(withoutRipples(key, all));
      if (key.onDelete === "CASCADE") reached.add(key.table);
    }
  }
  return found;
}
