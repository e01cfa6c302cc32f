import { UserError } from "../../errors.ts";
import type { Connection } from "../../store/connection.ts";
import { quoted } from "../../store/statements.ts";
import {
  columnsOf,
  type ForeignKey,
  foreignKeysToSessions,
  type TableColumn,
} from "../foreign-keys.ts";

const ROWIDS = ["rowid", "_rowid_", "oid"];

/** A table whose rows can be identified. */
interface KeyedTable {
  readonly name: string;
  readonly columns: readonly TableColumn[];
  /** The SQL expression that identifies a row. */
  key(alias: string): string;
}

function hasRowid(db: Connection, name: string): boolean {
  const sql = "SELECT wr FROM pragma_table_list(?1) WHERE schema = 'main'";
  return db.query<{ wr: number }, [string]>(sql).get(name)?.wr === 0;
}

/** @throws UserError `session_protected` if the table's rows can't be identified */
function keyedTable(db: Connection, name: string): KeyedTable {
  const columns = columnsOf(db, name);
  const taken = new Set(columns.map((column) => column.name.toLowerCase()));
  const isWithRowid = hasRowid(db, name);
  const rowid = isWithRowid ? ROWIDS.find((word) => !taken.has(word)) : undefined;
  // In a table with rowids the columns of a primary key may be NULL and then identify no row.
  if (isWithRowid && rowid === undefined) {
    throw new UserError(
      "session_protected",
      `the table ${name} refers to sessions, but its columns rowid, _rowid_ and oid keep mm from identifying its rows`,
      "rename one of the columns, or remove the rows with the program that owns them",
    );
  }
  const primary = columns.filter((column) => column.primary > 0);
  const key = (alias: string) =>
    rowid === undefined
      ? primary.map((column) => `quote(${alias}.${quoted(column.name)})`).join(" || ',' || ")
      : `${alias}.${rowid}`;
  return { name, columns, key };
}

/** What a session's deletion does to rows of another program's table. */
export interface Consequence {
  readonly sessionId: string;
  readonly table: string;
  readonly rows: number;
  /** They are deleted too, have their reference cleared, or forbid the deletion. */
  readonly effect: "deleted" | "cleared" | "forbidden";
  /** Whether they refer to the session or its events, not only to other rows that are deleted. */
  readonly isDirect: boolean;
}

// A session's events are purged later, in slices, so foreign keys aren't enforced while its row is deleted
// (see ../sql.ts). This does what SQLite would do to the rows of other programs.

const CREATE_GOING = `CREATE TEMP TABLE IF NOT EXISTS mm_going (
  session, number INTEGER, row_key, PRIMARY KEY (number, row_key)
) WITHOUT ROWID;
DELETE FROM temp.mm_going`;

/** Tables whose rows are deleted elsewhere. */
const SHARED = ["sessions", "session_events"];

/** A table with its number in mm_going. */
interface Table extends KeyedTable {
  readonly number: number;
}

/** Changes whenever another connection commits. */
function dataVersion(db: Connection): number {
  return db.query<{ data_version: number }, []>("PRAGMA data_version").get()?.data_version ?? 0;
}

/**
 * A snapshot of the rows of other programs that refer to some sessions through any chain of foreign keys.
 * A connection can have one at a time.
 */
export class Cascade {
  readonly #db: Connection;
  readonly #keys: readonly ForeignKey[];
  readonly #tables: readonly Table[];
  readonly #madeAt: number;
  /** In the order of the tables' dependencies. */
  readonly consequences: readonly Consequence[];

  constructor(db: Connection, ids: readonly string[]) {
    this.#db = db;
    this.#madeAt = dataVersion(db);
    this.#keys = foreignKeysToSessions(db);
    const names = new Set([...SHARED, ...this.#keys.map(({ table }) => table)]);
    this.#tables = [...names].map((name, number) => ({ ...keyedTable(db, name), number }));
    db.run(CREATE_GOING);
    db.query(this.#collect()).run(JSON.stringify(ids));
    const others = this.#keys.filter(({ onDelete }) => onDelete !== "CASCADE");
    this.consequences = [...this.#deleted(), ...others.flatMap((key) => this.#atTheEdge(key))];
  }

  /** Whether no other connection has written since the snapshot. */
  get isCurrent(): boolean {
    return dataVersion(this.#db) === this.#madeAt;
  }

  /** Does to these rows what SQLite does when it deletes the sessions. Call it in a transaction, while current. */
  perform(): void {
    for (const key of this.#keys) {
      if (key.onDelete !== "SET NULL" && key.onDelete !== "SET DEFAULT") continue;
      const child = this.#table(key.table);
      const values = this.#valuesAfter(key);
      const changes = key.columns.map((column, n) => `${quoted(column)} = ${values[n]}`);
      this.#db.run(`UPDATE ${quoted(key.table)} AS r SET ${changes.join(", ")}
        WHERE ${child.key("r")} IN (SELECT ${child.key("c")} ${this.#staying(key)})`);
    }
    for (const { name, number, key } of this.#others()) {
      this.#db.run(`DELETE FROM ${quoted(name)} AS r
        WHERE ${key("r")} IN (SELECT row_key FROM temp.mm_going WHERE number = ${number})`);
    }
  }

  #table(name: string): Table {
    const found = this.#tables.find((table) => table.name === name);
    if (found === undefined) throw new Error(`no foreign key leads to ${name}`);
    return found;
  }

  #others(): Table[] {
    return this.#tables.filter(({ name }) => !SHARED.includes(name));
  }

  /** Joins rows to delete, as `g`, with the rows of a table that refer to them, as `c`. */
  #join({ table, columns, parent, parentColumns }: ForeignKey): string {
    const pairs = columns.map(
      (column, n) => `p.${quoted(parentColumns[n] ?? "")} = c.${quoted(column)}`,
    );
    return `CROSS JOIN ${quoted(parent)} p ON ${this.#table(parent).key("p")} = g.row_key
      CROSS JOIN ${quoted(table)} c ON ${pairs.join(" AND ")}
      WHERE g.number = ${this.#table(parent).number}`;
  }

  /** Collects all rows to delete, each for a single session. A cycle ends when nothing new is found. */
  #collect(): string {
    const steps = this.#keys
      .filter(({ onDelete }) => onDelete === "CASCADE")
      .map((key) => {
        const child = this.#table(key.table);
        return `UNION SELECT g.session, ${child.number}, ${child.key("c")} FROM mm_reached g ${this.#join(key)}`;
      });
    return `INSERT OR IGNORE INTO temp.mm_going (session, number, row_key)
      WITH RECURSIVE mm_reached(session, number, row_key) AS (
        SELECT s.id, 0, ${this.#table("sessions").key("s")} FROM sessions s
          WHERE s.id IN (SELECT value FROM json_each(?1))
        ${steps.join("\n")}
      ) SELECT session, number, row_key FROM mm_reached`;
  }

  #isGoing({ number, key }: Table, alias: string): string {
    return `EXISTS (SELECT 1 FROM temp.mm_going d WHERE d.number = ${number} AND d.row_key = ${key(alias)})`;
  }

  /** Rows that refer by this key to deleted rows but aren't deleted. RESTRICT counts deleted ones too. */
  #staying(key: ForeignKey): string {
    const goes = this.#isGoing(this.#table(key.table), "c");
    const condition = key.onDelete === "RESTRICT" ? "" : ` AND NOT ${goes}`;
    return `FROM temp.mm_going g ${this.#join(key)}${condition}`;
  }

  #isDirect(table: string): boolean {
    return this.#keys.some((key) => key.table === table && SHARED.includes(key.parent));
  }

  #deleted(): Consequence[] {
    const counts = this.#db.query<{ sessionId: string; rows: number }, [number]>(
      `SELECT CAST(session AS TEXT) AS sessionId, count(*) AS rows FROM temp.mm_going
        WHERE number = ?1 GROUP BY session`,
    );
    return this.#others().flatMap(({ name, number }) => {
      const rest = { table: name, effect: "deleted" as const, isDirect: this.#isDirect(name) };
      return counts.all(number).map((count) => ({ ...count, ...rest }));
    });
  }

  #atTheEdge(key: ForeignKey): Consequence[] {
    const { table, parent } = key;
    const sql = `SELECT CAST(g.session AS TEXT) AS sessionId,
        count(DISTINCT ${this.#table(table).key("c")}) AS rows ${this.#staying(key)} GROUP BY g.session`;
    const counts = this.#db.query<{ sessionId: string; rows: number }, []>(sql).all();
    if (counts.length === 0) return [];
    const effect = this.#canBeCleared(key) ? ("cleared" as const) : ("forbidden" as const);
    const rest = { table, effect, isDirect: SHARED.includes(parent) };
    return counts.map((count) => ({ ...count, ...rest }));
  }

  /** The SQL values of a key's columns after the row that they refer to is deleted. */
  #valuesAfter({ table, columns, onDelete }: ForeignKey): string[] {
    if (onDelete === "SET NULL") return columns.map(() => "NULL");
    const all = this.#table(table).columns;
    return columns.map((name) => `(${all.find((one) => one.name === name)?.fallback ?? "NULL"})`);
  }

  #canBeCleared(key: ForeignKey): boolean {
    if (key.onDelete !== "SET NULL" && key.onDelete !== "SET DEFAULT") return false;
    const values = this.#valuesAfter(key);
    const parent = this.#table(key.parent);
    const pairs = key.parentColumns.map((column, n) => `p.${quoted(column)} = ${values[n]}`);
    const needed = this.#table(key.table).columns.filter(({ isRequired }) => isRequired);
    const held = needed.flatMap(({ name }) => {
      const at = key.columns.indexOf(name);
      return at < 0 ? [] : [`${values[at]} IS NOT NULL`];
    });
    const names = `(${values.map((value) => `${value} IS NULL`).join(" OR ")}
      OR EXISTS (SELECT 1 FROM ${quoted(parent.name)} p
        WHERE ${pairs.join(" AND ")} AND NOT ${this.#isGoing(parent, "p")}))`;
    return this.#db.query(`SELECT 1 WHERE ${[names, ...held].join(" AND ")}`).get() !== null;
  }
}
