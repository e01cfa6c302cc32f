import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { existsSync } from "node:fs";
import { HookWorld } from "../support/hook-world.ts";

let world: HookWorld;
beforeEach(() => {
  world = new HookWorld();
});
afterEach(() => world[Symbol.dispose]());

const DAY = 86_400;
const names = () => world.sessions().map(({ external_id }) => external_id);

/** A session with a prompt that begins and ends. */
async function session(id: string): Promise<void> {
  await world.start("startup", { session_id: id });
  await world.prompt(`of ${id}`, { session_id: id });
  await world.end("other", { session_id: id });
}

/** Makes everything that is stored years old. */
function makeOld(): void {
  world.exec(`UPDATE sessions SET ended_at = '2020-01-01T00:00:00+00:00';
    UPDATE session_events SET created_at = '2020-01-01T00:00:00+00:00';
    UPDATE mm_sessions SET last_event_ms = 0, ended_ms = 0`);
}

test("is off by default", async () => {
  await session("old");
  world.pass(10_000 * DAY);
  await session("new");
  expect(names()).toEqual(["old", "new"]);
  expect(world.rows("SELECT 1 FROM mm_meta WHERE key = 'gc_at'")).toEqual([]);
});

describe("with `gc` in mm.json", () => {
  beforeEach(() => world.settings({ gc: "7d" }));

  test("the end of a session removes older ones", async () => {
    await session("old");
    world.pass(7 * DAY);
    await session("as old as that");
    world.pass(1);
    await world.start("startup", { session_id: "new" });
    await world.prompt("x", { session_id: "new" });
    expect(names()).toEqual(["old", "as old as that", "new"]);
    world.pass(DAY);
    await world.end("other", { session_id: "new" });
    expect(names()).toEqual(["as old as that", "new"]);
    expect(world.session("new").ended_at).not.toBeNull();
    expect(world.log()).toEqual([]);
  });

  test("once a day at most", async () => {
    await session("s1");
    world.pass(8 * DAY);
    await session("s2");
    expect(names()).toEqual(["s2"]);
    makeOld();
    world.pass(DAY - 1);
    await session("s3");
    expect(names()).toEqual(["s2", "s3"]);
    world.pass(1);
    await session("s4");
    expect(names()).toEqual(["s3", "s4"]);
  });

  test("also after the clock was set back", async () => {
    world.pass(100 * DAY);
    await session("s1");
    world.pass(-100 * DAY);
    makeOld();
    await session("s2");
    expect(names()).toEqual(["s2"]);
  });

  test("not if the end was spooled", async () => {
    await session("old");
    world.pass(8 * DAY);
    await world.start("startup", { session_id: "new" });
    await world.prompt("x", { session_id: "new" });
    await world.whileBroken(() => world.end("other", { session_id: "new" }));
    expect(names()).toEqual(["old", "new"]);
  });
});

test.each([true, 90, "ninety days", ""])("an invalid duration counts as none: %p", async (gc) => {
  world.settings({ gc });
  await session("old");
  world.pass(1000 * DAY);
  await session("new");
  expect(names()).toEqual(["old", "new"]);
  expect(world.log().join("\n")).toContain('ignored "gc" in');
});

test("a failing run only gives a warning: the end itself is stored, and nothing counts as lost", async () => {
  world.settings({ gc: "7d" });
  await session("old");
  world.pass(8 * DAY);
  world.exec(`CREATE TABLE mm_deleting (session_id TEXT PRIMARY KEY, last_event_id INTEGER);
      INSERT INTO mm_meta VALUES ('deleting_version', '99')`);
  await session("new");
  expect(names()).toEqual(["old", "new"]);
  expect(world.session("new").ended_at).not.toBeNull();
  expect(world.log().join("\n")).toContain("the daily removal of old sessions failed: ");
  expect(existsSync(`${world.home}/logs/lost-events`)).toBe(false);
});
