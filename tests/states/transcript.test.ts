import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { mkdirSync, symlinkSync, truncateSync, writeFileSync } from "node:fs";
import { TranscriptWorld } from "../support/transcript-world.ts";

let world: TranscriptWorld;
let transcript: string;
beforeEach(() => {
  world = new TranscriptWorld();
  transcript = world.transcript;
});
afterEach(() => world[Symbol.dispose]());

const says = (role: "user" | "assistant", text: string, more: object = {}) => ({
  type: role,
  ...more,
  message: { role, content: role === "user" ? text : [{ type: "text", text }] },
});
const interrupted = (more: object = {}) => ({
  type: "user",
  interruptedMessageId: "msg_1",
  message: { role: "user", content: [{ type: "text", text: "[Request interrupted by user]" }] },
  ...more,
});
const NOISE = [
  { type: "last-prompt", lastPrompt: "go" },
  { type: "cost-state" },
  "",
  "no JSON",
  "[1]",
  "{",
];

describe("Claude", () => {
  beforeEach(async () => {
    await world.start("startup", { transcript_path: transcript });
    await world.prompt("go", { transcript_path: transcript });
    world.pass(1);
    world.write(transcript, says("user", "go"), says("assistant", "I will"));
    world.pass(1);
  });

  test("is busy while its transcript goes on, and waits once it says that the turn was interrupted", async () => {
    expect(await world.states()).toBe("busy");
    world.write(transcript, interrupted(), ...NOISE);
    expect(await world.states()).toBe("waiting");
    world.pass(1);
    world.write(transcript, says("user", "<local-command-stdout>x</local-command-stdout>"));
    world.write(transcript, says("user", "caveat", { isMeta: true }));
    world.write(transcript, says("assistant", "aside", { isSidechain: true }));
    expect(await world.states()).toBe("waiting");
    world.write(transcript, says("user", "on"));
    expect(await world.states()).toBe("busy");
  });

  test("waits after a permission that was denied", async () => {
    await world.tool("t1");
    const text = "[Request interrupted by user for tool use]";
    world.write(transcript, { type: "user", message: { content: [{ type: "tool_result" }] } });
    world.write(transcript, says("user", text));
    expect(await world.states()).toBe("waiting");
  });

  test("is busy with a prompt that came after it, though its transcript doesn't know it yet", async () => {
    world.write(transcript, interrupted());
    world.pass(1);
    await world.prompt("again");
    expect(await world.states()).toBe("busy");
  });

  test("waits though what was interrupted tells of it a moment later", async () => {
    world.write(transcript, interrupted());
    world.pass(0.1);
    await world.claude("PostToolUseFailure", { tool_name: "Bash", tool_use_id: "t", error: "x" });
    expect(await world.states()).toBe("waiting");
  });

  test.each([{ timestamp: "soon" }, { timestamp: null }])(
    "is busy where the interruption has no time: %j",
    async (more) => {
      world.write(transcript, interrupted(more));
      expect(await world.states()).toBe("busy");
    },
  );

  test("is idle after ten minutes, and waits where it was interrupted", async () => {
    world.pass(601);
    expect(await world.states()).toBe("idle");
    world.write(transcript, interrupted());
    expect(await world.states()).toBe("waiting");
    world.pass(3600);
    expect(await world.states()).toBe("waiting");
  });

  test("waits once its last answer is written, though no hook tells it, until more comes", async () => {
    const last = { type: "assistant", message: { content: [], stop_reason: "end_turn" } };
    world.write(transcript, { ...last, isSidechain: true }, ...NOISE);
    expect(await world.states()).toBe("busy");
    world.write(transcript, last, ...NOISE);
    expect(await world.states()).toBe("waiting");
    world.pass(1);
    await world.tool("of a subagent");
    expect(await world.states()).toBe("busy");
  });

  test("asks until its transcript says that it was answered", async () => {
    const ask = { message: "May it?", notification_type: "permission_prompt" };
    await world.claude("Notification", ask);
    expect(await world.states()).toBe("asks");
    world.pass(1);
    world.write(transcript, ...NOISE, says("user", "caveat", { isMeta: true }));
    expect(await world.states()).toBe("asks");
    world.write(transcript, says("user", "not so"));
    expect(await world.states()).toBe("busy");
    world.pass(1);
    await world.claude("Notification", { ...ask, message: "And now?" });
    expect(await world.states()).toBe("asks");
    world.write(transcript, interrupted());
    expect(await world.states()).toBe("waiting");
  });

  test("only the end of a huge transcript is read", async () => {
    truncateSync(transcript, 40_000_000_000);
    world.write(transcript, "", interrupted(), {
      type: "api-request-blob",
      text: "x".repeat(100_000),
    });
    expect(await world.states()).toBe("waiting");
    world.write(transcript, { type: "api-request-blob", text: "x".repeat(300_000) });
    expect(await world.states()).toBe("busy");
  });
});

describe("what is no plain file is left alone", () => {
  beforeEach(() => world.start("startup", { transcript_path: transcript }));

  test.each([
    ["a pipe", () => void Bun.spawnSync(["mkfifo", transcript])],
    ["a folder", () => mkdirSync(transcript)],
    [
      "a link",
      () => {
        world.write(`${world.folder}/elsewhere`, interrupted());
        symlinkSync(`${world.folder}/elsewhere`, transcript);
      },
    ],
    ["nothing", () => {}],
    ["an empty one", () => writeFileSync(transcript, "")],
  ])("%s", async (_, make) => {
    make();
    await world.prompt("go", { transcript_path: transcript });
    expect(await world.states()).toBe("busy");
  });

  test.each(["relative.jsonl", "\u0000"])("nor a path like %j", async (path) => {
    await world.prompt("go", { transcript_path: path });
    expect(await world.states()).toBe("busy");
  });
});

describe("Copilot", () => {
  const ID = "4f124c7c-51f0-4d0e-9c6b-0d1c8f6a7b21";
  const call = (event: string, fields: object = {}) =>
    world.hook("copilot", event, {
      sessionId: ID,
      timestamp: world.clock.getTime(),
      cwd: "/w",
      ...fields,
    });

  test.each(["HOME", "COPILOT_HOME"])(
    "waits after Esc in its first turn, found by %s",
    async (name) => {
      const folder = `${world.folder}/home`;
      world.env = { ...world.env, [name]: folder };
      const events = `${folder}${name === "HOME" ? "/.copilot" : ""}/session-state/${ID}/events.jsonl`;
      await call("userPromptSubmitted", { prompt: "go" });
      world.pass(1);
      world.write(events, { type: "user.message" }, { type: "assistant.turn_start" });
      expect(await world.states()).toBe("busy");
      world.pass(1);
      world.write(
        events,
        { type: "abort", data: { reason: "user_initiated" } },
        { type: "hook.end" },
      );
      expect(await world.states()).toBe("waiting");
      world.pass(1);
      await call("userPromptSubmitted", { prompt: "on" });
      expect(await world.states()).toBe("busy");
    },
  );

  test("and in a later one, found by what its turn's end has named", async () => {
    const events = `${world.folder}/events.jsonl`;
    await call("userPromptSubmitted", { prompt: "go" });
    await call("agentStop", { transcriptPath: events });
    world.pass(1);
    await call("userPromptSubmitted", { prompt: "on" });
    world.pass(1);
    world.write(events, { type: "user.message" }, { type: "abort" });
    expect(await world.states()).toBe("waiting");
    world.write(events, { type: "tool.execution_start" });
    expect(await world.states()).toBe("busy");
  });

  test("and after a prompt that was taken back, which leaves no other trace", async () => {
    const events = `${world.folder}/events.jsonl`;
    await call("userPromptSubmitted", { prompt: "go" });
    await call("agentStop", { transcriptPath: events });
    world.write(events, { type: "user.message" }, { type: "session.usage_checkpoint", data: {} });
    world.pass(1);
    await call("userPromptSubmitted", { prompt: "on" });
    expect(await world.states()).toBe("busy");
    world.pass(1);
    const promptCacheBreakState = [{ pendingRewriteSources: ["rewind"] }];
    world.write(events, { type: "session.usage_checkpoint", data: { promptCacheBreakState } });
    expect(await world.states()).toBe("waiting");
  });

  test("and after a turn that failed", async () => {
    const events = `${world.folder}/events.jsonl`;
    await call("userPromptSubmitted", { prompt: "go" });
    await call("agentStop", { transcriptPath: events });
    world.pass(1);
    await call("userPromptSubmitted", { prompt: "on" });
    world.pass(1);
    world.write(events, { type: "user.message" }, { type: "assistant.turn_end" });
    expect(await world.states()).toBe("busy");
    world.write(events, {
      type: "session.error",
      data: { errorType: "query", message: "refused" },
    });
    expect(await world.states()).toBe("waiting");
  });

  test("an id that leads elsewhere names no file", async () => {
    world.env = { ...world.env, HOME: world.folder };
    world.write(`${world.folder}/events.jsonl`, { type: "abort" });
    await call("userPromptSubmitted", { sessionId: "../..", prompt: "go" });
    expect(await world.states()).toBe("busy");
  });
});

describe("Codex", () => {
  const prompt = (text: string) =>
    world.hook("codex", "UserPromptSubmit", {
      session_id: "x1",
      turn_id: `turn of ${text}`,
      prompt: text,
      transcript_path: transcript,
    });
  const event = (type: string, more: object = {}) => ({
    type: "event_msg",
    payload: { type, turn_id: "t", ...more },
  });

  test("waits after a turn that failed, of which no hook tells", async () => {
    await prompt("go");
    world.pass(0.1);
    world.write(transcript, event("task_started"), { type: "response_item", payload: {} });
    expect(await world.states()).toBe("busy");
    world.pass(0.1);
    const error = { message: "refused", codex_error_info: "other" };
    world.write(transcript, event("task_complete", { last_agent_message: null, error }));
    world.write(transcript, event("token_count"));
    expect(await world.states()).toBe("waiting");
    world.pass(1);
    await prompt("on");
    expect(await world.states()).toBe("busy");
  });
});

test("no transcript is read of an agent that tells each turn's end", async () => {
  world.write(transcript, interrupted());
  await world.hook("qwen", "UserPromptSubmit", {
    session_id: "x1",
    prompt: "go",
    transcript_path: transcript,
  });
  expect(await world.states()).toBe("busy");
});
