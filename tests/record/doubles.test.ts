import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { sample } from "../agents/wire/samples.ts";
import { HookWorld } from "../support/hook-world.ts";

let world: HookWorld;
beforeEach(() => {
  world = new HookWorld();
});
afterEach(() => world[Symbol.dispose]());

describe("with an id of its own a call counts once", () => {
  test.each([0, 0.001, 2, 3600, 10 * 86_400])("after %d s", async (seconds) => {
    await world.tool("t1");
    world.pass(seconds);
    await world.tool("t1");
    expect(world.told()).toEqual(["tool_call: Bash: run t1"]);
  });

  test("whatever else of it has changed", async () => {
    await world.tool("t1");
    await world.tool("t1", { tool_response: { stdout: "more" }, duration_ms: 5 });
    expect(world.events()).toHaveLength(1);
  });

  test("also if it comes under another name, as another reader of the same settings has it", async () => {
    const payload = { ...sample("claude", "post-tool-use") };
    await world.hook("claude", "PostToolUse", payload);
    await world.hook("generic", "tool-call", payload);
    await world.hook("copilot", "postToolUse", payload);
    expect(world.sessions().map(({ client: agent }) => agent)).toEqual(["claude"]);
    expect(world.events(String(payload["session_id"]))).toHaveLength(1);
  });

  test("also after the end, which it doesn't undo", async () => {
    await world.tool("t1");
    await world.end();
    world.pass(60);
    await world.tool("t1");
    expect(world.session().ended_at).toBe("2026-11-22T12:00:00+00:00");
    expect(world.told()).toEqual(["tool_call: Bash: run t1"]);
  });

  test("also a prompt", async () => {
    await world.prompt("again");
    world.pass(60);
    await world.end();
    world.pass(60);
    await world.prompt("again");
    expect(world.told()).toEqual(["prompt: again"]);
    expect(world.session().ended_at).not.toBeNull();
  });
});

describe("but", () => {
  test("a start, a failure and a success of one call are different events", async () => {
    await world.claude("PreToolUse", { tool_name: "Bash", tool_use_id: "t1", tool_input: {} });
    await world.tool("t1");
    await world.claude("PostToolUseFailure", {
      tool_name: "Bash",
      tool_use_id: "t1",
      tool_input: { command: "run t1" },
      error: "Exit code 3",
    });
    expect(world.told()).toEqual(["tool_call: Bash: run t1", "error: Bash: run t1"]);
  });

  test("the same id in another session is another call", async () => {
    await world.tool("t1");
    await world.tool("t1", { session_id: "c2" });
    expect(world.events("c1")).toHaveLength(1);
    expect(world.events("c2")).toHaveLength(1);
  });

  test("the same session id of another client is another session", async () => {
    const end = { session_id: "c1", cwd: "/w", tool_name: "Bash", tool_use_id: "t1" };
    await world.tool("t1");
    await world.hook("codex", "PostToolUse", { ...end, hook_event_name: "PostToolUse" });
    expect(world.sessions().map(({ agent_id }) => agent_id)).toEqual(["claude-code", "codex"]);
  });

  test("parallel calls within milliseconds all count", async () => {
    for (let n = 0; n < 20; n++) {
      await world.tool(`t${n}`, { tool_input: { command: "the same" }, duration_ms: 5 });
      world.pass(0.001);
    }
    expect(world.events()).toHaveLength(20);
  });

  test("a subagent that goes on stops again", async () => {
    const stop = { agent_id: "a1", agent_type: "Explore" };
    await world.claude("SubagentStop", stop);
    await world.claude("SubagentStop", stop);
    world.pass(30);
    await world.claude("SubagentStop", { ...stop, last_assistant_message: "more" });
    expect(world.told()).toEqual(["subagent_stop: Explore", "subagent_stop: Explore"]);
  });
});

describe("without an id the same bytes count once within 2 s", () => {
  const prompt = { session_id: "x1", cwd: "/w", prompt: "yes" };
  const submit = () => world.hook("codex", "UserPromptSubmit", prompt);

  test.each([0, 0.5, 2])("%d s later", async (seconds) => {
    await submit();
    world.pass(seconds);
    await submit();
    expect(world.told("x1")).toEqual(["prompt: yes"]);
  });

  test("and again behind that", async () => {
    await submit();
    world.pass(2.001);
    await submit();
    expect(world.told("x1")).toEqual(["prompt: yes", "prompt: yes"]);
  });

  test("other bytes are another event at any moment", async () => {
    await submit();
    await world.hook("codex", "UserPromptSubmit", { ...prompt, turn_id: "2" });
    expect(world.told("x1")).toEqual(["prompt: yes", "prompt: yes"]);
  });

  test("a client's own time decides, not when the call came", async () => {
    const at = (timestamp: string) =>
      world.hook("gemini", "BeforeAgent", { session_id: "g1", prompt: "yes", timestamp });
    await at("2026-11-22T11:00:00.000Z");
    world.pass(60);
    await at("2026-11-22T11:00:00.000Z");
    expect(world.told("g1")).toEqual(["prompt: yes"]);
    await at("2026-11-22T11:00:00.001Z");
    expect(world.told("g1")).toEqual(["prompt: yes", "prompt: yes"]);
  });

  test("a turn's end too", async () => {
    for (let n = 0; n < 3; n++) await world.claude("Stop", { last_assistant_message: "done" });
    expect(world.told()).toEqual(["turn_end: "]);
  });
});

describe("starts and ends", () => {
  test("a start that comes twice makes one session", async () => {
    for (let n = 0; n < 2; n++) await world.start();
    expect(world.sessions()).toHaveLength(1);
    expect(world.events()).toEqual([]);
  });

  test("a resume that comes twice is one", async () => {
    await world.start();
    world.pass(1);
    await world.end();
    world.pass(1);
    await world.start("resume");
    await world.start("resume");
    expect(world.told()).toEqual(["session_resume: resume"]);
    expect(world.session().ended_at).toBeNull();
  });

  test("three ends are one, at the time and for the reason of the first", async () => {
    await world.start();
    for (const reason of ["exit", "other", "prompt_input_exit"]) {
      world.pass(1);
      await world.end(reason);
    }
    expect(world.session()).toMatchObject({
      ended_at: "2026-11-22T12:00:01+00:00",
      end_reason: "exit",
      summary: "Session ended (no events)",
    });
  });
});

test("an id that looks like a secret still tells doubles", async () => {
  using world = new HookWorld();
  const ids = ["a1B2", "c3D4"].map((part) => `ghp_${part.repeat(9)}`);
  for (const id of [...ids, ...ids]) {
    await world.tool(id);
    world.pass(60);
  }
  expect(world.events().map(({ metadata }) => metadata["tool_use_id"])).toEqual([
    "[redacted:github]",
    "[redacted:github]",
  ]);
});
