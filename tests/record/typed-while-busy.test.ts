import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { HookWorld } from "../support/hook-world.ts";

let world: HookWorld;
beforeEach(() => {
  world = new HookWorld();
});
afterEach(() => world[Symbol.dispose]());

describe("prompts that are typed during a turn have its id, and all count", () => {
  test.each([
    ["claude", { prompt_id: "p1" }],
    ["qwen", { prompt_id: "s########1" }],
    ["codex", { turn_id: "t1" }],
    ["opencode", null],
  ] as const)("%s", async (agent, turn) => {
    const submit = (text: string) =>
      agent === "opencode"
        ? world.hook(agent, "chat.message", {
            type: "chat.message",
            properties: { sessionID: "s", messageID: "m1", text },
          })
        : world.hook(agent, "UserPromptSubmit", { session_id: "s", ...turn, prompt: text });
    for (const text of ["first", "second", "third"]) {
      await submit(text);
      world.pass(1);
      await submit(text);
    }
    world.pass(3600);
    await submit("second");
    expect(world.told("s")).toEqual(["prompt: first", "prompt: second", "prompt: third"]);
  });
});

test("one prompt that comes in two of Cursor's shapes is one", async () => {
  const turn = { conversation_id: "s", generation_id: "g1", cwd: "/w", prompt: "fix it" };
  await world.hook("cursor", "beforeSubmitPrompt", {
    ...turn,
    hook_event_name: "beforeSubmitPrompt",
  });
  await world.hook("claude", "UserPromptSubmit", { ...turn, hook_event_name: "UserPromptSubmit" });
  expect(world.told("s")).toEqual(["prompt: fix it"]);
});

test("two long prompts of one turn whose text is cut off both count", async () => {
  for (const letter of ["a", "b"]) {
    await world.prompt(letter.repeat(9_000_000), { prompt_id: "p1" });
  }
  expect(world.events().map(({ type }) => type)).toEqual(["prompt", "prompt"]);
});

describe("without an id and a time", () => {
  const idle = () =>
    world.hook("opencode", "session.idle", {
      type: "session.idle",
      properties: { sessionID: "s" },
    });
  const prompt = (text: string) =>
    world.hook("opencode", "chat.message", {
      type: "chat.message",
      properties: { sessionID: "s", messageID: text, text },
    });

  test("a second turn's end within 2 s counts, since there was a prompt before it", async () => {
    await prompt("one");
    await idle();
    world.pass(0.5);
    await prompt("two");
    world.pass(0.5);
    await idle();
    expect(world.told("s").map((line) => line.trim())).toEqual([
      "prompt: one",
      "turn_end:",
      "prompt: two",
      "turn_end:",
    ]);
    expect(await world.json("ps")).toMatchObject({ sessions: [{ state: "waiting" }] });
  });

  test("the same bytes in a row are one event, and another session in between is nothing to it", async () => {
    await idle();
    await world.prompt("elsewhere");
    await idle();
    expect(world.told("s")).toEqual(["turn_end: "]);
  });

  test.each(["Stop", "PreCompact", "Notification"])("%s of Droid", async (event) => {
    const call = () => world.hook("droid", event, { session_id: "s", message: "done" });
    await call();
    await call();
    await world.hook("droid", "UserPromptSubmit", { session_id: "s", prompt: "go on" });
    await call();
    expect(world.told("s")).toHaveLength(3);
  });

  test("a tool that runs twice with another between counts each time", async () => {
    const run = (command: string) =>
      world.hook("windsurf", "post_run_command", {
        trajectory_id: "s",
        agent_action_name: "post_run_command",
        tool_info: { command_line: command },
      });
    for (const command of ["make", "make", "git diff", "make"]) await run(command);
    expect(world.told("s")).toEqual([
      "tool_call: run_command: make",
      "tool_call: run_command: git diff",
      "tool_call: run_command: make",
    ]);
  });
});

test("the agent's own time tells doubles, whatever came in between", async () => {
  const after = (timestamp: string) =>
    world.hook("gemini", "AfterAgent", { session_id: "s", timestamp });
  await after("2026-11-22T11:00:00.000Z");
  await world.hook("gemini", "BeforeAgent", {
    session_id: "s",
    prompt: "two",
    timestamp: "2026-11-22T11:00:00.500Z",
  });
  await after("2026-11-22T11:00:00.000Z");
  await after("2026-11-22T11:00:01.000Z");
  expect(world.told("s")).toEqual(["turn_end: ", "prompt: two", "turn_end: "]);
});
