import { afterEach, beforeEach, expect, test } from "bun:test";
import { HookWorld } from "../support/hook-world.ts";

let world: HookWorld;
beforeEach(() => {
  world = new HookWorld();
});
afterEach(() => world[Symbol.dispose]());

/** A day's work of Claude and of Codex. */
async function work(): Promise<void> {
  await world.start();
  await world.prompt("go");
  await world.tool("t1");
  await world.tool("t2");
  await world.claude("PostToolUseFailure", {
    tool_name: "Bash",
    tool_input: { command: "false" },
    tool_use_id: "t3",
    error: "exit 1",
  });
  world.pass(86_400);
  await world.hook("codex", "UserPromptSubmit", { session_id: "x1", cwd: "/w/lib", prompt: "hi" });
}

test("shows the times by agent and event", async () => {
  await work();
  for (let n = 1; n <= 100; n++) await world.prompt(`prompt ${n}`);
  world.exec(`UPDATE mm_events SET own_us = 1000 * (SELECT count(*) FROM mm_events b WHERE b.event_id <= mm_events.event_id)
      WHERE event_id > 5`);
  const { hooks } = await world.json<{ hooks: unknown[] }>("stats", "hooks");
  // Of 101 prompts the first took 1.234 ms, the others 6 to 105 ms.
  expect(hooks).toContainEqual({
    client: "claude",
    event: "UserPromptSubmit",
    count: 101,
    p50_ms: 55,
    p95_ms: 100,
    p99_ms: 104,
    max_ms: 105,
  });
  expect(hooks).toContainEqual({
    client: "codex",
    event: "UserPromptSubmit",
    count: 1,
    p50_ms: 1.23,
    p95_ms: 1.23,
    p99_ms: 1.23,
    max_ms: 1.23,
  });
  expect(hooks).toHaveLength(5);
  const { out } = await world.mm("stats", "hooks");
  expect(out).toMatch(/^Agent +Event +Count +p50 +p95 +p99 +Max\n/u);
  expect(out).toMatch(
    /\nclaude +UserPromptSubmit +101 +55\.00 ms +100\.00 ms +104\.00 ms +105\.00 ms\n/u,
  );
});

test("leaves out what is no time", async () => {
  await work();
  world.exec("UPDATE mm_events SET own_us = 'x' WHERE event_id < 3");
  world.exec("UPDATE mm_sessions SET start_us = 'x', end_us = x'00'");
  const { out } = await world.mm("stats", "hooks");
  expect(out).toContain("ms");
  expect(out).not.toContain("NaN");
});

test.each(["5", "now", "12:00", "9999-99-99", "-4713-11-24", "x"])(
  "the time %j of an event is none, and everything is still counted",
  async (time) => {
    await work();
    world.exec(`UPDATE session_events SET created_at = '${time}'`);
    for (const words of ["stats", "stats --by day", "stats --by all", "stats hooks"]) {
      expect(await world.mm(...words.split(" "))).toMatchObject({ code: 0, err: "" });
    }
  },
);

/** `client event count` of each row. */
async function counted(...words: string[]): Promise<string[]> {
  type Row = { client: string; event: string; count: number };
  const { hooks } = await world.json<{ hooks: Row[] }>("stats", "hooks", ...words);
  return hooks.map(({ client, event, count }) => `${client} ${event} ${count}`);
}

test("of starts and ends, which store no event", async () => {
  await world.start();
  await world.end();
  await world.hook("copilot", "sessionStart", { sessionId: "x1", cwd: "/w", source: "new" });
  await world.start("startup", { session_id: "c2" });
  const expected = ["claude SessionStart 2", "claude SessionEnd 1", "copilot sessionStart 1"];
  expect(await counted()).toEqual(expected);
  // The start of a running session, or a repeated one.
  await world.start("compact", { session_id: "c2" });
  await world.end();
  expect(await counted()).toEqual(expected);
  world.pass(60);
  await world.start("resume");
  expect(await counted()).toEqual(["claude SessionStart 3", "copilot sessionStart 1"]);
  await world.end();
  expect(await counted()).toContain("claude SessionEnd 1");
});

test("not of spooled calls, nor of sessions that other commands start and end", async () => {
  await world.whileBroken(() => world.start());
  const job = ["--agent-id", "x", "--external-id", "job"];
  const { session_id: id } = await world.json("session", "start", ...job);
  await world.json("session", "end", String(id));
  await world.prompt("after it");
  expect(await counted()).toEqual(["claude UserPromptSubmit 1"]);
});

test("of a period", async () => {
  await work();
  await world.end();
  const ofLastHour = ["codex UserPromptSubmit 1", "claude SessionEnd 1"].sort();
  expect((await counted("--since", "1h")).sort()).toEqual(ofLastHour);
  expect(await counted("--until", "1h")).toContain("claude SessionStart 1");
  expect(await counted("--until", "1h")).not.toContain("claude SessionEnd 1");
  expect(await world.json("stats", "hooks", "--until", "2020-01-01")).toEqual({ hooks: [] });
});

test("of another machine aren't known, which is said", async () => {
  const { code, err } = await world.mm("stats", "hooks", "--machine", "desk");
  expect({ code, err }).toEqual({
    code: 2,
    err: "mm: unknown option '--machine'\n  hint: these times never leave a machine, so run this on the other one\n",
  });
  expect((await world.mm("stats", "hooks", "--machin=desk")).err).toContain(
    "--help` shows the usage",
  );
});
