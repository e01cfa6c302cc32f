import { Database } from "bun:sqlite";
import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { rmSync } from "node:fs";
import { doctor } from "../support/doctor.ts";
import { LogWorld } from "../support/log-world.ts";

let world: LogWorld;
beforeEach(() => {
  world = new LogWorld();
  world.env = { ...world.env, HOME: world.folder };
});
afterEach(() => world[Symbol.dispose]());

const READS = [
  ["session", "list"],
  ["session", "show", "last"],
  ["ps"],
  ["stats"],
  ["search", "x"],
];

/** Each call answers or names what is wrong; none fails without a word for it. */
async function expectAnswers(): Promise<void> {
  for (const words of [
    ...READS,
    ["session", "start"],
    ["session", "end"],
    ["gc", "--older-than", "1d", "--dry-run"],
    ["gc", "--dry-run"],
  ]) {
    const { out } = await world.mm(...words, "--json");
    const { error } = JSON.parse(out) as { error?: { code: string } };
    expect({ words, code: error?.code ?? "" }).not.toMatchObject({ code: "internal" });
  }
}

describe("a database that lacks", () => {
  test.each([
    "mm_sessions",
    "mm_events",
    "mm_early_ends",
    "mm_spooled",
    "mm_renamed",
    "mm_usage",
    "mm_transcripts",
  ])("mm's own table %s has hooks spool, and gets it again from doctor", async (table) => {
    await world.record("before");
    world.exec(`PRAGMA foreign_keys = OFF; DROP TABLE ${table}`);
    await expectAnswers();
    await world.record("spooled");
    expect((await doctor(world)).findings).toContainEqual(
      expect.objectContaining({ check: "tables", severity: "problem", mend: "mm doctor --fix" }),
    );
    await doctor(world, "--fix");
    expect((await doctor(world)).findings.filter(({ check }) => check === "tables")).toEqual([]);
    await world.record("after");
    expect(await world.titles()).toEqual(expect.arrayContaining(["after", "before", "spooled"]));
  });

  test("hooks are stored again where all events went with their table", async () => {
    await world.record("before");
    world.exec("PRAGMA foreign_keys = OFF; DROP TABLE session_events");
    await world.record("spooled");
    await doctor(world, "--fix");
    await world.record("after");
    expect(await world.titles()).toEqual(expect.arrayContaining(["after", "spooled"]));
    expect((await doctor(world)).findings.map(({ check }) => check)).not.toContain("integrity");
  });

  test.each(["mm_sessions.branch", "mm_events.own_us", "mm_usage.model"])(
    "mm's own column %s is named, and made again by doctor",
    async (name) => {
      await world.record("before");
      const [table, column] = name.split(".");
      world.exec(`ALTER TABLE ${table} DROP COLUMN ${column}`);
      expect((await doctor(world)).findings).toContainEqual(
        expect.objectContaining({
          what: `the database ${world.database} has no column ${name}`,
          mend: "mm doctor --fix",
        }),
      );
      await doctor(world, "--fix");
      expect((await doctor(world)).findings.filter(({ check }) => check === "tables")).toEqual([]);
      await world.record("after");
      expect(await world.titles()).toEqual(expect.arrayContaining(["after", "before"]));
    },
  );

  test("a column that no row can be without is named, and nothing is claimed to be fixed", async () => {
    await world.record("before");
    world.exec("ALTER TABLE mm_events DROP COLUMN at_ms");
    await doctor(world, "--fix");
    expect((await doctor(world)).findings).toContainEqual(
      expect.objectContaining({
        what: `the table mm_events in ${world.database} lacks the column at_ms`,
        mend: expect.stringContaining("set MM_DB to another file"),
      }),
    );
  });

  test("a row's own number is reported on", async () => {
    foreign(`CREATE TABLE sessions (id TEXT PRIMARY KEY, agent_id, started_at, ended_at, summary, metadata, namespace)
      WITHOUT ROWID`);
    await world.record("hooked");
    const { ok, findings } = await doctor(world);
    expect(ok).toBe(false);
    expect(findings.map(({ what }) => what).join()).toContain("no such column: s.rowid");
  });

  test.each(["sessions", "session_events"])("%s is named", async (table) => {
    await world.record("before");
    world.exec(`PRAGMA foreign_keys = OFF; DROP TABLE ${table}`);
    await expectAnswers();
    expect((await doctor(world)).findings).toContainEqual(
      expect.objectContaining({ what: `the database ${world.database} has no table ${table}` }),
    );
    for (const words of READS) {
      const { err } = await world.mm(...words);
      expect(err).not.toContain(".mm-search");
    }
  });
});

function foreign(sql: string): void {
  world.makeHome();
  rmSync(world.database, { force: true });
  const db = new Database(world.database);
  db.run(sql);
  db.close(true);
}

const EVENTS =
  "CREATE TABLE session_events (id INTEGER PRIMARY KEY, session_id, event_type, content, created_at, metadata)";
const SESSIONS = "id, agent_id, started_at, ended_at, summary, metadata, namespace";

describe("tables of another program", () => {
  test.each([
    ["with one column", "CREATE TABLE sessions (id TEXT)"],
    ["without events", `CREATE TABLE sessions (${SESSIONS})`],
    ["without sessions", EVENTS],
    ["that are views", `CREATE VIEW sessions AS SELECT 1 AS id; ${EVENTS}`],
    [
      "with a column that must be filled",
      `CREATE TABLE sessions (${SESSIONS}, owner NOT NULL); ${EVENTS}`,
    ],
    ["with a check", `CREATE TABLE sessions (${SESSIONS}, CHECK (id = 'x')); ${EVENTS}`],
    [
      "whose trigger refuses",
      `CREATE TABLE sessions (${SESSIONS}); ${EVENTS};
      CREATE TRIGGER no BEFORE INSERT ON sessions BEGIN SELECT raise(ABORT, 'not here'); END`,
    ],
    [
      "whose trigger fails",
      `CREATE TABLE sessions (${SESSIONS}); ${EVENTS};
      CREATE TRIGGER no AFTER INSERT ON sessions BEGIN INSERT INTO gone VALUES (1); END`,
    ],
    ["that are views alone", "CREATE VIEW sessions AS SELECT 1 AS id"],
    ["under the name of an index", "CREATE TABLE idx_sessions_agent (a)"],
    ["without events, and others", "CREATE TABLE session_events (a)"],
    ["with an unknown extension", "CREATE TABLE a (b); CREATE VIEW v AS SELECT unknown(b) FROM a"],
    ["under mm's names", "CREATE TABLE mm_meta (a); CREATE TABLE mm_sessions (a)"],
  ])("%s are answered, and hooks lose nothing", async (_, sql) => {
    foreign(sql);
    const before = await doctor(world);
    await expectAnswers();
    await world.record("hooked");
    const kept = world.spooled().length;
    for (const { ok, findings } of [before, await doctor(world)]) {
      expect(findings.some(({ check }) => check === "tables")).toBe(kept > 0);
      if (kept > 0) expect(ok).toBe(false);
    }
    // What it says helps: another file.
    world.env = { ...world.env, MM_DB: `${world.folder}/other.db` };
    expect((await doctor(world)).findings.filter(({ check }) => check === "tables")).toEqual([]);
    world.env = { ...world.env, MM_DB: world.database };
    foreign("SELECT 1");
    await world.record("next");
    const titles = await world.titles();
    expect(kept === 1 ? titles : [...titles, "hooked"]).toEqual(
      expect.arrayContaining(["hooked", "next"]),
    );
  });
});
