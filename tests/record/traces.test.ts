import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { HookWorld } from "../support/hook-world.ts";
import { endless, fifo } from "../support/odd-files.ts";

let world: HookWorld;
beforeEach(() => {
  world = new HookWorld();
  world.env = { ...world.env, HOME: world.folder };
});
afterEach(() => world[Symbol.dispose]());

const reasons = () => world.lossReasons();

describe("a payload that is no JSON", () => {
  test.each([
    ["a raw line break", "UserPromptSubmit", '{"session_id":"c1","prompt":"a\nb"}', "prompt: a b"],
    [
      "a Windows path",
      "PostToolUse",
      '{"session_id":"c1","cwd":"C:\\Users","tool_name":"Read"}',
      "tool_call: Read",
    ],
    ["text before it", "Stop", 'warning: x\n{"session_id":"c1"}', "turn_end: "],
    ["text behind it", "Stop", '{"session_id":"c1"} done', "turn_end: "],
    [
      "no end",
      "PostToolUse",
      '{"session_id":"c1","tool_name":"Bash","tool_input":{"command":"make"',
      "tool_call: Bash: make",
    ],
    ["no tool yet", "PostToolUse", '{"session_id":"c1","tool_na', "tool_call: "],
    [
      "a second copy of it",
      "Notification",
      '{"session_id":"c1"}{"session_id":"c2"}',
      "notification: ",
    ],
  ])("is stored all the same, with %s", async (_, event, payload, told) => {
    await world.hook("claude", event, payload);
    expect(world.told()).toEqual([told]);
    expect(world.log()).toEqual([
      `claude ${event}: the payload of ${payload.length} bytes is not a JSON object; what could be read of it counts`,
    ]);
    expect(await reasons()).toBeNull();
  });

  test("is stored under the id that the environment gives", async () => {
    world.env = { ...world.env, CLAUDE_CODE_SESSION_ID: "c1" };
    await world.hook("claude", "UserPromptSubmit", '{"prompt":"one\ntwo"}');
    expect(world.told()).toEqual(["prompt: one two"]);
  });

  test("is counted where no session can be read in it", async () => {
    for (const payload of ["not JSON", "[1]", '{"prompt":"a\nb"}', '{"session_id":"c']) {
      await world.hook("claude", "UserPromptSubmit", payload);
    }
    expect(await reasons()).toEqual({ payload: 4 });
    expect(world.files()).toEqual(["logs"]);
  });
});

describe("a payload without a usable id of its session", () => {
  test.each([
    ["claude", "UserPromptSubmit", { prompt: "hi" }],
    ["claude", "SessionStart", { session_id: "x".repeat(600) }],
    ["claude", "PostToolUse", { session_id: "a\nb", tool_name: "Bash" }],
    ["claude", "Stop", { session_id: { id: "x" } }],
    ["claude", "SessionEnd", { session_id: "\ud800" }],
    ["codex", "UserPromptSubmit", { prompt: "hi" }],
    ["gemini", "BeforeAgent", { prompt: "hi" }],
    ["copilot", "userPromptSubmitted", { prompt: "hi", timestamp: 1_795_345_803_756 }],
    ["cursor", "beforeSubmitPrompt", { prompt: "hi", cursor_version: "1" }],
    [
      "windsurf",
      "pre_user_prompt",
      { agent_action_name: "pre_user_prompt", tool_info: { user_prompt: "hi" } },
    ],
    [
      "cline",
      "UserPromptSubmit",
      { hookName: "UserPromptSubmit", userPromptSubmit: { prompt: "hi" } },
    ],
    ["opencode", "chat.message", { type: "chat.message", properties: { text: "hi" } }],
    ["generic", "UserPromptSubmit", { conversation_id: "x".repeat(600), prompt: "hi" }],
  ])("is counted for %s %s", async (agent, event, payload) => {
    await world.hook(agent, event, JSON.stringify(payload));
    expect(await reasons()).toEqual({ session: 1 });
    expect(world.log()[0]).toContain("no session is named in its");
  });

  test.each(["", " \n", "{}"])("is counted where there is none: %j", async (payload) => {
    for (const event of ["SessionStart", "UserPromptSubmit", "Stop", "SessionEnd"]) {
      await world.hook("claude", event, payload);
    }
    const lost = Object.values((await reasons()) ?? {}).reduce((sum, count) => sum + count, 0);
    expect(lost).toBe(4);
  });

  test.each(["", "{}", '{"tool_input":{}}'])(
    "is counted without a tool, too: %j",
    async (payload) => {
      for (const event of ["PreToolUse", "PostToolUse", "PostToolUseFailure"]) {
        await world.hook("claude", event, payload);
      }
      expect(await reasons()).toEqual({ session: 3 });
    },
  );

  test.each([
    ["claude", "PostToolUse", { session_id: "c1" }],
    ["claude", "PreToolUse", { session_id: "c1", tool_name: 7 }],
    ["gemini", "AfterTool", { session_id: "c1", tool_name: "" }],
    ["opencode", "tool.execute.after", { properties: { sessionID: "ses_1" } }],
  ])("a tool that isn't named is counted: %s %s", async (agent, event, payload) => {
    await world.hook(agent, event, payload);
    expect(await reasons()).toEqual({ payload: 1 });
    expect(world.log()[0]).toContain("no tool is named in its");
  });

  test("is no loss where the event tells nothing anyway", async () => {
    for (const event of ["MessageDisplay", "PermissionRequest", "PreModelSwitch"]) {
      await world.hook("claude", event, '{"prompt":"hi"}');
    }
    // An event of Claude's that the agent, which takes over its hooks, doesn't have.
    await world.hook("windsurf", "SessionStart", '{"trajectory_id":"w1"}');
    expect(await world.hookStatus()).toMatchObject({ lost_events: null });
  });
});

describe("a call that mm doesn't know", () => {
  test.each([
    ["an event", ["claude", "NoSuchEvent"], "the agent has no such event"],
    ["an event of another agent", ["gemini", "beforeSubmitPrompt"], "the agent has no such event"],
    ["a word of the language", ["codex", "toString"], "the agent has no such event"],
    ["an event without letters", ["claude", "…"], "the agent has no such event"],
    ["an agent", ["nobody", "Stop"], "there is no such agent"],
    ["an agent in capitals", ["Claude", "Stop"], "there is no such agent"],
    ["no event", ["claude"], "the agent has no such event"],
    ["nothing", [], "no agent is named"],
  ])("is counted: %s", async (_, words, why) => {
    world.stdin = new TextEncoder().encode('{"session_id":"c1","prompt":"hi"}');
    expect(await world.mm("hook", ...words)).toEqual({ code: 0, out: "", err: "" });
    expect(await reasons()).toEqual({ unknown: 1 });
    expect(world.log()).toEqual([`${[words[0] ?? "", words[1] ?? ""].join(" ")}: ${why}`]);
    expect((await world.mm("hooks", "status")).out).toContain(
      "  1 × mm knows no such agent or event\n",
    );
  });

  test("is stored where its payload names the event", async () => {
    for (const words of [["claude"], ["claude", "Misspelt"]]) {
      world.stdin = new TextEncoder().encode(
        `{"session_id":"c1","hook_event_name":"Stop","n":${words.length}}`,
      );
      await world.mm("hook", ...words);
    }
    expect(world.told()).toEqual(["turn_end: ", "turn_end: "]);
    expect(await reasons()).toBeNull();
  });
});

/** What can stand where a repository's files should, or in the path to it. */
const PLACES: [string, (repository: string) => unknown][] = [
  ["names a folder of 9,000 characters", (at) => pointTo(at, "z".repeat(9000))],
  ["names a folder with a NUL", (at) => pointTo(at, "a\0b")],
  ["names itself", (at) => pointTo(at, at)],
  ["names a folder far above", (at) => pointTo(at, "../".repeat(3000))],
  ["is binary", (at) => void writeFileSync(`${at}/.git`, new Uint8Array([0, 255, 254, 1]))],
  ["is empty", (at) => void writeFileSync(`${at}/.git`, "")],
  ["has no end", (at) => endless(`${at}/.git`)],
  ["is a pipe", (at) => fifo(`${at}/.git`)],
  ["is a device", (at) => symlinkSync("/dev/zero", `${at}/.git`)],
  ["leads nowhere", (at) => symlinkSync(`${at}/gone`, `${at}/.git`)],
  ["leads to itself", (at) => symlinkSync(".git", `${at}/.git`)],
  ["is empty but for folders", (at) => void mkdirSync(`${at}/.git/HEAD`, { recursive: true })],
  ["has a pipe for its HEAD", (at) => fifo(`${emptyGit(at)}/HEAD`)],
  ["has a device for its config", (at) => symlinkSync("/dev/zero", `${head(at)}/config`)],
  ["has a long commondir", (at) => void writeFileSync(`${head(at)}/commondir`, "y/".repeat(4000))],
  ["is in a folder that is gone", (at) => `${at}/gone/and/gone`],
  ["is below 4,096 characters of path", (at) => `${at}/${"d".repeat(4200)}`],
  ["is below a million folders", (at) => `${at}${"/d".repeat(1_000_000)}`],
  ["has its folder in a file", (at) => below(`${at}/file`)],
];

function pointTo(repository: string, folder: string): void {
  writeFileSync(`${repository}/.git`, `gitdir: ${folder}\n`);
}

function emptyGit(repository: string): string {
  mkdirSync(`${repository}/.git`);
  return `${repository}/.git`;
}

function head(repository: string): string {
  writeFileSync(`${emptyGit(repository)}/HEAD`, "ref: refs/heads/main\n");
  return `${repository}/.git`;
}

function below(file: string): string {
  writeFileSync(file, "");
  return `${file}/below`;
}

describe("no event is lost where .git", () => {
  test.each(PLACES)("%s", async (_, plant) => {
    const repository = `${world.folder}/repository`;
    mkdirSync(repository);
    const named = plant(repository);
    const cwd = typeof named === "string" ? named : repository;
    const began = performance.now();
    await world.start("startup", { cwd });
    await world.prompt("hi", { cwd, prompt_id: "p1" });
    await world.tool("t1", { cwd });
    await world.end("other", { cwd, transcript_path: `${cwd}/transcript` });
    expect(performance.now() - began).toBeLessThan(4000);
    expect(world.told()).toEqual(["prompt: hi", "tool_call: Bash: run t1"]);
    expect(world.session().ended_at).not.toBeNull();
    expect(await reasons()).toBeNull();
  });
});
