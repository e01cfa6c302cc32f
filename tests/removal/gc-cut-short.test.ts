import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { collecting } from "../support/collecting.ts";
import { found } from "../support/doctor.ts";
import { HookWorld } from "../support/hook-world.ts";

let world: HookWorld;
beforeEach(() => {
  world = new HookWorld();
});
afterEach(() => world[Symbol.dispose]());

const { gc, count, session, traces } = collecting(() => world);

describe("a deletion that was cut short", () => {
  /** The state after a process was killed between deleting a session and purging its events. */
  async function cutShort(): Promise<string> {
    const id = await session("s1");
    await session("s2");
    await gc();
    world.exec(`PRAGMA foreign_keys = OFF;
      CREATE TABLE IF NOT EXISTS mm_deleting (session_id TEXT PRIMARY KEY, last_event_id INTEGER NOT NULL) WITHOUT ROWID;
      INSERT INTO mm_deleting SELECT session_id, max(id) FROM session_events WHERE session_id = '${id}';
      DELETE FROM mm_sessions WHERE session_id = '${id}'; DELETE FROM sessions WHERE id = '${id}'`);
    return id;
  }

  test("is finished by the next gc", async () => {
    const id = await cutShort();
    expect(await gc("--dry-run")).toMatchObject({ finished_events: 2, sessions: 0 });
    expect((await world.mm("gc", "--dry-run")).out).toStartWith(
      "Would finish an earlier deletion: 2 events\n",
    );
    expect(await gc()).toMatchObject({ finished_events: 2, sessions: 0, events: 0 });
    expect(traces(id)).toEqual([]);
    expect(count("mm_events")).toBe(2);
    expect((await world.mm("gc")).out).toStartWith("Nothing to do\n");
  });

  test("is counted by --dry-run, with everything that is deleted with its events", async () => {
    await cutShort();
    world.exec(`WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 500)
      INSERT INTO session_events (session_id, event_type, content, created_at)
      SELECT (SELECT session_id FROM mm_deleting), 'note', 'x', '2026-01-01T00:00:00+00:00' FROM n;
      INSERT INTO mm_events (event_id, session_id, at_ms, dedup_key)
      SELECT id, session_id, 0, hex(randomblob(20)) FROM session_events WHERE event_type = 'note';
      UPDATE mm_deleting SET last_event_id = (SELECT max(id) FROM session_events)`);
    const dry = await gc("--dry-run");
    const { used_before, used_after } = await gc();
    expect(used_before - used_after).toBeGreaterThan(80_000);
    expect(dry).toMatchObject({ used_before, used_after, finished_events: 502 });
  });

  test("is reported by doctor, but not as a loss", async () => {
    await cutShort();
    const finding = "deleting sessions was interrupted: 2 events left";
    expect(await found(world, "removal")).toEqual([`note: ${finding}`]);
    expect(await found(world, "integrity")).toEqual([]);
    await gc();
    expect(await found(world, "removal")).toEqual([]);
  });

  test("is invisible in the meantime", async () => {
    const id = await cutShort();
    expect((await world.mm("session", "events", id)).code).toBe(1);
    expect((await world.json<{ count: number }>("session", "list")).count).toBe(1);
  });

  test("keeps the newer events of a session that was created again under the old id", async () => {
    const id = await cutShort();
    world.exec(`INSERT INTO sessions (id, started_at) VALUES ('${id}', '2026-01-01T00:00:00+00:00');
      INSERT INTO session_events (session_id, event_type, content, created_at)
      VALUES ('${id}', 'note', 'new', '2026-01-01T00:00:00+00:00')`);
    expect(await gc()).toMatchObject({ finished_events: 2 });
    expect(world.rows("SELECT content FROM session_events WHERE session_id = ?1", id)).toEqual([
      { content: "new" },
    ]);
  });

  test("by a newer mm is left to that", async () => {
    await cutShort();
    world.exec("INSERT OR REPLACE INTO mm_meta VALUES ('deleting_version', '2')");
    const { code, err } = await world.mm("gc");
    expect(code).toBe(1);
    expect(err).toContain("upgrade this mm");
    expect(count("session_events")).toBe(4);
  });
});

describe("memtomem's own file", () => {
  test("keeps every row, byte and table", async () => {
    world.useMemtomemHome();
    const before = await Bun.file(world.database).bytes();
    expect(await gc("--older-than", "0s", "--max-size", "1B")).toMatchObject({
      sessions: 0,
      shrinks: false,
      kept: { not_made_by_mm: 3, referred_to: 0 },
    });
    expect(await Bun.file(world.database).bytes()).toEqual(before);
  });

  test("doesn't shrink, which is said", async () => {
    world.useMemtomemHome();
    await session("s1", "y");
    world.exec(`WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 500)
      INSERT INTO session_events (session_id, event_type, content, created_at)
      SELECT m.session_id, 'note', hex(randomblob(500)), '2026-01-01T00:00:00+00:00' FROM n, mm_sessions m`);
    const { code, out } = await world.mm("gc", "--older-than", "1h");
    expect(code).toBe(0);
    expect(out).toMatch(
      /^Deleted: 1 session, 502 events\n[\s\S]*The file can't shrink: its \S+ [kM]B of free pages will be reused\n/u,
    );
    expect(count("sessions")).toBe(5);
  });
});
