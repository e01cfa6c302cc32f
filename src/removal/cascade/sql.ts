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

/** A table whose rows can be told apart, whatever it is like. */
interface KeyedTable {
  readonly name: string;
  readonly columns: readonly TableColumn[];
  /** The SQL that tells its rows apart. */
  key(alias: string): string;
}

function hasRowid(db: Connection, name: string): boolean {
  const sql = "SELECT wr FROM pragma_table_list(?1) WHERE schema = 'main'";
  return db.query<{ wr: number }, [string]>(sql).get(name)?.wr === 0;
}

/** @throws UserError `session_protected` where it is of a kind whose rows can't be told apart */
function keyedTable(db: Connection, name: string): KeyedTable {
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

/** What the deletion of a session does to rows of another program's table. */
export interface Consequence {
  readonly sessionId: string;
  readonly table: string;
  readonly rows: number;
  /** They go too, they no longer name what goes, or they don't let it go. */
  readonly effect: "deleted" | "cleared" | "forbidden";
  /** Whether they name the session or its events, and not only other rows that go. */
  readonly isDirect: boolean;
}

// A session's events follow it in slices, so foreign keys aren't enforced while it is taken out (see removal.ts),
// and what SQLite would do to the rows of others is done here.

const CREATE_GOING = `CREATE TEMP TABLE IF NOT EXISTS mm_going (
  session, place INTEGER, row_key, PRIMARY KEY (place, row_key)
) WITHOUT ROWID;
DELETE FROM temp.mm_going`;

/** Tables whose rows go by other ways. */
const SHARED = ["sessions", "session_events"];

/** With its number in mm_going. */
interface Table extends KeyedTable {
  readonly place: number;
}

/** Changes whenever another connection has committed something. */
function dataVersion(db: Connection): number {
  return db.query<{ data_version: number }, []>("PRAGMA data_version").get()?.data_version ?? 0;
}

/**
 * The rows of other programs that refer to some sessions, through any number of foreign keys, as they were when
 * it was made. A connection has one at a time.
 */
export class Cascade {
  readonly #db: Connection;
  readonly #keys: readonly ForeignKey[];
  readonly #tables: readonly Table[];
  readonly #madeAt: number;
  /** In the order in which the tables depend on one another. */
  readonly consequences: readonly Consequence[];

  constructor(db: Connection, ids: readonly string[]) {
    this.#db = db;
    this.#madeAt = dataVersion(db);
    this.#keys = foreignKeysToSessions(db);
    const names = new Set([...SHARED, ...this.#keys.map(({ table }) => table)]);
    this.#tables = [...names].map((name, place) => ({ ...keyedTable(db, name), place }));
    db.run(CREATE_GOING);
    db.query(this.#collect()).run(JSON.stringify(ids));
    const others = this.#keys.filter(({ onDelete }) => onDelete !== "CASCADE");
    this.consequences = [...this.#deleted(), ...others.flatMap((key) => this.#atTheEdge(key))];
  }

  /** Whether no other program has written since it was made. */
  get isCurrent(): boolean {
    return dataVersion(this.#db) === this.#madeAt;
  }

  /** Does what SQLite does to these rows when it deletes the sessions, inside a transaction and while it is current. */
  perform(): void {
    for (const key of this.#keys) {
      if (key.onDelete !== "SET NULL" && key.onDelete !== "SET DEFAULT") continue;
      const child = this.#table(key.table);
      const values = this.#valuesAfter(key);
      const changes = key.columns.map((column, n) => `${quoted(column)} = ${values[n]}`);
      this.#db.run(`UPDATE ${quoted(key.table)} AS r SET ${changes.join(", ")}
        WHERE ${child.key("r")} IN (SELECT ${child.key("c")} ${this.#staying(key)})`);
    }
    for (const { name, place, key } of this.#others()) {
      this.#db.run(`DELETE FROM ${quoted(name)} AS r
        WHERE ${key("r")} IN (SELECT row_key FROM temp.mm_going WHERE place = ${place})`);
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

  /** Joins rows that go, as `g`, with those of a table that name them, as `c`. */
  #join({ table, columns, parent, parentColumns }: ForeignKey): string {
    const pairs = columns.map(
      (column, n) => `p.${quoted(parentColumns[n] ?? "")} = c.${quoted(column)}`,
    );
    return `CROSS JOIN ${quoted(parent)} p ON ${this.#table(parent).key("p")} = g.row_key
      CROSS JOIN ${quoted(table)} c ON ${pairs.join(" AND ")}
      WHERE g.place = ${this.#table(parent).place}`;
  }

  /** Collects all rows that go, each for one session alone; a cycle ends where nothing new is found. */
  #collect(): string {
    const steps = this.#keys
      .filter(({ onDelete }) => onDelete === "CASCADE")
      .map((key) => {
        const child = this.#table(key.table);
        return `UNION SELECT g.session, ${child.place}, ${child.key("c")} FROM mm_reached g ${this.#join(key)}`;
      });
    return `INSERT OR IGNORE INTO temp.mm_going (session, place, row_key)
      WITH RECURSIVE mm_reached(session, place, row_key) AS (
        SELECT s.id, 0, ${this.#table("sessions").key("s")} FROM sessions s
          WHERE s.id IN (SELECT value FROM json_each(?1))
        ${steps.join("\n")}
      ) SELECT session, place, row_key FROM mm_reached`;
  }

  #isGoing({ place, key }: Table, alias: string): string {
    return `EXISTS (SELECT 1 FROM temp.mm_going d WHERE d.place = ${place} AND d.row_key = ${key(alias)})`;
  }

  /** Rows that name by this key what goes, and don't go themselves. RESTRICT doesn't ask whether they go. */
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
        WHERE place = ?1 GROUP BY session`,
    );
    return this.#others().flatMap(({ name, place }) => {
      const rest = { table: name, effect: "deleted" as const, isDirect: this.#isDirect(name) };
      return counts.all(place).map((count) => ({ ...count, ...rest }));
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

  /** The SQL of what the columns of a key hold after the row that they name has gone. */
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
