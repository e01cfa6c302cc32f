import { afterEach, beforeEach, expect, test } from "bun:test";
import { createHash } from "node:crypto";
import { World } from "../support/world.ts";

// The database and the state file were written by memtomem 0.4.0 itself.
const CURRENT = "c2ced9cc-9e41-4872-bfea-5f53beb5527f";

let world: World;
beforeEach(() => {
  world = new World();
  world.useMemtomemHome();
});
afterEach(() => world[Symbol.dispose]());

/** Everything in the file except the two shared tables and mm's own: definitions, rows and versions. */
function restOfDatabase(): unknown {
  const schema = world
    .rows<{ type: string; name: string; sql: string | null }>(
      "SELECT type, name, sql FROM sqlite_schema ORDER BY name",
    )
    .filter(({ name }) => !/^(mm_|sqlite_autoindex_mm_)/u.test(name));
  const tables = schema.filter(
    ({ type, name }) =>
      type === "table" &&
      !["sessions", "session_events", "sqlite_sequence"].includes(name) &&
      !/_fts/u.test(name),
  );
  const hashes = tables.map(({ name }) => {
    const rows = JSON.stringify(world.rows(`SELECT * FROM "${name}"`));
    return [name, createHash("sha256").update(rows).digest("hex")];
  });
  const versions = ["user_version", "application_id", "auto_vacuum", "journal_mode"].map((name) =>
    world.rows(`PRAGMA ${name}`),
  );
  return { schema, hashes, versions };
}

test("lists, resumes, logs to and ends its sessions; the rest of the file stays as it was", async () => {
  const before = restOfDatabase();
  const { sessions } = await world.json<{ sessions: Record<string, unknown>[] }>("session", "list");
  expect(
    sessions.map(({ agent_id, status, title, event_count }) => [
      agent_id,
      status,
      title,
      event_count,
    ]),
  ).toEqual([
    ["planner", "active", null, 0],
    ["runner", "ended", "Headless: sh -c exit 3", 0],
    ["codex", "active", null, 0],
    ["default", "ended", null, 1],
    ["planner", "ended", "Plan the é release", 2],
  ]);
  expect(await world.json("session", "start", "--idempotent", "-a", "planner")).toEqual({
    session_id: CURRENT,
    resumed: true,
    stale_ended: [],
  });
  expect(await world.json("activity", "log", "-c", "from mm")).toMatchObject({
    ok: true,
    session_id: CURRENT,
  });
  const { events } = await world.json<{ events: Record<string, unknown>[] }>(
    "session",
    "events",
    "2ea541f5",
  );
  expect(events).toEqual([
    {
      id: expect.any(Number),
      created_at: "2026-11-22T11:43:58+00:00",
      event_type: "tool_call",
      content: "Edit src/a.ts",
      metadata: { tool: "Edit" },
    },
    {
      id: expect.any(Number),
      created_at: "2026-11-22T11:44:00+00:00",
      event_type: "decision",
      content: "use WAL",
      metadata: {},
    },
  ]);
  expect(await world.json("session", "end", "--auto")).toEqual({
    ok: true,
    session_id: CURRENT,
    summary: "Session had 1 events: 1x tool_call",
    event_count: 1,
  });
  expect(world.state()).toBeNull();
  expect(restOfDatabase()).toEqual(before);
  expect(world.rows("PRAGMA integrity_check")).toEqual([{ integrity_check: "ok" }]);
  expect(world.rows("PRAGMA foreign_key_check")).toEqual([]);
});

test("reading changes nothing at all", async () => {
  const schema = () => world.rows("SELECT name FROM sqlite_schema ORDER BY name");
  const before = schema();
  await world.mm("session", "list");
  await world.mm("session", "events");
  expect(await world.mm("session", "start", "--idempotent", "-a", "planner")).toMatchObject({
    code: 0,
  });
  expect(schema()).toEqual(before);
});

test("the stale sweep ends its active sessions and keeps their metadata", async () => {
  world.clock = new Date("2026-11-25T00:00:00Z");
  expect(await world.json("session", "start", "--auto-end-stale=24h")).toMatchObject({
    stale_ended: ["ab123589-8eb6-4416-9d11-9534d8c32a13", CURRENT],
  });
});

test("a table of an older memtomem without the metadata column is named, and nothing is changed", async () => {
  world.exec(
    "DROP TABLE session_events; CREATE TABLE session_events (id INTEGER PRIMARY KEY, session_id TEXT, event_type TEXT, content TEXT, chunk_ids TEXT, created_at TEXT)",
  );
  const { code, err } = await world.mm("session", "start");
  expect(code).toBe(1);
  expect(err).toContain(
    `mm: the table session_events in ${world.database} lacks the column metadata`,
  );
  expect(
    world.rows("SELECT count(*) AS n FROM sqlite_schema WHERE name LIKE 'mm\\_%' ESCAPE '\\'"),
  ).toEqual([{ n: 0 }]);
});

test("mm keeps working after memtomem has emptied every table", async () => {
  await world.mm("session", "start", "-a", "x");
  world.exec(
    "DELETE FROM mm_meta; DELETE FROM mm_sessions; DELETE FROM session_events; DELETE FROM sessions",
  );
  expect(await world.json("session", "start", "--idempotent", "-a", "x")).toMatchObject({
    resumed: false,
  });
});
