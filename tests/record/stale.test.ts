import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { HookWorld } from "../support/hook-world.ts";

let world: HookWorld;
beforeEach(() => {
  world = new HookWorld();
});
afterEach(() => world[Symbol.dispose]());

const HOUR = 3600;
const other = () => world.start("startup", { session_id: "other" });
const active = () =>
  world
    .sessions()
    .filter(({ ended_at }) => ended_at === null)
    .map(({ external_id }) => external_id);

describe("a start ends hook-made sessions", () => {
  test("that were idle for longer than 24 hours", async () => {
    await world.start();
    world.pass(24 * HOUR);
    await world.start("startup", { session_id: "just in time" });
    expect(active()).toEqual(["c1", "just in time"]);
    world.pass(1);
    await other();
    expect(active()).toEqual(["just in time", "other"]);
    expect(world.session()).toMatchObject({
      ended_at: "2026-11-23T12:00:01+00:00",
      end_reason: "stale",
      ended_by: "stale",
      summary: "auto-ended after 24h inactivity",
      metadata: '{"auto_ended":true,"reason":"stale"}',
    });
  });

  test("by their last event, not by their start", async () => {
    await world.start();
    for (let n = 0; n < 3; n++) {
      world.pass(20 * HOUR);
      await world.prompt(`still here ${n}`);
    }
    world.pass(20 * HOUR);
    await world.claude("PreToolUse", { tool_name: "Bash", tool_input: {} });
    world.pass(20 * HOUR);
    await other();
    expect(active()).toEqual(["c1", "other"]);
  });

  test.each([
    ["30m", 1800],
    ["2h", 2 * HOUR],
  ])("that were idle for longer than `stale` says: %s", async (stale, seconds) => {
    world.settings({ stale });
    await world.start();
    world.pass(seconds + 1);
    await other();
    expect(active()).toEqual(["other"]);
    expect(world.session().summary).toBe(`auto-ended after ${stale} inactivity`);
  });

  test("never itself, however long it was idle", async () => {
    await world.start();
    world.pass(48 * HOUR);
    await world.start("compact");
    expect(active()).toEqual(["c1"]);
    world.pass(48 * HOUR);
    await world.end();
    world.pass(48 * HOUR);
    await world.start("resume");
    expect(active()).toEqual(["c1"]);
  });

  test("of every client, but none made by hand or ended already", async () => {
    const { session_id: mine } = await world.json("session", "start");
    await world.hook("codex", "UserPromptSubmit", { session_id: "x1", prompt: "hi" });
    await world.start();
    await world.end("exit");
    world.pass(48 * HOUR);
    await other();
    expect(active()).toEqual([null, "other"]);
    expect(world.sessions()[0]?.id).toBe(String(mine));
    expect(world.session("x1").end_reason).toBe("stale");
    expect(world.session("c1")).toMatchObject({
      ended_at: "2026-11-22T12:00:00+00:00",
      end_reason: "exit",
    });
  });

  test("at most a hundred of them, the longest idle first", async () => {
    await world.start();
    world.exec(`WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 150)
      INSERT INTO sessions (id, started_at) SELECT 's' || i, '2026-11-01T00:00:00+00:00' FROM n`);
    world.exec(`INSERT INTO mm_sessions (session_id, agent_id, external_id, client, last_event_ms)
      SELECT id, 'codex', id, 'codex', 1000 + CAST(substr(id, 2) AS INTEGER) FROM sessions WHERE id LIKE 's%'`);
    await other();
    const left = () => active().filter((id) => id?.startsWith("s"));
    expect(left()).toEqual(Array.from({ length: 50 }, (_, i) => `s${i + 101}`));
    await world.start("startup", { session_id: "next" });
    expect(left()).toEqual([]);
    expect(active()).toEqual(["c1", "other", "next"]);
  });
});

test.each(["UserPromptSubmit", "PostToolUse", "SessionEnd", "Stop"])(
  "%s sweeps nothing",
  async (event) => {
    await world.start();
    world.pass(48 * HOUR);
    await world.claude(event, { session_id: "other", prompt: "hi", tool_name: "Bash" });
    expect(active()).toContain("c1");
  },
);

describe("a session that was swept is reopened", () => {
  const resumed = () => world.events().find(({ type }) => type === "session_resume")?.metadata;

  test.each(["startup", "resume", "clear", "compact"])("by its start from %s", async (source) => {
    await world.start();
    world.pass(25 * HOUR);
    await other();
    world.pass(60);
    await world.start(source);
    expect(world.session()).toMatchObject({ ended_at: null, summary: null, metadata: "{}" });
    expect(resumed()).toEqual({
      event: "SessionStart",
      ended_at: "2026-11-23T13:00:00+00:00",
      end_reason: "stale",
      summary: "auto-ended after 24h inactivity",
    });
  });

  test("by its prompt, and keeps its title", async () => {
    await world.prompt("hi");
    world.pass(25 * HOUR);
    await other();
    world.pass(60);
    await world.prompt("again");
    expect(world.session()).toMatchObject({ ended_at: null, metadata: '{"title":"hi"}' });
    await world.end();
    expect(world.session().summary).toBe("Session had 3 events: 2x prompt, 1x session_resume");
  });

  test("with a person's summary in place", async () => {
    await world.prompt("hi");
    await world.mm("session", "end", world.session().id, "-s", "mine");
    world.pass(60);
    await world.prompt("again");
    world.pass(25 * HOUR);
    await other();
    expect(world.session()).toMatchObject({ end_reason: "stale", summary: "mine" });
    world.pass(60);
    await world.start("resume");
    await world.end();
    expect(world.session().summary).toBe("mine");
  });
});
