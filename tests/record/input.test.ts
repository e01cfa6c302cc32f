import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import type { AgentName } from "../../src/agents/agents.ts";
import { decodeHook } from "../../src/agents/wire/decode.ts";
import type { HookKind } from "../../src/agents/wire/event.ts";
import { SAMPLES } from "../agents/wire/samples.ts";
import { TELLS } from "../agents/wire/tells.ts";
import { HookWorld } from "../support/hook-world.ts";

let world: HookWorld;
beforeEach(() => {
  world = new HookWorld();
  world.env = { ...world.env, HOME: world.folder };
});
afterEach(() => world[Symbol.dispose]());

const SECRET = `ghp_${"a1B2".repeat(9)}`;
const BASH =
  '{"session_id":"c1","cwd":"/w","tool_name":"Bash","tool_input":{"command":"make"},"tool_use_id":"t1","x":"';
const lost = async () => (await world.json("hooks", "status", "claude"))["lost_events"];

describe("a standard input that doesn't end in time", () => {
  beforeEach(() => {
    world.stdinEnds = false;
  });

  test.each([
    ["with all but its result", BASH, ["tool_call: Bash: make"]],
    ["without its tool", BASH.slice(0, 40), ["tool_call: "]],
    [
      "with the beginning of its id",
      BASH.slice(0, BASH.indexOf("t1") + 1),
      ["tool_call: Bash: make"],
    ],
  ])("counts %s", async (_, part, told) => {
    await world.hook("claude", "PostToolUse", part);
    expect(world.told()).toEqual(told);
    expect(world.log()).toEqual([
      `claude PostToolUse: stdin did not end within 100 ms; ${part.length} bytes were read`,
    ]);
    expect(await lost()).toBeNull();
  });

  test("counts in the clients that name their tools otherwise", async () => {
    const part =
      '{"type":"tool.execute.after","properties":{"sessionID":"ses_1","directory":"/w","to';
    await world.hook("opencode", "tool.execute.after", part);
    expect(world.told("ses_1")).toEqual(["tool_call: "]);
  });

  test("is stored where the environment names the session", async () => {
    world.env = { ...world.env, CLAUDE_CODE_SESSION_ID: "c1" };
    await world.hook("claude", "UserPromptSubmit", "");
    expect(world.told()).toEqual(["prompt: "]);
  });

  const WAITS: Partial<Record<HookKind, number>> = { "session-start": 750, "session-end": 400 };
  const waits = SAMPLES.flatMap(({ agent, name, payload }): [AgentName, string, number][] => {
    const event = decodeHook(agent, TELLS[agent][name]?.[0] ?? "", payload, {});
    const ms = event === null ? undefined : WAITS[event.kind];
    return event === null || ms === undefined ? [] : [[agent, event.agentEvent, ms]];
  });

  test.each(waits)("is waited for longer from %s at %s: %d ms", async (agent, event, ms) => {
    await world.hook(agent, event, "");
    expect(world.log()[0]).toStartWith(`${agent} ${event}: stdin did not end within ${ms} ms`);
  });

  test.each([
    ["nothing of it", "", "late", "nothing came on standard input in time"],
    [
      "too little",
      `{"x":"${SECRET}","session_id":"c`,
      "session",
      "what the agent sent names no session",
    ],
  ])("is lost where %s came, which is logged and counted", async (_, part, reason, words) => {
    await world.hook("claude", "PostToolUse", part);
    await world.hook("claude", "SessionStart", part);
    const told = (event: string, ms: number) =>
      `claude ${event}: stdin did not end within ${ms} ms, and no session is named in its ${part.length} bytes`;
    expect(world.log()).toEqual([told("PostToolUse", 100), told("SessionStart", 750)]);
    const since = "2026-11-22T12:00:00.000Z";
    expect(await lost()).toEqual({ count: 2, since, reasons: { [reason]: 2 } });
    expect((await world.mm("hooks", "status", "claude")).out).toContain(
      `2 events lost since ${since}; logs/hook.log says why\n  2 × ${words}\n`,
    );
    expect(readFileSync(`${world.home}/logs/hook.log`, "utf8")).not.toContain("a1B2");
  });
});

test("what ended with nothing in it is no event, and counted", async () => {
  await world.hook("claude", "PostToolUse", "");
  await world.hook("claude", "PostToolUse", "{}");
  const told = (bytes: number) =>
    `claude PostToolUse: no session is named in its ${bytes} bytes, or by no usable id`;
  expect(world.log()).toEqual([told(0), told(2)]);
  expect(await lost()).toMatchObject({ reasons: { session: 2 } });
});

test("what ended is no part: a tool call without its tool is none", async () => {
  await world.hook("claude", "PostToolUse", '{"session_id":"c1"}');
  expect(world.sessions()).toEqual([]);
});
