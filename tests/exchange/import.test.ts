import { afterEach, beforeEach, describe, expect, test } from "bun:test";

import { HookWorld } from "../support/hook-world.ts";
import { exported, fill, imported, stored } from "../support/transfer.ts";

let world: HookWorld;
let target: HookWorld;
beforeEach(() => {
  world = new HookWorld();
  target = new HookWorld();
});
afterEach(() => {
  world[Symbol.dispose]();
  target[Symbol.dispose]();
});

const ids = HookWorld.id;
const SECRET = `ghp_${"aB3".repeat(12)}`;

describe("jsonl", () => {
  test("the lines and their keys", async () => {
    await fill(world);
    const lines = (await exported(world, "--all", "--format=jsonl"))
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(lines.map(({ kind }) => kind)).toEqual([
      "mm-export",
      "session",
      "event",
      "session",
      "event",
      "event",
      "end",
    ]);
    expect(lines[0]).toEqual({
      kind: "mm-export",
      version: 1,
      exported_at: "2026-11-22T12:01:00+00:00",
    });
    expect(lines[6]).toEqual({ kind: "end", sessions: 2, events: 3 });
    expect(Object.keys(lines[3])).toEqual([
      "kind",
      "id",
      "agent_id",
      "started_at",
      "ended_at",
      "summary",
      "metadata",
      "namespace",
      "mm",
    ]);
    expect(Object.keys(lines[3].mm)).toEqual([
      "external_id",
      "parent_id",
      "client",
      "client_version",
      "model",
      "project",
      "folder",
      "first_commit",
      "remote",
      "root",
      "cwd",
      "branch",
      "transcript",
      "title_from",
      "last_event_ms",
      "ended_ms",
      "ended_by",
      "end_reason",
      "keeps_summary",
      "started",
      "start_event",
      "start_us",
      "end_event",
      "end_us",
      "history",
    ]);
    expect(Object.keys(lines[4])).toEqual([
      "kind",
      "session_id",
      "event_type",
      "content",
      "chunk_ids",
      "created_at",
      "metadata",
      "mm",
    ]);
    expect(Object.keys(lines[4].mm)).toEqual(["at_ms", "dedup_key", "own_us", "line"]);
    expect(lines[2].mm).toBeNull();
    expect(lines[2].metadata).toEqual({ a: [1, { b: null }] });
  });

  test("after an import the rows are equal; a second import adds nothing", async () => {
    await fill(world);
    const text = await exported(world, "--all", "--format", "jsonl");
    expect(await imported(text, target)).toEqual({
      code: 0,
      sessions: 2,
      events: 3,
      already_there: 0,
      left_alone: [],
    });
    expect(stored(target)).toEqual(stored(world));
    expect(await imported(text, target)).toMatchObject({
      code: 0,
      sessions: 0,
      events: 0,
      already_there: 2,
    });
    expect(stored(target)).toEqual(stored(world));
    expect(await imported(text, world)).toMatchObject({ code: 0, sessions: 0, already_there: 2 });
  });

  test("rows of memtomem's come back byte for byte", async () => {
    world.useMemtomemHome();
    const text = await exported(world, "--all", "--format", "jsonl");
    expect((await imported(text, target)).code).toBe(0);
    const rows = (from: HookWorld) => [
      from.rows("SELECT * FROM sessions ORDER BY id"),
      from.rows(
        "SELECT session_id, event_type, content, chunk_ids, created_at, metadata FROM session_events ORDER BY session_id, id",
      ),
    ];
    expect(rows(target)).toEqual(rows(world));
    expect(rows(world)[0]?.length).toBeGreaterThan(0);
    expect(target.rows("SELECT * FROM mm_sessions")).toEqual([]);
  });

  test("rows that hold anything", async () => {
    await world.mm("session", "start");
    world.exec(`INSERT INTO sessions (id, agent_id, started_at, metadata, namespace) VALUES
      ('a/b c', 'x', 'no time', '[1, 2]', 'n'), ('two', 'x', '2026-01-01', 'not json', 'n'),
      ('three', 'x', '2026-01-02', '{"n": 1.0, "n": 12345678901234567890}', 'n');
      INSERT INTO session_events (session_id, event_type, content, chunk_ids, created_at, metadata) VALUES
      ('a/b c', 't', x'00ff', NULL, 't', NULL), ('a/b c', 't', 12, '[]', 't', '{}'), ('two', '', '', '', '', '')`);
    const text = await exported(world, "--all", "--format", "jsonl");
    expect((await imported(text, target)).code).toBe(0);
    expect(stored(target)).toEqual(stored(world));
  });

  test("secrets are redacted on the way out and on the way in", async () => {
    await world.mm("session", "start");
    world.exec(
      `UPDATE sessions SET summary = 'token ${SECRET}', metadata = '{"title":"${SECRET}"}'`,
    );
    world.exec(`INSERT INTO session_events (session_id, event_type, content, created_at, metadata)
      VALUES ('${ids(1)}', 'note', '${SECRET}', 't', '{"deep": ["${SECRET}"]}')`);
    const text = await exported(world, "--all", "--format", "jsonl");
    expect(text).not.toContain(SECRET);
    expect(text).toContain("[redacted:github]");
    expect((await imported(text.replaceAll("[redacted:github]", SECRET), target)).code).toBe(0);
    expect(JSON.stringify(stored(target))).not.toContain(SECRET);
  });
});

describe("into a store that has some of it", () => {
  test("a session that differs is left alone and named", async () => {
    await fill(world);
    const text = await exported(world, "--all", "--format", "jsonl");
    await imported(text, target);
    target.exec(`UPDATE session_events SET content = 'changed' WHERE session_id = '${ids(1)}'`);
    const before = stored(target);
    expect(await imported(text, target)).toEqual({
      code: 1,
      sessions: 0,
      events: 0,
      already_there: 1,
      left_alone: [{ id: ids(1), reason: "it is stored with other content" }],
    });
    expect(stored(target)).toEqual(before);
  });

  test.each([
    ["fewer events", `DELETE FROM session_events WHERE session_id = '${ids(1)}'`],
    [
      "more events",
      `INSERT INTO session_events (session_id, event_type, content, created_at) VALUES ('${ids(1)}', 'x', 'x', 'x')`,
    ],
    ["another summary", `UPDATE sessions SET summary = 'other' WHERE id = '${ids(1)}'`],
  ])("a session with %s differs", async (_, change) => {
    await fill(world);
    const text = await exported(world, "--all", "--format", "jsonl");
    await imported(text, target);
    target.exec(change);
    expect(await imported(text, target)).toMatchObject({
      code: 1,
      already_there: 1,
      left_alone: [{ id: ids(1) }],
    });
  });

  test("the id under which an agent's session is already stored is safe to print", async () => {
    await fill(world);
    const text = await exported(world, "--all", "--format", "jsonl");
    await target.start();
    target.exec(`PRAGMA foreign_keys = OFF; UPDATE sessions SET id = char(27) || '[31m' || char(10);
      UPDATE mm_sessions SET session_id = char(27) || '[31m' || char(10)`);
    target.stdin = new TextEncoder().encode(text);
    const { out } = await target.mm("session", "import", "-");
    expect(out).toEndWith("is stored as \\x1b[31m\\n\n");
  });

  test("events of a deletion that was cut short don't become part of an imported session", async () => {
    await fill(world);
    const text = await exported(world, "--all", "--format", "jsonl");
    await imported(text, target);
    const events = stored(target).events;
    target.exec(`PRAGMA foreign_keys = OFF; DELETE FROM mm_sessions; DELETE FROM sessions;
      CREATE TABLE mm_deleting (session_id TEXT PRIMARY KEY, last_event_id INTEGER NOT NULL) WITHOUT ROWID;
      INSERT OR IGNORE INTO mm_meta (key, value) VALUES ('deleting_version', '1');
      INSERT INTO mm_deleting SELECT session_id, max(id) FROM session_events GROUP BY session_id`);
    expect(await imported(text, target)).toMatchObject({ code: 0, sessions: 2 });
    expect(stored(target).events).toEqual(events);
  });

  test("an agent's session that is known under another id is left alone", async () => {
    await fill(world);
    const text = await exported(world, "--all", "--format", "jsonl");
    await target.start();
    expect(await imported(text, target)).toMatchObject({
      code: 1,
      sessions: 1,
      left_alone: [
        {
          id: ids(3),
          reason: `the agent's session is stored as ${target.rows<{ id: string }>("SELECT id FROM sessions WHERE agent_id = 'claude-code'")[0]?.id}`,
        },
      ],
    });
  });
});
