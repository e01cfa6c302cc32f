import { Database } from "bun:sqlite";
import { afterAll, beforeAll, expect, test } from "bun:test";
import { copyFileSync, mkdirSync, statSync } from "node:fs";
import { Sandbox } from "../support/binary.ts";
import { killAfter } from "../support/killers.ts";
import { oldSessions } from "../support/old-sessions.ts";
import { exec, integrity, rows } from "../support/stored.ts";

/** Adds sessions that ended long ago. */
function fill(box: Sandbox, name: string, sessions: number, eventsEach: number): void {
  exec(box, oldSessions(name, sessions, eventsEach));
}

const calls = { count: 0 };

/** Calls a hook. @returns the milliseconds that it took */
async function hook(box: Sandbox): Promise<number> {
  const payload = {
    session_id: "live",
    cwd: "/w",
    tool_name: "Bash",
    tool_input: { command: "bun test" },
    tool_use_id: `t${++calls.count}`,
  };
  const began = performance.now();
  const outcome = await box.mm(["hook", "claude", "PostToolUse"], {
    stdin: JSON.stringify(payload),
  });
  const took = performance.now() - began;
  expect(outcome).toEqual({ code: 0, signal: null, out: "", err: "" });
  return took;
}

/** Four hooks at once. */
async function hooks(box: Sandbox): Promise<number[]> {
  return await Promise.all(Array.from({ length: 4 }, () => hook(box)));
}

function median(times: readonly number[]): number {
  return times.toSorted((a, b) => a - b)[times.length >> 1] ?? 0;
}

test("a hook beside it never waits for more than five times as long as it usually takes", async () => {
  using box = new Sandbox();
  await hook(box);
  // One session as large as any, and many small ones.
  fill(box, "huge", 1, 100_000);
  fill(box, "small", 1000, 100);
  using other = new Sandbox();
  mkdirSync(other.home);
  exec(box, "PRAGMA wal_checkpoint(TRUNCATE)");
  copyFileSync(box.database, other.database);
  let isDone = false;
  const gc = box.mm(["gc", "--yes", "--older-than", "1d", "--json"]).finally(() => {
    isDone = true;
  });
  const beside: number[] = [];
  const usual: number[] = [];
  // Both in turn, since whatever else the machine does costs the one as much as the other.
  while (!isDone) {
    beside.push(...(await hooks(box)));
    usual.push(...(await hooks(other)));
    await Bun.sleep(100);
  }
  const { code, out } = await gc;
  expect(code).toBe(0);
  expect(JSON.parse(out)).toMatchObject({ sessions: 1001, events: 200_000 });
  expect(beside.length).toBeGreaterThan(20);
  // What has gone to the spool on a busy machine is taken in by this one.
  await hook(box);
  expect(rows(box, "SELECT 1 FROM session_events")).toHaveLength(2 + beside.length);
  expect(median(beside)).toBeLessThan(5 * median(usual));
  expect(Math.max(...beside)).toBeLessThan(5 * Math.max(...usual));
});

let filled: Sandbox;
beforeAll(async () => {
  filled = new Sandbox();
  await hook(filled);
  fill(filled, "s", 100, 50);
  fill(filled, "large", 1, 5000);
  const db = new Database(filled.database);
  db.run("PRAGMA wal_checkpoint(TRUNCATE)");
  db.close(true);
});
afterAll(() => filled[Symbol.dispose]());

const WHOLE = `SELECT s.id FROM sessions s WHERE s.id <> (SELECT session_id FROM mm_sessions WHERE external_id = 'live')
  AND (SELECT count(*) FROM session_events e WHERE e.session_id = s.id)
    <> iif(s.id LIKE 'large%', 5000, 50)`;

test.each(Array.from({ length: 12 }, (_, n) => n))(
  "killed at any moment, it leaves whole sessions and what the next one finishes: %d",
  async (n) => {
    using box = new Sandbox();
    mkdirSync(box.home);
    copyFileSync(filled.database, box.database);
    const { survived } = await killAfter(box, ["gc", "--yes", "--older-than", "1d"], 15 + n * 15);
    expect(rows(box, WHOLE)).toEqual([]);
    expect(integrity(box)).toBe("ok");
    await hook(box);
    const { code, out } = await box.mm(["gc", "--yes", "--older-than", "1d", "--json"]);
    expect(code).toBe(0);
    if (survived) expect(JSON.parse(out)).toMatchObject({ sessions: 0, finished_events: 0 });
    expect(rows(box, "SELECT DISTINCT session_id FROM session_events")).toHaveLength(1);
    expect(rows(box, "SELECT id FROM sessions")).toHaveLength(1);
    expect(rows(box, "SELECT event_id FROM mm_events")).toHaveLength(2);
    expect(rows(box, "PRAGMA foreign_key_check")).toEqual([]);
    expect(statSync(box.database).size).toBeLessThan(300_000);
  },
);

test("several at once remove each session once", async () => {
  using box = new Sandbox();
  mkdirSync(box.home);
  copyFileSync(filled.database, box.database);
  const all = await Promise.all(
    Array.from({ length: 4 }, () => box.mm(["gc", "--yes", "--older-than", "1d", "--json"])),
  );
  expect(all.map(({ code, err }) => ({ code, err }))).toEqual(Array(4).fill({ code: 0, err: "" }));
  const ids = all.flatMap(({ out }) => (JSON.parse(out) as { ids: string[] }).ids);
  expect(ids).toHaveLength(101);
  expect(new Set(ids).size).toBe(101);
  expect(rows(box, "SELECT id FROM sessions")).toHaveLength(1);
  expect(rows(box, "SELECT id FROM session_events")).toHaveLength(1);
  expect(integrity(box)).toBe("ok");
});
