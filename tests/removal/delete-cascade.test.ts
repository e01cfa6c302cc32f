import { Database } from "bun:sqlite";
import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { HookWorld } from "../support/hook-world.ts";

let world: HookWorld;
beforeEach(() => {
  world = new HookWorld();
  world.useMemtomemHome();
});
afterEach(() => world[Symbol.dispose]());

const THEIRS = "2ea541f5-106f-48e5-8a53-a7c46d1346c7";
const OTHER = "the-other";

const candidate = (id: string, session: string) =>
  `INSERT INTO memory_candidates (id, session_id, kind, operation, destination, content,
      confidence, extractor_version, fingerprint, created_at, expires_at)
    VALUES ('${id}', '${session}', 'k', 'o', 'd', 'x', 1, 'v', '${id}', '2026', '2027');`;
const transition = (candidateId: string) =>
  `INSERT INTO memory_candidate_transitions (candidate_id, from_status, to_status, actor, reason, created_at)
    VALUES ('${candidateId}', 'a', 'b', 'c', 'd', '2026');`;
const ended = (id: string) =>
  `INSERT INTO sessions (id, started_at, ended_at) VALUES ('${id}', '2020', '2020');`;

/** All rows of all tables except mm's and SQLite's own, as sorted text. */
function contents(db: Database): Record<string, string[]> {
  const tables = db
    .query<{ name: string }, []>(
      `SELECT name FROM sqlite_schema WHERE type = 'table'
        AND name NOT LIKE 'mm\\_%' ESCAPE '\\' AND name NOT LIKE 'sqlite%' ORDER BY name`,
    )
    .all();
  const rowsOf = (name: string) => db.query(`SELECT * FROM "${name.replaceAll('"', '""')}"`).all();
  const asText = (row: unknown) => JSON.stringify(row);
  return Object.fromEntries(tables.map(({ name }) => [name, rowsOf(name).map(asText).sort()]));
}

function stored(): Record<string, string[]> {
  const db = new Database(world.database);
  try {
    return contents(db);
  } finally {
    db.close(true);
  }
}

/** What SQLite itself leaves after the deletion, which is then rolled back; null if it refuses. */
function asSqliteDoes(...ids: string[]): Record<string, string[]> | null {
  const db = new Database(world.database);
  try {
    db.run("PRAGMA foreign_keys = ON; BEGIN");
    for (const id of ids) db.query("DELETE FROM sessions WHERE id = ?1").run(id);
    const found = contents(db);
    // SQLite refuses a deferred violation only at the commit.
    return db.query("PRAGMA foreign_key_check").all().length > 0 ? null : found;
  } catch {
    return null;
  } finally {
    if (db.inTransaction) db.run("ROLLBACK");
    db.close(true);
  }
}

describe("--force does to other programs' rows what SQLite does:", () => {
  const S = `'${THEIRS}'`;
  const tree = (action: string) => `
    CREATE TABLE tree (id INTEGER PRIMARY KEY, sid TEXT REFERENCES sessions ON DELETE CASCADE,
      up INTEGER REFERENCES tree(id) ON DELETE ${action});
    INSERT INTO tree VALUES (1, ${S}, 3), (2, NULL, 1), (3, NULL, 2), (4, NULL, 3), (5, NULL, 5), (6, '${OTHER}', 5);`;
  const onCandidate = (action: string, extra = "") => `
    ${candidate("c1", THEIRS)} ${candidate("c2", OTHER)}
    CREATE TABLE notes (n INTEGER, cid TEXT ${extra} REFERENCES memory_candidates(id) ON DELETE ${action});
    INSERT INTO notes VALUES (1, 'c1'), (2, 'c2'), (3, 'c1');`;
  const direct = (action: string, column = "") => `
    CREATE TABLE t (n INTEGER, sid TEXT ${column} REFERENCES sessions(id) ON DELETE ${action});
    INSERT INTO t VALUES (1, ${S}), (2, '${OTHER}'), (3, ${S});`;

  test.each([
    ["a chain of cascades", `${candidate("c1", THEIRS)} ${transition("c1")} ${transition("c1")}`],
    ["a cycle of cascades", tree("CASCADE")],
    ["a tree that is cut", tree("SET NULL")],
    ["a tree that can't be cut", tree("NO ACTION")],
    ["SET NULL", direct("SET NULL")],
    ["SET NULL where that isn't allowed", direct("SET NULL", "NOT NULL")],
    ["SET DEFAULT to what is there", direct("SET DEFAULT", `DEFAULT '${OTHER}'`)],
    ["SET DEFAULT without one", direct("SET DEFAULT")],
    ["SET DEFAULT to nothing, where that isn't allowed", direct("SET DEFAULT", "NOT NULL")],
    ["SET DEFAULT to what isn't there", direct("SET DEFAULT", "DEFAULT 'nope'")],
    ["SET DEFAULT to what goes", direct("SET DEFAULT", `DEFAULT ${S}`)],
    ["RESTRICT", direct("RESTRICT")],
    ["NO ACTION", direct("NO ACTION")],
    ["NO ACTION, deferred", direct("NO ACTION DEFERRABLE INITIALLY DEFERRED")],
    ["a chain to CASCADE", onCandidate("CASCADE")],
    ["a chain to SET NULL", onCandidate("SET NULL")],
    ["a chain to SET DEFAULT", onCandidate("SET DEFAULT", "DEFAULT 'c2'")],
    ["a chain to RESTRICT", onCandidate("RESTRICT")],
    ["a chain to NO ACTION", onCandidate("NO ACTION")],
    [
      "two ways to a row, one of which lets go",
      `${candidate("c1", THEIRS)}
      CREATE TABLE notes (sid TEXT REFERENCES sessions(id) ON DELETE CASCADE,
        cid TEXT REFERENCES memory_candidates(id) ON DELETE SET NULL);
      INSERT INTO notes VALUES (${S}, 'c1'), ('${OTHER}', 'c1'), (NULL, 'c1'), (${S}, NULL);`,
    ],
    [
      "two ways to a row, one of which forbids it",
      `${candidate("c1", THEIRS)}
      CREATE TABLE notes (sid TEXT REFERENCES sessions(id) ON DELETE CASCADE,
        cid TEXT REFERENCES memory_candidates(id));
      INSERT INTO notes VALUES (${S}, 'c1');`,
    ],
    [
      "keys of two columns, without rowids",
      `CREATE TABLE a (sid TEXT REFERENCES sessions(id) ON DELETE CASCADE, n INTEGER, b BLOB,
        PRIMARY KEY (n, b)) WITHOUT ROWID;
      CREATE TABLE c (x INTEGER, y BLOB, FOREIGN KEY (x, y) REFERENCES a ON DELETE CASCADE);
      CREATE TABLE d (x INTEGER, y BLOB, FOREIGN KEY (y, x) REFERENCES a(b, n) ON DELETE SET NULL);
      INSERT INTO a VALUES (${S}, 1, x'00ff'), (${S}, 1, x'01'), ('${OTHER}', 1, x'02');
      INSERT INTO c VALUES (1, x'00ff'), (1, x'02'), (NULL, x'00ff'), (1, NULL);
      INSERT INTO d VALUES (1, x'00ff'), (1, x'02');`,
    ],
    [
      "a column that is called rowid",
      `CREATE TABLE a (rowid TEXT, OID TEXT REFERENCES sessions(id) ON DELETE CASCADE);
      INSERT INTO a VALUES ('same', ${S}), ('same', '${OTHER}'), (NULL, '${OTHER}');`,
    ],
    [
      "references to the events",
      `CREATE TABLE a (id INTEGER PRIMARY KEY, e INTEGER REFERENCES session_events(id) ON DELETE CASCADE);
      CREATE TABLE b (a INTEGER REFERENCES a ON DELETE SET NULL);
      INSERT INTO a SELECT id, id FROM session_events; INSERT INTO b SELECT id FROM a;`,
    ],
    [
      "references to the events that forbid it",
      `CREATE TABLE a (e INTEGER REFERENCES session_events(id));
      INSERT INTO a SELECT id FROM session_events WHERE session_id = ${S} LIMIT 1;`,
    ],
    [
      "an empty table, and quotes in names",
      `CREATE TABLE "a""b" ("c""d" TEXT REFERENCES "SESSIONS"(ID) ON DELETE CASCADE);
      CREATE TABLE none (sid TEXT REFERENCES sessions(id));
      INSERT INTO "a""b" VALUES (${S}), ('${OTHER}');`,
    ],
    [
      "a trigger that refuses",
      `${candidate("c1", THEIRS)}
      CREATE TRIGGER keep BEFORE DELETE ON memory_candidates BEGIN SELECT raise(ABORT, 'no'); END;`,
    ],
  ])("%s", async (_, schema) => {
    world.exec(`${ended(OTHER)} ${schema}`);
    const expected = asSqliteDoes(THEIRS);
    const before = stored();
    const dry = await world.mm("session", "delete", THEIRS, "--force", "--dry-run", "--json");
    expect(stored()).toEqual(before);
    const outcome = await world.mm("session", "delete", THEIRS, "--force", "--json");
    expect(outcome.code).toBe(expected === null ? 1 : 0);
    expect(stored()).toEqual(expected ?? before);
    if (expected === null) {
      expect(JSON.parse(outcome.out).error.code).toBe("session_protected");
    } else {
      expect(dry.out.replace('"dry_run":true', '"dry_run":false')).toBe(outcome.out);
      for (const { table, rows } of goneFrom(outcome.out)) {
        expect({ table, rows: (before[table] ?? []).length - rows }).toEqual({
          table,
          rows: (expected[table] ?? []).length,
        });
      }
      expect(world.rows("PRAGMA foreign_key_check")).toEqual([]);
    }
  });

  function goneFrom(json: string): { table: string; rows: number; effect: string }[] {
    const { deleted } = JSON.parse(json) as {
      deleted: { other_rows: { table: string; rows: number; effect: string }[] }[];
    };
    return deleted.flatMap(({ other_rows }) =>
      other_rows.filter(({ effect }) => effect === "deleted"),
    );
  }
});

test("everything that is deleted is named, and so are rows that refer to it", async () => {
  world.exec(`${candidate("c1", THEIRS)} ${candidate("c2", THEIRS)} ${transition("c1").repeat(3)}
    ${transition("c2")}
    CREATE TABLE notes (cid TEXT REFERENCES memory_candidates(id) ON DELETE SET NULL);
    INSERT INTO notes VALUES ('c1')`);
  const goes = "2 events, 2 rows of memory_candidates, 4 rows of memory_candidate_transitions";
  const rest = `  With: ${goes}\n  Reference cleared: 1 row of notes\n`;
  expect(await world.mm("session", "delete", THEIRS)).toEqual({
    code: 1,
    out: "",
    err: `mm: session ${THEIRS} was not deleted: mm didn't make it, and 2 rows of memory_candidates refer to it
  hint: --force deletes it with ${goes}
`,
  });
  const dry = await world.mm("session", "delete", THEIRS, "--force", "--dry-run");
  expect(dry).toEqual({ code: 0, out: `Would delete: ${THEIRS}\n${rest}`, err: "" });
  const { out } = await world.mm("session", "delete", THEIRS, "--force");
  expect(out).toBe(`Session deleted: ${THEIRS}\n${rest}`);
});

describe("several with --force: if one can't be deleted, none is,", () => {
  beforeEach(() =>
    world.exec(`${ended(OTHER)} ${candidate("c1", THEIRS)} ${transition("c1")} ${candidate("c2", OTHER)}
      CREATE TABLE theirs (cid TEXT REFERENCES memory_candidates(id))`),
  );

  test("and the one and the table are named", async () => {
    world.exec("INSERT INTO theirs VALUES ('c2')");
    const before = stored();
    for (const words of [["--dry-run"], []]) {
      const outcome = await world.mm("session", "delete", "--force", ...words, THEIRS, OTHER);
      expect(outcome).toEqual({
        code: 1,
        out: "",
        err: `mm: session ${OTHER} can't be deleted: 1 row of theirs refer to what would be deleted with it, and that table forbids it
  hint: remove them with the program that owns them
`,
      });
      expect(stored()).toEqual(before);
    }
  });

  test("nor if only a trigger enforces the constraint", async () => {
    world.exec(`CREATE TRIGGER keep BEFORE DELETE ON memory_candidates WHEN old.id = 'c2'
      BEGIN SELECT raise(ABORT, 'c2 stays'); END`);
    const before = stored();
    const { code, err } = await world.mm("session", "delete", "--force", THEIRS, OTHER);
    expect(code).toBe(1);
    expect(err).toContain(
      "no session was deleted: a table that refers to one forbids it: c2 stays",
    );
    expect(stored()).toEqual(before);
  });

  test("else all are, and a row that depends on both is counted once", async () => {
    world.exec(`CREATE TABLE pairs (a TEXT REFERENCES sessions(id) ON DELETE CASCADE,
        b TEXT REFERENCES sessions(id) ON DELETE CASCADE);
      INSERT INTO pairs VALUES ('${THEIRS}', '${OTHER}')`);
    const expected = asSqliteDoes(THEIRS, OTHER);
    const { deleted } = await world.json<{ deleted: { other_rows: { table: string }[] }[] }>(
      ...["session", "delete", "--force", THEIRS, OTHER],
    );
    expect(stored()).toEqual(expected ?? {});
    const rows = deleted.flatMap(({ other_rows }) => other_rows);
    expect(rows.filter(({ table }) => table === "pairs")).toEqual([
      { table: "pairs", rows: 1, effect: "deleted" } as { table: string },
    ]);
  });
});

test("a foreign key that SQLite can't enforce doesn't delete rows of other sessions", async () => {
  world.exec(`${ended(OTHER)}
    CREATE TABLE theirs (agent TEXT REFERENCES sessions(agent_id) ON DELETE CASCADE);
    INSERT INTO theirs SELECT agent_id FROM sessions`);
  const before = stored();
  expect((await world.mm("session", "delete", THEIRS, "--force")).code).toBe(0);
  expect(stored()["theirs"]).toEqual(before["theirs"] ?? []);
});

test("a column that others refer to in turn isn't cleared", async () => {
  world.exec(`CREATE TABLE a (sid TEXT UNIQUE REFERENCES sessions(id) ON DELETE SET NULL);
    CREATE TABLE b (sid TEXT REFERENCES a(sid) ON UPDATE CASCADE);
    INSERT INTO a VALUES ('${THEIRS}'); INSERT INTO b VALUES ('${THEIRS}')`);
  const before = stored();
  const { code, err } = await world.mm("session", "delete", THEIRS, "--force");
  expect(code).toBe(1);
  expect(err).toContain("1 row of a refer to it, and that table forbids it");
  expect(stored()).toEqual(before);
});

test("a table whose rows can't be identified forbids it", async () => {
  world.exec(`INSERT INTO sessions (id, started_at, ended_at) VALUES ('q', '2020', '2020');
    CREATE TABLE a (rowid TEXT PRIMARY KEY, oid TEXT, _rowid_ TEXT, s REFERENCES sessions(id) ON DELETE CASCADE);
    INSERT INTO a (s) VALUES ('${THEIRS}'), ('q')`);
  const before = stored();
  const { code, err } = await world.mm("session", "delete", "--force", THEIRS);
  expect(code).toBe(1);
  expect(err).toContain("keep mm from identifying its rows");
  expect(stored()).toEqual(before);
});
