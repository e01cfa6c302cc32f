import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { HistoryWorld } from "../support/backfilled.ts";

let world: HistoryWorld;
beforeEach(() => {
  world = new HistoryWorld();
});
afterEach(() => world[Symbol.dispose]());

const at = (second: number) => `2026-11-20T10:00:${String(second).padStart(2, "0")}.000Z`;

describe("Factory Droid", () => {
  const message = (n: number, role: string, content: unknown) => ({
    type: "message",
    id: `m${n}`,
    timestamp: at(n),
    message: { role, content },
  });
  const LINES = [
    {
      type: "session_start",
      id: "d1",
      title: "Fix the pars…",
      owner: "ada",
      version: 2,
      cwd: "/w/shop",
    },
    message(1, "user", [
      { type: "text", text: "<system-reminder>Today is</system-reminder>" },
      { type: "text", text: "Fix the parser, please" },
    ]),
    message(2, "assistant", [
      { type: "thinking", thinking: "hm" },
      { type: "text", text: "I run the tests." },
      { type: "tool_use", id: "t1", name: "Execute", input: { command: "make test" } },
    ]),
    message(3, "user", [
      { type: "tool_result", tool_use_id: "t1", is_error: true, content: "Exit code 2" },
    ]),
    message(4, "assistant", [{ type: "text", text: "They fail." }]),
    { type: "todo_state", id: "x", timestamp: at(5), todos: {} },
  ];
  const used = (outputTokens: number) => ({
    model: "custom:claude-opus-4-5",
    tokenUsage: {
      inputTokens: 10,
      outputTokens,
      cacheCreationTokens: 5,
      cacheReadTokens: 90,
      thinkingTokens: 3,
    },
  });

  test("prompts, answers and tools of a session, and the tokens of all of it", async () => {
    world.leave(".factory/sessions/-w-shop/d1.jsonl", LINES);
    world.leave(".factory/sessions/-w-shop/d1.settings.json", used(20));
    expect(await world.backfill("droid")).toMatchObject([
      { sessions: 1, passed_over: 0, problems: [] },
    ]);
    expect(world.timeline("d1")).toEqual([
      "prompt: Fix the parser, please",
      "assistant: I run the tests.",
      "error: Execute: make test",
      "assistant: They fail.",
    ]);
    // It is cut from the prompt.
    expect(world.fact("d1", "title_from")).toBe("prompt");
    expect(world.fact("d1", "cwd")).toBe("/w/shop");
    expect(world.fact("d1", "model")).toBe("claude-opus-4-5");
    expect(world.calls()).toEqual({ "session:d1": [10, 90, 5, 20, null] });
    world.leave(".factory/sessions/-w-shop/d1.settings.json", used(200));
    await world.backfill("droid");
    expect(world.calls()).toEqual({ "session:d1": [10, 90, 5, 200, null] });
  });

  test("a subagent's session belongs to the one that called it", async () => {
    world.leave(".factory/sessions/-w-shop/d1.jsonl", LINES);
    world.leave(".factory/sessions/-w-shop/d2.jsonl", [
      { type: "session_start", id: "d2", title: "# Task", cwd: "/w/shop", callingSessionId: "d1" },
      message(10, "user", [{ type: "text", text: "# Task Tool Invocation" }]),
      message(11, "assistant", [{ type: "text", text: "found it" }]),
    ]);
    world.leave(".factory/sessions/-w-shop/d2.settings.json", used(7));
    world.leave(".factory/sessions/-w-shop/d3.jsonl", [{ type: "session_start", id: "d3" }]);
    expect(await world.backfill("droid")).toMatchObject([{ sessions: 1 }]);
    expect(world.timeline("d1").slice(-3)).toEqual([
      "subagent_start: ",
      "assistant: found it",
      "subagent_stop: ",
    ]);
    expect(Object.keys(world.calls())).toEqual(["session:d2"]);
  });
});

describe("Amp", () => {
  const THREAD = "T-019ca26f-aaaa-4bbb-8ccc-dddddddddddd";
  const usage = (n: number, more: object = {}) => ({
    model: "claude-opus-4-5",
    inputTokens: 7,
    outputTokens: 30 + n,
    cacheCreationInputTokens: 5,
    cacheReadInputTokens: 90,
    timestamp: at(n),
    ...more,
  });
  const thread = (messages: object[], more: object = {}) => ({
    v: 1,
    id: THREAD,
    created: Date.parse(at(0)),
    title: "Migrate the schema",
    messages,
    env: { initial: { trees: [{ displayName: "shop", uri: "file:///w/my%20shop" }] } },
    ...more,
  });
  const leave = (content: object) =>
    world.leave(`.local/share/amp/threads/${THREAD}.json`, content);

  test("a thread with its tools and tokens", async () => {
    leave(
      thread([
        {
          role: "user",
          messageId: 0,
          content: [{ type: "text", text: "Migrate it" }],
          meta: { sentAt: Date.parse(at(1)) },
        },
        {
          role: "assistant",
          messageId: 1,
          content: [
            { type: "thinking", thinking: "hm" },
            { type: "text", text: "I will." },
            { type: "tool_use", id: "a1", name: "Bash", input: { cmd: "make" } },
            { type: "tool_use", id: "a2", name: "Read", input: { path: "a.ts" } },
            { type: "tool_use", id: "a3", name: "Bash", input: { cmd: "ls" } },
          ],
          usage: usage(2),
        },
        {
          role: "user",
          messageId: 2,
          content: [
            {
              type: "tool_result",
              toolUseID: "a1",
              run: { status: "done", result: { output: "x", exitCode: 2 } },
            },
            {
              type: "tool_result",
              toolUseID: "a2",
              run: { status: "error", error: { message: "no such file" } },
            },
            { type: "tool_result", toolUseID: "a3", run: { status: "in-progress" } },
          ],
        },
        {
          role: "assistant",
          messageId: 3,
          content: [{ type: "text", text: "Done" }],
          usage: usage(4),
        },
      ]),
    );
    expect(await world.backfill("amp")).toMatchObject([
      { sessions: 1, passed_over: 0, problems: [] },
    ]);
    expect(world.timeline(THREAD)).toEqual([
      "prompt: Migrate it",
      "assistant: I will.",
      "error: Bash: make",
      "error: Read: a.ts",
      "assistant: Done",
    ]);
    expect(world.titles()).toEqual({ [THREAD]: "Migrate the schema" });
    expect(world.fact(THREAD, "cwd")).toBe("/w/my shop");
    expect(world.calls()).toEqual({
      [`${THREAD}:1`]: [7, 90, 5, 32, null],
      [`${THREAD}:3`]: [7, 90, 5, 34, null],
    });
  });

  test("older threads keep their calls in a list", async () => {
    const events = [
      { id: "e1", timestamp: at(3), model: "claude-opus-4-5", tokens: { input: 9, output: 8 } },
    ];
    const said = { role: "user", content: [{ type: "text", text: "hi" }] };
    leave(thread([said], { usageLedger: { events } }));
    await world.backfill("amp");
    expect(world.calls()).toEqual({ [`${THREAD}:e1`]: [9, 0, 0, 8, null] });
  });

  test("a folder of AMP_DATA_DIR, and rubbish", async () => {
    world.env = { ...world.env, AMP_DATA_DIR: `${world.user}/amp` };
    world.leave("amp/threads/T-1.json", "{");
    world.leave("amp/threads/other.json", "{");
    expect(await world.backfill("amp")).toMatchObject([
      { transcripts: 1, sessions: 0, passed_over: 1 },
    ]);
  });
});

test("single files of these are imported, too", async () => {
  const droid = world.leave("elsewhere/d9.jsonl", [
    { type: "session_start", id: "d9", cwd: "/w" },
    { type: "message", id: "m1", timestamp: at(1), message: { role: "user", content: "one" } },
  ]);
  const said = [{ role: "user", content: [{ type: "text", text: "two" }] }];
  const amp = world.leave("elsewhere/T-9.json", { id: "T-9", created: 1.7e12, messages: said });
  const task = world.leave("saoudrizwan.claude-dev/tasks/9/ui_messages.json", [
    { ts: 1.7e12, type: "say", say: "task", text: "three" },
  ]);
  const cursor = world.leave("agent-transcripts/c9.jsonl", [
    { role: "user", message: { content: "four" } },
  ]);
  const { agents } = await world.json<{ agents: { agent: string; sessions: number }[] }>(
    "import",
    droid,
    amp,
    task,
    cursor,
  );
  expect(agents.map(({ agent, sessions }) => [agent, sessions])).toEqual([
    ["droid", 1],
    ["amp", 1],
    ["cline", 1],
    ["cursor", 1],
  ]);
  expect(["d9", "T-9", "9", "c9"].map((id) => world.timeline(id))).toEqual([
    ["prompt: one"],
    ["prompt: two"],
    ["prompt: three"],
    ["prompt: four"],
  ]);
});
