import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { HookWorld } from "../support/hook-world.ts";
import { needs } from "../support/tools.ts";

let world: HookWorld;
beforeEach(() => {
  world = new HookWorld();
});
afterEach(() => world[Symbol.dispose]());

describe("a first start", () => {
  test.each(["startup", "resume", "clear", "compact", "new", "never heard of", 7, null])(
    "from %p makes a session and stores no event",
    async (source) => {
      await world.claude("SessionStart", { source, model: "claude-opus-5-5" });
      expect(world.session()).toMatchObject({
        agent_id: "claude-code",
        started_at: "2026-11-22T12:00:00+00:00",
        ended_at: null,
        summary: null,
        metadata: "{}",
        parent_id: null,
        model: "claude-opus-5-5",
      });
      expect(world.events()).toEqual([]);
    },
  );

  test.each([
    ["PreToolUse", { tool_name: "Bash", tool_input: {} }, []],
    ["PostToolUse", { tool_name: "Bash", tool_input: { command: "ls" } }, ["tool_call: Bash: ls"]],
    ["UserPromptSubmit", { prompt: "hi" }, ["prompt: hi"]],
    ["Stop", {}, ["turn_end: "]],
    ["SubagentStart", { agent_type: "Explore" }, ["subagent_start: Explore"]],
    ["PreCompact", { trigger: "manual" }, ["compact: manual"]],
    ["Notification", { message: "Waiting" }, ["notification: Waiting"]],
  ])("may be missing: %s starts it", async (event, fields, told) => {
    await world.claude(event, fields);
    expect(world.session()).toMatchObject({ ended_at: null, client: "claude", cwd: "/w" });
    expect(world.told()).toEqual(told);
  });

  test.each([
    ["SubagentStop", { agent_type: "", agent_id: "a1" }],
    ["PostCompact", {}],
    ["SessionEnd", { reason: "other" }],
    ["NeverHeardOf", {}],
  ])("%s makes none", async (event, fields) => {
    await world.claude(event, fields);
    expect(world.sessions()).toEqual([]);
  });
});

describe("a start of a running session", () => {
  test.each(["startup", "resume", "clear", "compact", "fork"])("from %s", async (source) => {
    await world.start();
    await world.prompt("hi");
    world.pass(10);
    await world.start(source, { model: "later" });
    expect(world.sessions()).toHaveLength(1);
    const told = { compact: "compact: ", resume: "session_resume: resume" } as Record<
      string,
      string
    >;
    expect(world.told().slice(1)).toEqual([told[source] ?? []].flat());
    expect(world.session()).toMatchObject({ ended_at: null, model: "later" });
  });

  test("never forgets what is known", async () => {
    await world.start("startup", { model: "m", transcript_path: "/t/c1.jsonl" });
    await world.start("compact");
    expect(world.session()).toMatchObject({ model: "m", transcript: "/t/c1.jsonl" });
  });

  needs("git")("after its first prompt says where it is", async () => {
    // Copilot runs both hooks at once.
    Bun.spawnSync(["git", "init", "-q", "-b", "work", world.folder]);
    await world.prompt("hi", { cwd: world.folder });
    await world.start("startup", { cwd: world.folder });
    expect(world.session()).toMatchObject({
      project: `${world.folder}/.git`,
      root: world.folder,
      branch: "work",
    });
  });
});

test("after /clear there is a new session and the old one stays ended", async () => {
  await world.start();
  await world.prompt("hi");
  await world.end("clear");
  await world.start("clear", { session_id: "c2" });
  expect(world.session("c1")).toMatchObject({ end_reason: "clear" });
  expect(world.session("c1").ended_at).not.toBeNull();
  expect(world.session("c2")).toMatchObject({ ended_at: null, parent_id: null });
});

describe("a fork", () => {
  const fork = (fields = {}) => world.start("fork", { session_id: "f1", ...fields });
  const parent = () => world.session("f1").parent_id;

  test("has the client's session last active in the same tree for its parent", async () => {
    await world.start("startup", { session_id: "old" });
    await world.start("startup", { session_id: "newer" });
    world.pass(5);
    await world.prompt("later", { session_id: "old" });
    world.pass(5);
    await fork();
    expect(parent()).toBe(world.session("old").id);
    expect(world.session("old").ended_at).toBeNull();
  });

  test("also if that one has ended", async () => {
    await world.start();
    await world.end();
    world.pass(5);
    await fork();
    expect(parent()).toBe(world.session().id);
    expect(world.session().ended_at).not.toBeNull();
  });

  test("not another client's", async () => {
    await world.hook("codex", "SessionStart", { session_id: "x1", cwd: "/w", source: "startup" });
    await fork();
    expect(parent()).toBeNull();
  });

  test("not another tree's", async () => {
    await world.start("startup", { cwd: "/elsewhere" });
    await fork();
    expect(parent()).toBeNull();
  });

  test("nor is an unknown folder the same tree as another unknown one", async () => {
    await world.start("startup", { cwd: undefined });
    await fork({ cwd: undefined });
    expect(parent()).toBeNull();
  });

  needs("git")("of a session in a subfolder of the same repository", async () => {
    Bun.spawnSync(["git", "init", "-q", world.folder]);
    world.makeHome({ "sub/file": "" });
    await world.start("startup", { cwd: world.folder });
    await fork({ cwd: `${world.home}/sub` });
    expect(parent()).toBe(world.session().id);
  });

  test("of nothing has no parent", async () => {
    await fork();
    expect(parent()).toBeNull();
  });

  test("of a session that never told of its start", async () => {
    await world.prompt("hi");
    world.pass(5);
    await fork();
    expect(parent()).toBe(world.session().id);
  });
});

describe("the state file", () => {
  test("is never written, read or removed", async () => {
    const { session_id: mine } = await world.json("session", "start", "-a", "me");
    const before = world.state();
    expect(before).toBe(`${mine}\n`);
    await world.start();
    await world.prompt("hi");
    await world.end();
    await world.start("resume");
    expect(world.state()).toBe(before);
    await world.mm("session", "end");
    await world.tool("t9");
    expect(world.state()).toBeNull();
    expect(world.files()).toEqual(["memtomem.db"]);
  });

  test("of the same agent's session made by hand is nothing to a hook", async () => {
    await world.mm("session", "start", "-a", "claude-code");
    await world.start();
    expect(world.sessions()).toHaveLength(2);
    expect(world.sessions().map(({ ended_at }) => ended_at)).toEqual([null, null]);
  });
});
