import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { appendFileSync } from "node:fs";
import { HookWorld } from "../support/hook-world.ts";
import { type Call, stateOfOne } from "../support/states.ts";

let world: HookWorld;
beforeEach(() => {
  world = new HookWorld();
});
afterEach(() => world[Symbol.dispose]());

const stateAfter = (agent: string, ...calls: readonly Call[]) => stateOfOne(world, agent, ...calls);

describe("Claude", () => {
  const prompt: Call = ["UserPromptSubmit", { prompt: "go", prompt_id: "p1" }];
  const asks = (notification_type?: string, message = "May it?"): Call => [
    "Notification",
    { message, notification_type },
  ];

  test.each([
    ["permission_prompt", "asks"],
    ["elicitation_dialog", "asks"],
    ["agent_needs_input", "asks"],
    ["idle_prompt", "waiting"],
    ["agent_completed", "waiting"],
  ])("with the notice %s is %s", async (type, state) => {
    expect(await stateAfter("claude", prompt, asks(type))).toBe(state);
  });

  test("of an older version asks where its sentence says so", async () => {
    const text = "Claude needs your permission to use Bash";
    expect(await stateAfter("claude", prompt, asks(undefined, text))).toBe("asks");
    expect(await stateAfter("claude", asks(undefined, "Claude is waiting"))).toBe("waiting");
  });

  test("asks for as long as nothing else happens, also if a note is taken", async () => {
    await stateAfter("claude", prompt, asks("permission_prompt"));
    world.pass(3 * 3600);
    await world.mm(
      "activity",
      "log",
      "--session",
      world.session("s").id,
      "--type",
      "note",
      "-c",
      "x",
    );
    expect(await stateAfter("claude")).toBe("asks");
    expect(await stateAfter("claude", ["PostToolUse", { tool_name: "Bash" }])).toBe("busy");
    await stateAfter("claude", asks("permission_prompt"));
    world.pass(25 * 3600);
    expect(await stateAfter("claude")).toBe("stale");
  });
});

test("a new session is told of those at work beside it, and of those that ask for however long", async () => {
  const cwd = world.folder;
  const call = (id: string, event: string, fields: object = {}) =>
    world.claude(event, { session_id: id, cwd, ...fields });
  for (const id of ["asks", "waits", "idles"]) {
    await call(id, "SessionStart", { source: "startup" });
    await call(id, "UserPromptSubmit", { prompt: id });
  }
  await call("asks", "Notification", { notification_type: "permission_prompt" });
  await call("waits", "Stop");
  const told = async () => {
    const { context } = await world.json<{ context: string }>("context");
    return Array.from(context.matchAll(/Claude Code \((\w+)\) "(\w+)"/gu), ([, ...words]) => words);
  };
  expect(await told()).toEqual([
    ["busy", "idles"],
    ["waiting", "waits"],
    ["asks", "asks"],
  ]);
  world.pass(3600);
  expect(await told()).toEqual([["asks", "asks"]]);
  world.pass(24 * 3600);
  expect(await told()).toEqual([]);
});

describe("Codex", () => {
  test("asks", async () => {
    const prompt: Call = ["UserPromptSubmit", { prompt: "go", turn_id: "t1" }];
    const asks: Call = ["PermissionRequest", { tool_name: "Bash", turn_id: "t1" }];
    expect(await stateAfter("codex", prompt, asks)).toBe("asks");
    expect(world.told("s")).toContain("notification: Codex needs your permission to use Bash");
    expect(await stateAfter("codex", ["Stop", { turn_id: "t1" }])).toBe("waiting");
  });

  test("asks until its transcript goes on", async () => {
    const transcript_path = `${world.folder}/rollout.jsonl`;
    const line = (type: string, payload: object) => {
      const timestamp = world.clock.toISOString();
      appendFileSync(transcript_path, `${JSON.stringify({ timestamp, type, payload })}\n`);
      world.pass(1);
    };
    line("response_item", { type: "function_call" });
    const asks: Call = ["PermissionRequest", { tool_name: "Bash", transcript_path }];
    expect(await stateAfter("codex", ["UserPromptSubmit", { prompt: "go" }], asks)).toBe("asks");
    line("event_msg", { type: "token_count" });
    expect(await stateAfter("codex")).toBe("asks");
    line("response_item", { type: "function_call_output" });
    expect(await stateAfter("codex")).toBe("busy");
    expect(await stateAfter("codex", ["PermissionRequest", { tool_name: "Edit" }])).toBe("asks");
    line("event_msg", { type: "turn_aborted" });
    expect(await stateAfter("codex")).toBe("waiting");
  });
});

describe("OpenCode", () => {
  const tell = async (type: string, properties: object) => {
    await world.hook("opencode", type, { type, properties: { sessionID: "s", ...properties } });
    world.pass(3);
    const { sessions } = await world.json<{ sessions: { state: string }[] }>("ps");
    return sessions[0]?.state;
  };

  test("asks, itself or by a subagent, until it is answered", async () => {
    expect(await tell("chat.message", { text: "go" })).toBe("busy");
    expect(await tell("permission.asked", { permission: "bash" })).toBe("asks");
    expect(await tell("permission.replied", { reply: "once" })).toBe("busy");
    const child = { sessionID: "child", parentID: "s" };
    expect(await tell("question.asked", { ...child, questions: [{ question: "A?" }] })).toBe(
      "asks",
    );
    expect(await tell("question.rejected", child)).toBe("busy");
    expect(await tell("session.idle", {})).toBe("waiting");
    expect(world.told("s")).toEqual([
      "prompt: go",
      "notification: bash",
      "notification: once",
      "notification: A?",
      "notification: question.rejected",
      "turn_end: ",
    ]);
  });
});
