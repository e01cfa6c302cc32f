import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { mkdirSync, writeFileSync } from "node:fs";
import { HookWorld } from "../support/hook-world.ts";

let world: HookWorld;
beforeEach(() => {
  world = new HookWorld();
  world.settings({ prompts: ["claude", "qwen", "gemini"] });
});
afterEach(() => world[Symbol.dispose]());

/** Nothing has written it. */
const missing = () => ({ transcript_path: `${world.folder}/c1.jsonl` });
const ids = () => world.sessions().map(({ external_id }) => external_id);

describe("a session in which nothing happened is removed at its end", () => {
  test("of Claude", async () => {
    await world.start("startup", { session_id: "c0" });
    await world.start("startup", missing());
    world.pass(3);
    await world.end("prompt_input_exit", missing());
    expect(ids()).toEqual(["c0"]);
    for (const table of ["sessions", "mm_sessions"]) {
      expect(world.rows(`SELECT count(*) AS n FROM ${table}`)).toEqual([{ n: 1 }]);
    }
  });

  test("of Qwen", async () => {
    const call = (event: string) =>
      world.hook("qwen", event, { session_id: "q1", cwd: "/w", ...missing() });
    await call("SessionStart");
    await call("SessionEnd");
    expect(ids()).toEqual([]);
  });

  test("of Gemini, whose transcript is there from the start and whose end comes three times", async () => {
    writeFileSync(`${world.folder}/c1.jsonl`, "{}");
    const call = (event: string, session_id: string) =>
      world.hook("gemini", event, { session_id, cwd: "/w", reason: "exit", ...missing() });
    for (const id of ["g1", "g2"]) {
      await call("SessionStart", id);
      for (let n = 0; n < 3; n++) await call("SessionEnd", id);
    }
    expect(ids()).toEqual([]);
  });

  test("and comes back when it is resumed after all", async () => {
    await world.start("startup", missing());
    await world.end("other", missing());
    world.pass(60);
    await world.start("resume", missing());
    await world.prompt("hi", missing());
    expect(world.session()).toMatchObject({
      started_at: "2026-11-22T12:01:00+00:00",
      ended_at: null,
    });
    expect(world.told()).toEqual(["prompt: hi"]);
  });

  test("and a prompt that comes too late finds it ended", async () => {
    await world.start("startup", missing());
    const before = world.clock;
    world.pass(10);
    await world.end("other", missing());
    world.clock = new Date(before.getTime() + 5000);
    await world.prompt("late", missing());
    expect(world.session().ended_at).toBe("2026-11-22T12:00:10+00:00");
    expect(world.told()).toEqual(["prompt: late"]);
  });
});

describe("it stays", () => {
  test("where another program's table refers to it", async () => {
    await world.start("startup", missing());
    world.exec(
      'CREATE TABLE "re""view" (session TEXT REFERENCES sessions(id) ON DELETE CASCADE); INSERT INTO "re""view" SELECT id FROM sessions',
    );
    await world.end("other", missing());
    expect(ids()).toEqual(["c1"]);
    expect(world.rows('SELECT count(*) AS n FROM "re""view"')).toEqual([{ n: 1 }]);
  });

  const stays = (reason: string | null = "other") => {
    expect(ids()).toEqual(["c1"]);
    expect(world.session()).toMatchObject({ end_reason: reason });
    expect(world.session().ended_at).not.toBeNull();
  };

  test("if its prompts are not reported", async () => {
    for (const settings of [{}, { prompts: ["qwen"] }, { prompts: "claude" }, "broken"]) {
      world[Symbol.dispose]();
      world = new HookWorld();
      world.settings(settings);
      await world.start("startup", missing());
      await world.end("other", missing());
      stays();
    }
  });

  test("if its transcript exists", async () => {
    await world.start("startup", missing());
    await Bun.write(`${world.folder}/c1.jsonl`, "");
    await world.end("other", missing());
    stays();
  });

  test("if the end names no transcript", async () => {
    await world.start("startup", missing());
    await world.end("other");
    stays();
  });

  test.each(["UserPromptSubmit", "PostToolUse", "Stop", "Notification"])(
    "if there was a %s",
    async (event) => {
      await world.start("startup", missing());
      await world.claude(event, { ...missing(), prompt: "x", tool_name: "Bash", message: "x" });
      await world.end("other", missing());
      stays();
    },
  );

  test("if somebody has logged something to it", async () => {
    await world.start("startup", missing());
    world.env = { ...world.env, CLAUDE_CODE_SESSION_ID: "c1" };
    await world.mm("activity", "log", "-c", "mine");
    await world.end("other", missing());
    stays();
  });

  test("if it was resumed", async () => {
    await world.start("startup", missing());
    await world.end("other");
    world.pass(10);
    await world.start("resume", missing());
    await world.end("other", missing());
    stays();
    expect(world.told()).toEqual(["session_resume: resume"]);
  });

  test("if a person has ended it", async () => {
    await world.start("startup", missing());
    await world.mm("session", "end", world.session().id, "-s", "mine");
    await world.end("other", missing());
    stays(null);
  });

  test("if its end is older than its last sign of life", async () => {
    await world.start("startup", missing());
    const before = world.clock;
    world.pass(10);
    await world.claude("PreToolUse", { tool_name: "Bash", tool_input: {} });
    world.clock = before;
    await world.end("other", missing());
    expect(world.session().ended_at).toBe("2026-11-22T12:00:00+00:00");
  });

  test("if its prompt is still in the spool", async () => {
    await world.start("startup", missing());
    await world.whileBroken(() => world.prompt("hi", missing()));
    world.pass(5);
    await world.end("other", missing());
    stays();
    expect(world.told()).toEqual(["prompt: hi"]);
  });

  test("if there may be more in the spool than this call takes in", async () => {
    await world.start("startup", missing());
    await world.whileBroken(async () => {
      for (let n = 0; n < 100; n++) {
        await world.tool(`t${n}`, { session_id: "other" });
        world.pass(0.001);
      }
      await world.prompt("hi", missing());
    });
    world.pass(5);
    await world.end("other", missing());
    expect(world.spooled()).toHaveLength(1);
    expect(world.session().ended_at).not.toBeNull();
    await world.claude("Stop", { session_id: "other" });
    expect(world.told()).toEqual(["prompt: hi"]);
  });

  test.each([
    ["can't be read", (path: string) => mkdirSync(path)],
    ["holds no call", (path: string) => writeFileSync(path, "{")],
    ["is being written", (path: string) => writeFileSync(`${path}.tmp`, "{")],
  ])("if a spooled file %s", async (_, make) => {
    await world.start("startup", missing());
    mkdirSync(world.spoolFolder);
    make(`${world.spoolFolder}/1795348800000-0a.json`);
    await world.end("other", missing());
    stays();
  });

  test.each(["codex", "droid"])("of %s, whose sessions may be without events", async (agent) => {
    world.settings({ prompts: ["claude", "codex", "droid"] });
    const call = (event: string) =>
      world.hook(agent, event, { session_id: "c1", cwd: "/w", ...missing() });
    await call("SessionStart");
    await call("SessionEnd");
    stays(null);
  });

  test("of Gemini with a prompt, a notice or a resume, or if its prompts are not reported", async () => {
    const call = (session_id: string, event: string, fields = {}) =>
      world.hook("gemini", event, { session_id, cwd: "/w", ...fields });
    await call("c1", "SessionStart");
    await call("c1", "BeforeAgent", { prompt: "hi" });
    await call("c2", "SessionStart");
    await call("c2", "Notification", { message: "May it?" });
    await call("c3", "SessionStart");
    await call("c3", "SessionStart", { source: "resume" });
    for (const id of ["c1", "c2", "c3"]) await call(id, "SessionEnd", { reason: "exit" });
    world.settings({ prompts: ["claude"] });
    await call("c4", "SessionStart");
    await call("c4", "SessionEnd", { reason: "exit" });
    expect(ids()).toEqual(["c1", "c2", "c3", "c4"]);
  });
});
