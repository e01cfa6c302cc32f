import { afterEach, beforeEach, expect, test } from "bun:test";
import { openReader } from "../../src/store/connection.ts";
import { findStaleActiveSessions } from "../../src/store/rows.ts";
import { World } from "../support/world.ts";

let world: World;
beforeEach(async () => {
  world = new World();
  await world.mm("session", "list");
  await world.mm("session", "start");
  world.exec("DELETE FROM sessions");
});
afterEach(() => world[Symbol.dispose]());

function insert(id: string, startedAt: string, endedAt: string | null, metadata = "{}"): void {
  const text = (value: string | null) => (value === null ? "NULL" : `'${value}'`);
  world.exec(
    `INSERT INTO sessions (id, started_at, ended_at, metadata) VALUES (${text(id)}, ${text(startedAt)}, ${text(endedAt)}, ${text(metadata)})`,
  );
}

function found(startedBefore: string) {
  const db = openReader(world.database, 1000);
  try {
    return findStaleActiveSessions(db, startedBefore);
  } finally {
    db.close(true);
  }
}

const at = (hour: number) => `2026-03-10T${String(hour).padStart(2, "0")}:00:00+00:00`;

test("active and strictly older, oldest first, ties by insertion", () => {
  insert("c", at(3), null);
  insert("a2", at(1), null);
  insert("a1", at(1), null);
  insert("b-ended", at(2), at(3));
  insert("limit", at(5), null);
  insert("young", at(6), null);
  expect(found(at(5)).map(({ id }) => id)).toEqual(["a2", "a1", "c"]);
});

test("unreadable metadata reads as empty and stops nothing", () => {
  const bad = ["not json", "[1,2]", '{"n": NaN}', "7", '"text"', "null", "", "{"];
  for (const [i, metadata] of bad.entries()) insert(`bad-${i}`, at(i), null, metadata);
  insert("good", at(9), null, '{"title":"T"}');
  const rows = found(at(20));
  expect(rows.map(({ id }) => id)).toEqual([...bad.map((_, i) => `bad-${i}`), "good"]);
  expect(rows.map(({ metadata }) => metadata)).toEqual([...bad.map(() => ({})), { title: "T" }]);
});

test("session start ends exactly those, and keeps what was stored", async () => {
  insert("array", at(1), null, "[1,2]");
  insert("nan", at(2), null, '{"n": NaN}');
  insert("good", at(3), null, '{"title":"T","reason":"old"}');
  world.clock = new Date("2026-03-12T00:00:00Z");
  expect(await world.json("session", "start", "--auto-end-stale=24h")).toMatchObject({
    stale_ended: ["array", "nan", "good"],
  });
  const rows = world.rows<{ metadata: string }>(
    "SELECT metadata FROM sessions WHERE ended_at IS NOT NULL ORDER BY started_at",
  );
  expect(rows.map(({ metadata }) => JSON.parse(metadata))).toEqual([
    { _unreadable: "[1,2]", auto_ended: true, reason: "stale" },
    { _unreadable: '{"n": NaN}', auto_ended: true, reason: "stale" },
    { title: "T", auto_ended: true, reason: "stale" },
  ]);
});

test("the search uses the index on active sessions", () => {
  const plan = world.rows<{ detail: string }>(
    "EXPLAIN QUERY PLAN SELECT * FROM sessions WHERE ended_at IS NULL AND started_at < 'x' ORDER BY started_at, rowid",
  );
  expect(plan.map(({ detail }) => detail)).toEqual([
    "SEARCH sessions USING INDEX mm_sessions_active (started_at<?)",
  ]);
});
