import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { existsSync } from "node:fs";
import { HookWorld } from "../support/hook-world.ts";

let world: HookWorld;
beforeEach(() => {
  world = new HookWorld();
});
afterEach(() => world[Symbol.dispose]());

const THEIRS = "2ea541f5-106f-48e5-8a53-a7c46d1346c7";

async function session(id: string): Promise<string> {
  await world.start("startup", { session_id: id });
  await world.prompt(`prompt of ${id}`, { session_id: id });
  await world.end("other", { session_id: id });
  return world.session(id).id;
}

const ids = () =>
  world.rows<{ id: string }>("SELECT id FROM sessions ORDER BY rowid").map(({ id }) => id);

/** The number of rows in each table except FTS5's own. */
function counts(): Record<string, number> {
  const tables = world.rows<{ name: string }>(
    "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE '%fts%' ORDER BY name",
  );
  return Object.fromEntries(
    tables.map(({ name }) => [
      name,
      world.rows<{ n: number }>(`SELECT count(*) AS n FROM "${name}"`)[0]?.n ?? -1,
    ]),
  );
}

test("deletes the named sessions, by id or prefix, and says so", async () => {
  const [first = "", second = "", third = ""] = [
    await session("s1"),
    await session("s2"),
    await session("s3"),
  ];
  const outcome = await world.mm("session", "delete", "--yes", first, second.slice(0, 8), first);
  expect(outcome).toEqual({
    code: 0,
    out: `Session deleted: ${first}\n  With: 1 event\nSession deleted: ${second}\n  With: 1 event\n`,
    err: "",
  });
  expect(ids()).toEqual([third]);
  expect(world.rows("SELECT DISTINCT session_id FROM session_events")).toHaveLength(1);
  expect(world.rows("SELECT DISTINCT session_id FROM mm_events")).toHaveLength(1);
});

test("the keys of --json", async () => {
  const id = await session("s1");
  expect(await world.json("session", "delete", id)).toEqual({
    dry_run: false,
    deleted: [{ id, agent_id: "claude-code", events: 1, made_by_mm: true, other_rows: [] }],
    count: 1,
    events: 1,
  });
});

test("--dry-run changes nothing", async () => {
  const id = await session("s1");
  const { out } = await world.mm("session", "delete", id, "--dry-run");
  expect(out).toBe(`Would delete: ${id}\n  With: 1 event\n`);
  expect(ids()).toEqual([id]);
});

describe("all or none:", () => {
  test("an unknown id", async () => {
    const id = await session("s1");
    expect(await world.mm("session", "delete", id, "nope")).toEqual({
      code: 1,
      out: "",
      err: "mm: session not found: nope\n  hint: give at least 6 characters of an id; `mm session list` shows them\n",
    });
    expect(ids()).toEqual([id]);
  });

  test.each([[], ["--force"]])("an active one, %p", async (...force) => {
    const id = await session("s1");
    await world.start("startup", { session_id: "s2" });
    const active = world.session("s2").id;
    expect(await world.mm("session", "delete", id, active, ...force)).toEqual({
      code: 1,
      out: "",
      err: `mm: session ${active} is active\n  hint: end it first: mm session end ${active}\n`,
    });
    expect(ids()).toEqual([id, active]);
  });

  test("an ambiguous prefix", async () => {
    await session("s1");
    for (const id of ["abcdef1", "abcdef2"])
      world.exec(
        `INSERT INTO sessions (id, started_at, ended_at) VALUES ('${id}', '2020', '2020')`,
      );
    const { code, err } = await world.mm("session", "delete", "abcdef", "--force");
    expect(code).toBe(1);
    expect(err).toContain("several session ids start with abcdef: abcdef2, abcdef1");
    expect(ids()).toHaveLength(3);
  });

  test.each([
    [[], "missing argument: ID"],
    [[""], "the session id is empty"],
  ])("wrong usage: %p", async (words, message) => {
    await session("s1");
    const { code, err } = await world.mm("session", "delete", ...words);
    expect({ code, err: err.split("\n")[0] }).toEqual({ code: 2, err: `mm: ${message}` });
    expect(ids()).toHaveLength(1);
  });
});

test("without anything stored it creates nothing", async () => {
  const { code, err } = await world.mm("session", "delete", "nope");
  expect(code).toBe(1);
  expect(err).toContain("session not found: nope");
  expect(existsSync(world.home)).toBe(false);
});

test("its spooled calls are deleted too, and nothing else", async () => {
  const id = await session("s1");
  await world.whileBroken(async () => {
    await world.prompt("late", { session_id: "s1" });
    await world.prompt("of another", { session_id: "s2" });
  });
  await world.mm("session", "delete", id);
  expect(world.spooled()).toHaveLength(1);
  await world.start("startup", { session_id: "s3" });
  expect(world.sessions().map(({ external_id }) => external_id)).toEqual(["s2", "s3"]);
});

test("a state file that names it is removed, another one stays", async () => {
  const { session_id: id } = await world.json<{ session_id: string }>("session", "start");
  world.exec("UPDATE sessions SET ended_at = '2020-01-01T00:00:00+00:00'");
  const other = await session("s1");
  await world.json("session", "delete", other);
  expect(world.state()).toBe(`${id}\n`);
  await world.json("session", "delete", id);
  expect(world.state()).toBeNull();
});

test("the agent that comes back gets a new session", async () => {
  const id = await session("s1");
  await world.json("session", "delete", id);
  await world.prompt("me again", { session_id: "s1" });
  expect(world.session("s1").id).not.toBe(id);
  expect(world.told("s1")).toEqual(["prompt: me again"]);
});

describe("on memtomem's own file", () => {
  beforeEach(async () => {
    world.useMemtomemHome();
    await session("s1");
    world.exec(`INSERT INTO memory_candidates (id, session_id, kind, operation, destination, content,
        confidence, extractor_version, fingerprint, created_at, expires_at)
      VALUES ('c1', '${THEIRS}', 'k', 'o', 'd', 'x', 1, 'v', 'f1', '2026', '2027'),
        ('c2', '${THEIRS}', 'k', 'o', 'd', 'x', 1, 'v', 'f2', '2026', '2027'),
        ('c3', '${world.session("s1").id}', 'k', 'o', 'd', 'x', 1, 'v', 'f1', '2026', '2027');
      INSERT INTO working_memory (key, value, session_id, created_at) VALUES ('k', 'v', '${THEIRS}', '2026')`);
  });

  test("a session that memtomem made stays, and the message names what would be deleted", async () => {
    const before = counts();
    expect(await world.mm("session", "delete", THEIRS)).toEqual({
      code: 1,
      out: "",
      err: `mm: session ${THEIRS} was not deleted: mm didn't make it, and 2 rows of memory_candidates and 1 row of working_memory refer to it
  hint: --force deletes it with 2 events, 2 rows of memory_candidates
`,
    });
    const { code, out } = await world.mm("session", "delete", THEIRS, "--json");
    expect(code).toBe(1);
    expect(JSON.parse(out).error).toMatchObject({
      code: "session_protected",
      hint: "--force deletes it with 2 events, 2 rows of memory_candidates",
    });
    expect(counts()).toEqual(before);
  });

  test("so does a session of mm's that memtomem refers to", async () => {
    const before = counts();
    const { err } = await world.mm("session", "delete", world.session("s1").id);
    expect(err).toContain("was not deleted: 1 row of memory_candidates refer to it\n");
    expect(counts()).toEqual(before);
  });

  test("--force takes exactly what was named, of all tables", async () => {
    const before = counts();
    const expected = [
      { table: "memory_candidates", rows: 2, effect: "deleted" },
      { table: "working_memory", rows: 1, effect: "left" },
    ];
    expect(await world.json("session", "delete", THEIRS, "--force", "--dry-run")).toMatchObject({
      deleted: [{ id: THEIRS, made_by_mm: false, events: 2, other_rows: expected }],
    });
    expect(counts()).toEqual(before);
    const { out } = await world.mm("session", "delete", THEIRS, "--force");
    expect(out).toBe(
      `Session deleted: ${THEIRS}\n  With: 2 events, 2 rows of memory_candidates\n  Reference kept: 1 row of working_memory\n`,
    );
    expect(counts()).toEqual({
      ...before,
      sessions: (before["sessions"] ?? 0) - 1,
      session_events: (before["session_events"] ?? 0) - 2,
      memory_candidates: (before["memory_candidates"] ?? 0) - 2,
      mm_deleting: 0,
      mm_meta: (before["mm_meta"] ?? 0) + 1,
    });
    expect(world.rows("PRAGMA foreign_key_check")).toEqual([]);
    expect(world.rows("PRAGMA integrity_check")).toEqual([{ integrity_check: "ok" }]);
  });

  test.each([
    ["SET NULL", 0, "cleared", [{ sid: null }]],
    ["RESTRICT", 1, null, null],
    ["NO ACTION", 1, null, null],
  ])("a table whose foreign key says %s", async (action, code, effect, rows) => {
    world.exec(`CREATE TABLE theirs (sid TEXT REFERENCES sessions(id) ON DELETE ${action});
      INSERT INTO theirs VALUES ('${THEIRS}')`);
    const outcome = await world.mm("session", "delete", THEIRS, "--force", "--json");
    expect(outcome.code).toBe(code);
    if (effect === null) {
      expect(JSON.parse(outcome.out).error.message).toContain(
        "1 row of theirs refer to it, and that table forbids it",
      );
      expect(ids()).toContain(THEIRS);
    } else {
      expect(JSON.parse(outcome.out).deleted[0].other_rows).toContainEqual({
        table: "theirs",
        rows: 1,
        effect,
      });
      expect(world.rows("SELECT sid FROM theirs")).toEqual(rows ?? []);
    }
  });
});
