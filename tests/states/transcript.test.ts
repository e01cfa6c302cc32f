import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { appendFileSync, mkdirSync, symlinkSync, truncateSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { HookWorld } from "../support/hook-world.ts";

let world: HookWorld;
let transcript: string;
beforeEach(() => {
  world = new HookWorld();
  transcript = `${world.folder}/c1.jsonl`;
});
afterEach(() => world[Symbol.dispose]());

/** Lines as an agent writes them at the world's time, or the given ones. */
function write(path: string, ...lines: readonly (object | string)[]): void {
  mkdirSync(dirname(path), { recursive: true });
  const timestamp = world.clock.toISOString();
  const texts = lines.map((line) =>
    typeof line === "string" ? line : JSON.stringify({ timestamp, ...line }),
  );
  appendFileSync(path, texts.map((text) => `${text}\n`).join(""));
}

async function state(): Promise<string> {
  const { sessions } = await world.json<{ sessions: { state: string }[] }>("ps");
  const shown = await world.json<{ state: string }>("session", "show");
  expect(shown.state).toBe(sessions[0]?.state ?? "");
  return sessions.map((session) => session.state).join(" ");
}

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
    write(transcript, says("user", "go"), says("assistant", "I will"));
    world.pass(1);
  });

  test("is busy while its transcript goes on, and waits once it says that the turn was interrupted", async () => {
    expect(await state()).toBe("busy");
    write(transcript, interrupted(), ...NOISE);
    expect(await state()).toBe("waiting");
    world.pass(1);
    write(transcript, says("user", "<local-command-stdout>x</local-command-stdout>"));
    write(transcript, says("user", "caveat", { isMeta: true }));
    write(transcript, says("assistant", "aside", { isSidechain: true }));
    expect(await state()).toBe("waiting");
    write(transcript, says("user", "on"));
    expect(await state()).toBe("busy");
  });

  test("waits after a permission that was denied", async () => {
    await world.tool("t1");
    const text = "[Request interrupted by user for tool use]";
    write(transcript, { type: "user", message: { content: [{ type: "tool_result" }] } });
    write(transcript, says("user", text));
    expect(await state()).toBe("waiting");
  });

  test("is busy with a prompt that came after it, though its transcript doesn't know it yet", async () => {
    write(transcript, interrupted());
    world.pass(1);
    await world.prompt("again");
    expect(await state()).toBe("busy");
  });

  test("waits though what was interrupted tells of it a moment later", async () => {
    write(transcript, interrupted());
    world.pass(0.1);
    await world.claude("PostToolUseFailure", { tool_name: "Bash", tool_use_id: "t", error: "x" });
    expect(await state()).toBe("waiting");
  });

  test.each([{ timestamp: "soon" }, { timestamp: null }])(
    "is busy where the interruption has no time: %j",
    async (more) => {
      write(transcript, interrupted(more));
      expect(await state()).toBe("busy");
    },
  );

  test("is idle after ten minutes, and waits where it was interrupted", async () => {
    world.pass(601);
    expect(await state()).toBe("idle");
    write(transcript, interrupted());
    expect(await state()).toBe("waiting");
    world.pass(3600);
    expect(await state()).toBe("waiting");
  });

  test("asks until its transcript says that it was answered", async () => {
    const ask = { message: "May it?", notification_type: "permission_prompt" };
    await world.claude("Notification", ask);
    expect(await state()).toBe("asks");
    world.pass(1);
    write(transcript, ...NOISE, says("user", "caveat", { isMeta: true }));
    expect(await state()).toBe("asks");
    write(transcript, says("user", "not so"));
    expect(await state()).toBe("busy");
    world.pass(1);
    await world.claude("Notification", { ...ask, message: "And now?" });
    expect(await state()).toBe("asks");
    write(transcript, interrupted());
    expect(await state()).toBe("waiting");
  });

  test("only the end of a huge transcript is read", async () => {
    truncateSync(transcript, 40_000_000_000);
    write(transcript, "", interrupted(), { type: "api-request-blob", text: "x".repeat(100_000) });
    expect(await state()).toBe("waiting");
    write(transcript, { type: "api-request-blob", text: "x".repeat(300_000) });
    expect(await state()).toBe("busy");
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
        write(`${world.folder}/elsewhere`, interrupted());
        symlinkSync(`${world.folder}/elsewhere`, transcript);
      },
    ],
    ["nothing", () => {}],
    ["an empty one", () => writeFileSync(transcript, "")],
  ])("%s", async (_, make) => {
    make();
    await world.prompt("go", { transcript_path: transcript });
    expect(await state()).toBe("busy");
  });

  test.each(["relative.jsonl", "\u0000"])("nor a path like %j", async (path) => {
    await world.prompt("go", { transcript_path: path });
    expect(await state()).toBe("busy");
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
      write(events, { type: "user.message" }, { type: "assistant.turn_start" });
      expect(await state()).toBe("busy");
      world.pass(1);
      write(events, { type: "abort", data: { reason: "user_initiated" } }, { type: "hook.end" });
      expect(await state()).toBe("waiting");
      world.pass(1);
      await call("userPromptSubmitted", { prompt: "on" });
      expect(await state()).toBe("busy");
    },
  );

  test("and in a later one, found by what its turn's end has named", async () => {
    const events = `${world.folder}/events.jsonl`;
    await call("userPromptSubmitted", { prompt: "go" });
    await call("agentStop", { transcriptPath: events });
    world.pass(1);
    await call("userPromptSubmitted", { prompt: "on" });
    world.pass(1);
    write(events, { type: "user.message" }, { type: "abort" });
    expect(await state()).toBe("waiting");
    write(events, { type: "tool.execution_start" });
    expect(await state()).toBe("busy");
  });

  test("and after a prompt that was taken back, which leaves no other trace", async () => {
    const events = `${world.folder}/events.jsonl`;
    await call("userPromptSubmitted", { prompt: "go" });
    await call("agentStop", { transcriptPath: events });
    write(events, { type: "user.message" }, { type: "session.usage_checkpoint", data: {} });
    world.pass(1);
    await call("userPromptSubmitted", { prompt: "on" });
    expect(await state()).toBe("busy");
    world.pass(1);
    const promptCacheBreakState = [{ pendingRewriteSources: ["rewind"] }];
    write(events, { type: "session.usage_checkpoint", data: { promptCacheBreakState } });
    expect(await state()).toBe("waiting");
  });

  test("and after a turn that failed", async () => {
    const events = `${world.folder}/events.jsonl`;
    await call("userPromptSubmitted", { prompt: "go" });
    await call("agentStop", { transcriptPath: events });
    world.pass(1);
    await call("userPromptSubmitted", { prompt: "on" });
    world.pass(1);
    write(events, { type: "user.message" }, { type: "assistant.turn_end" });
    expect(await state()).toBe("busy");
    write(events, { type: "session.error", data: { errorType: "query", message: "refused" } });
    expect(await state()).toBe("waiting");
  });

  test("an id that leads elsewhere names no file", async () => {
    world.env = { ...world.env, HOME: world.folder };
    write(`${world.folder}/events.jsonl`, { type: "abort" });
    await call("userPromptSubmitted", { sessionId: "../..", prompt: "go" });
    expect(await state()).toBe("busy");
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
    write(transcript, event("task_started"), { type: "response_item", payload: {} });
    expect(await state()).toBe("busy");
    world.pass(0.1);
    const error = { message: "refused", codex_error_info: "other" };
    write(transcript, event("task_complete", { last_agent_message: null, error }));
    write(transcript, event("token_count"));
    expect(await state()).toBe("waiting");
    world.pass(1);
    await prompt("on");
    expect(await state()).toBe("busy");
  });
});

test("no transcript is read of an agent that tells each turn's end", async () => {
  write(transcript, interrupted());
  await world.hook("qwen", "UserPromptSubmit", {
    session_id: "x1",
    prompt: "go",
    transcript_path: transcript,
  });
  expect(await state()).toBe("busy");
});
