import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { existsSync } from "node:fs";
import { collecting, DAY } from "../support/collecting.ts";
import { HookWorld } from "../support/hook-world.ts";

let world: HookWorld;
beforeEach(() => {
  world = new HookWorld();
});
afterEach(() => world[Symbol.dispose]());

const { gc, count, session, traces } = collecting(() => world);

test("deletes older sessions with all of mm's own rows, and nothing else", async () => {
  const ids = [await session("s1"), await session("s2"), await session("s3")];
  expect(await gc("--older-than", "36h")).toMatchObject({
    dry_run: false,
    sessions: 2,
    events: 4,
    ids: ids.slice(0, 2),
    finished_events: 0,
    shrinks: true,
    under_max_size: null,
    kept: { referred_to: 0, not_made_by_mm: 0 },
  });
  expect(world.sessions().map(({ id }) => id)).toEqual(ids.slice(2));
  expect(traces(ids[0] ?? "")).toEqual([]);
  expect(traces("s1")).toEqual([]);
  for (const table of ["session_events", "mm_events"]) expect(count(table)).toBe(2);
  for (const table of ["mm_early_ends", "mm_deleting"]) expect(count(table)).toBe(0);
  expect(world.rows("PRAGMA foreign_key_check")).toEqual([]);
});

test("the keys of --json", async () => {
  await session("s1");
  expect(Object.keys(await gc("--older-than", "1h"))).toEqual([
    "dry_run",
    "sessions",
    "events",
    "ids",
    "finished_events",
    "used_before",
    "used_after",
    "file_before",
    "file_after",
    "shrinks",
    "under_max_size",
    "kept",
  ]);
});

test("without anything stored it does nothing, and creates nothing", async () => {
  const { code, out, err } = await world.mm("gc", "--older-than", "1d");
  expect({ code, err }).toEqual({ code: 0, err: "" });
  expect(out).toBe("Nothing to delete\n");
  expect(existsSync(world.home)).toBe(false);
});

test.each([
  [["--older-than", "3 weeks"], "invalid duration '3 weeks'; expected like '30m', '24h', '7d'"],
  [["--max-size", "lots"], "invalid size 'lots'"],
  [["--older-than"], "option --older-than needs a value"],
  [["90d"], "unexpected argument '90d'"],
])("wrong usage: %p", async (words, message) => {
  await session("s1");
  const { code, out, err } = await world.mm("gc", ...words);
  expect({ code, out }).toEqual({ code: 2, out: "" });
  expect(err).toContain(message);
  expect(world.sessions()).toHaveLength(1);
});

describe("age", () => {
  test("counts from the last sign of life", async () => {
    const id = await session("s1");
    await world.claude("Notification", { session_id: "s1", message: "after the end" });
    expect(world.session("s1").ended_at).not.toBeNull();
    world.pass(DAY / 2);
    // It ended 36 hours ago.
    expect((await gc("--older-than", "24h")).ids).toEqual([]);
    world.pass(DAY / 2 + 1);
    expect((await gc("--older-than", "24h")).ids).toEqual([id]);
  });

  test("has an exclusive bound", async () => {
    const id = await session("s1");
    expect((await gc("--older-than", "24h")).ids).toEqual([]);
    world.pass(1);
    expect((await gc("--older-than", "24h")).ids).toEqual([id]);
  });
});

describe("keeps", () => {
  test("active sessions, however old", async () => {
    await world.start();
    await world.mm("session", "start");
    world.pass(1000 * DAY);
    expect((await gc("--older-than", "1d", "--max-size", "1B")).ids).toEqual([]);
    expect(count("sessions")).toBe(2);
  });

  test("a session that was opened again", async () => {
    await session("s1");
    world.pass(100 * DAY);
    await world.start("resume", { session_id: "s1" });
    expect((await gc("--older-than", "0s")).ids).toEqual([]);
  });

  test("sessions that mm didn't make, and says how many", async () => {
    await session("s1");
    world.exec(`INSERT INTO sessions (id, started_at, ended_at)
      VALUES ('theirs', '2020-01-01T00:00:00+00:00', '2020-01-01T00:00:00+00:00')`);
    expect(await gc("--older-than", "1h")).toMatchObject({
      sessions: 1,
      kept: { not_made_by_mm: 1, referred_to: 0 },
    });
    expect(world.rows("SELECT id FROM sessions")).toEqual([{ id: "theirs" }]);
    const { out } = await world.mm("gc", "--older-than", "1h");
    expect(out).toContain("Kept: 1 ended session that mm didn't make\n");
  });

  test.each([
    ["a foreign key to the session", "sid TEXT REFERENCES sessions ON DELETE CASCADE", "s.id"],
    ["one in other letters", "sid TEXT REFERENCES 'Sessions'(ID)", "s.id"],
    [
      "one to an event",
      "eid INTEGER REFERENCES session_events(id)",
      "(SELECT max(e.id) FROM session_events e WHERE e.session_id = s.id)",
    ],
    ["a column session_id", "session_id TEXT", "s.id"],
  ])("sessions that another table refers to: %s", async (_, column, value) => {
    const kept = await session("s1");
    const gone = await session("s2");
    world.exec(`CREATE TABLE theirs (${column}, note TEXT)`);
    world.exec(`INSERT INTO theirs SELECT ${value}, 'x' FROM sessions s WHERE s.id = '${kept}'`);
    world.exec("INSERT INTO theirs (note) VALUES ('of no session')");
    expect(await gc("--older-than", "1h")).toMatchObject({
      ids: [gone],
      kept: { referred_to: 1, not_made_by_mm: 0 },
    });
    expect(count("theirs")).toBe(2);
    expect((await world.mm("gc", "--max-size", "1B")).out).toContain(
      "Kept: 1 ended session that other tables refer to\n",
    );
  });

  test("a session with spooled calls", async () => {
    await session("s1");
    await world.whileBroken(() => world.prompt("still here", { session_id: "s1" }));
    world.pass(100 * DAY);
    expect((await gc("--older-than", "1d")).ids).toEqual([]);
    expect(world.spooled()).toHaveLength(1);
  });
});

describe("--max-size", () => {
  const long = "long ".repeat(90);

  test("removes the oldest until no more than that is in use", async () => {
    world.settings({ capture: "full" });
    const ids: string[] = [];
    for (let n = 0; n < 60; n++) ids.push(await session(`s${n}`, long.repeat(40)));
    const { used_before } = await gc("--dry-run");
    const limit = used_before - 300_000;
    const foreseen = await gc("--max-size", `${limit}B`, "--dry-run");
    const done = await gc("--max-size", `${limit}B`);
    expect(done).toMatchObject({ under_max_size: true, used_before });
    expect(done.used_after).toBeLessThanOrEqual(limit);
    expect(done.ids).toEqual(ids.slice(0, done.sessions));
    // A session takes some 20 kB. The last transaction may delete a few too many.
    expect(done.sessions).toBeGreaterThan(10);
    expect(done.sessions).toBeLessThan(40);
    expect(foreseen.sessions).toBeGreaterThan(done.sessions / 2);
    expect(foreseen.sessions).toBeLessThan(done.sessions * 2);
    expect((await gc("--max-size", `${limit}B`)).sessions).toBe(0);
  });

  test("that can't be reached deletes everything that may be deleted, and says so", async () => {
    await session("s1");
    await world.start("startup", { session_id: "active" });
    const { code, out, err } = await world.mm("gc", "--yes", "--max-size", "1B", "--json");
    expect({ code, err }).toEqual({
      code: 0,
      err: "mm: warning: more than 1B is still in use: gc may not delete the other sessions\n",
    });
    expect(JSON.parse(out)).toMatchObject({ sessions: 1, under_max_size: false });
    expect(world.sessions().map(({ external_id }) => external_id)).toEqual(["active"]);
  });
});

test("--dry-run says the same and changes nothing", async () => {
  const first = await session("s1");
  await session("s2");
  const before = world.rows("SELECT * FROM session_events");
  const dry = await gc("--older-than", "36h", "--dry-run");
  expect(dry).toMatchObject({ dry_run: true, ids: [first], sessions: 1, events: 2 });
  expect(world.rows("SELECT * FROM session_events")).toEqual(before);
  const { out } = await world.mm("gc", "--older-than", "36h", "--dry-run");
  expect(out).toMatch(
    /^Would delete: 1 session, 2 events\nIn use: .*, would (?:become|stay) about /u,
  );
});

test("shrinks the file", async () => {
  await session("s0");
  const events = `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3000)
    INSERT INTO session_events (session_id, event_type, content, created_at)
    SELECT s.id, 'note', hex(randomblob(500)), s.started_at FROM n, sessions s`;
  world.exec(events);
  const { out } = await world.mm("gc", "--older-than", "1h", "--dry-run");
  expect(out).toMatch(/^In use: .* MB, would become about .* kB \(\d\.\d MB less\)$/mu);
  const done = await gc("--older-than", "1h");
  expect(done).toMatchObject({ sessions: 1, events: 3002 });
  expect(done.file_before).toBeGreaterThan(3_000_000);
  expect(done.file_after).toBe(done.used_after);
  expect(done.file_after).toBeLessThan(300_000);
  expect(Bun.file(world.database).size).toBe(done.file_after);
});

test("an agent that continues a deleted session gets a new one", async () => {
  const old = await session("s1");
  await gc("--older-than", "1h");
  await world.start("resume", { session_id: "s1" });
  const { id, ended_at } = world.session("s1");
  expect(id).not.toBe(old);
  expect(ended_at).toBeNull();
});

test("a state file that names a removed session is cleaned", async () => {
  const { session_id: id } = await world.json("session", "start");
  world.exec("UPDATE sessions SET ended_at = '2020-01-01T00:00:00+00:00'");
  expect(world.state()).toBe(`${id}\n`);
  expect((await gc("--older-than", "1d")).ids).toEqual([String(id)]);
  expect(world.state()).toBeNull();
});
