import type { Connection } from "../store/connection.ts";

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

/** A foreign key of a table, with what it says is done when the row that it names goes. */
export interface ForeignKey {
  readonly table: string;
  readonly columns: readonly string[];
  readonly parent: string;
  readonly parentColumns: readonly string[];
  readonly onDelete: "CASCADE" | "SET NULL" | "SET DEFAULT" | "RESTRICT" | "NO ACTION";
}

export interface Column {
  readonly name: string;
  readonly isRequired: number;
  /** The SQL of its default, or null. */
  readonly fallback: string | null;
  /** Its place in the primary key from 1, or 0. */
  readonly primary: number;
}

/** Names of tables are compared as they are written, but those of the shared ones. */
const nameOf = (alias: string) =>
  `iif(lower(${alias}.name) IN ('sessions', 'session_events'), lower(${alias}.name), ${alias}.name)`;

const FOREIGN_KEYS = `SELECT ${nameOf("t")} AS "table", f.id, ${nameOf("p")} AS parent, f."from" AS "column",
    f."to" AS target, f.on_delete AS onDelete
  FROM sqlite_schema t CROSS JOIN pragma_foreign_key_list(t.name) f
    CROSS JOIN sqlite_schema p ON p.type = 'table' AND lower(p.name) = lower(f."table")
  WHERE t.type = 'table' AND t.name NOT LIKE 'mm\\_%' ESCAPE '\\'
  ORDER BY t.name, f.id, f.seq`;

const COLUMNS = `SELECT name, "notnull" AS isRequired, dflt_value AS fallback, pk AS "primary"
  FROM pragma_table_info(?1)`;

const UNIQUE_INDICES = `SELECT (SELECT json_group_array(i.name) FROM pragma_index_info(l.name) i) AS names
  FROM pragma_index_list(?1) l WHERE l."unique" AND NOT l.partial`;

export function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

export function columnsOf(db: Connection, table: string): Column[] {
  return db.query<Column, [string]>(COLUMNS).all(table);
}

function primaryKey(db: Connection, table: string): string[] {
  return columnsOf(db, table)
    .filter(({ primary }) => primary > 0)
    .sort((a, b) => a.primary - b.primary)
    .map(({ name }) => name);
}

/** An expression in an index has no name. */
function asSet(names: readonly (string | null)[]): string {
  return JSON.stringify(names.map((name) => name?.toLowerCase() ?? null).sort());
}

/** Whether the columns that it points to name one row at most; SQLite refuses to work with any others. */
function isEnforceable(db: Connection, { columns, parent, parentColumns }: ForeignKey): boolean {
  if (columns.length !== parentColumns.length) return false;
  const indices = db.query<{ names: string }, [string]>(UNIQUE_INDICES).all(parent);
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
  const rows = db.query<Row, []>(FOREIGN_KEYS).all();
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

/** A column that others refer to doesn't change here: that would change them in turn. */
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
 * The foreign keys through which what is deleted from `sessions` reaches rows of other programs: those to it,
 * to the events, and to whatever a cascade deletes. The events' own is among them only where others refer to events.
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
