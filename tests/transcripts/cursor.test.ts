import { Database } from "bun:sqlite";
import { afterEach, beforeEach, expect, test } from "bun:test";
import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { HistoryWorld } from "../support/backfilled.ts";

let world: HistoryWorld;
beforeEach(() => {
  world = new HistoryWorld();
});
afterEach(() => world[Symbol.dispose]());

const at = (second: number) => `2026-11-20T10:00:${String(second).padStart(2, "0")}.000Z`;

const ID = "11111111-2222-4333-8444-555555555555";
const PROJECT = ".cursor/projects/w-shop";
const line = (role: string, ...content: object[]) => ({ role, message: { content } });
const text = (said: string) => ({ type: "text", text: said });
const stamped = (said: string, time = "7:30 PM (UTC-7)") =>
  text(
    `<timestamp>Friday, Nov 20, 2026, ${time}</timestamp>\n<user_query>\n${said}\n</user_query>`,
  );
const LINES = [
  line("user", stamped("Fix it")),
  line("assistant", text("Looking."), {
    type: "tool_use",
    name: "Shell",
    input: { command: "make" },
  }),
  line(
    "user",
    text(
      "<timestamp>Friday, Nov 20, 2026, 7:32 PM (UTC-7)</timestamp>\n<system_notification>x</system_notification>",
    ),
  ),
  line("assistant", text("Fixed.")),
];

test("the command line's transcripts, in the trusted folder, with times of the prompts", async () => {
  world.leave(`${PROJECT}/.workspace-trusted`, { workspacePath: "/w/shop" });
  world.leave(`${PROJECT}/agent-transcripts/${ID}/${ID}.jsonl`, LINES);
  world.leave(`${PROJECT}/agent-transcripts/${ID}/subagents/s1.jsonl`, [
    line("user", stamped("a task", "7:31 PM (UTC-7)")),
    line("assistant", text("found")),
  ]);
  world.leave(`${PROJECT}/terminals/1.jsonl`, LINES);
  expect(await world.backfill("cursor")).toMatchObject([
    { sessions: 1, passed_over: 0, problems: [] },
  ]);
  expect(world.timeline(ID)).toEqual(
    [
      "prompt: Fix it",
      "assistant: Looking.",
      "tool_call: Shell: make",
      "assistant: Fixed.",
      "subagent_start: ",
      "assistant: found",
      "subagent_stop: ",
    ].toSorted((a, b) => order(a) - order(b)),
  );
  const [{ ms = 0 } = {}] = world.rows<{ ms: number }>("SELECT min(at_ms) AS ms FROM mm_events");
  expect(new Date(ms).toISOString()).toBe("2026-11-21T02:30:00.000Z");
  expect(world.fact(ID, "cwd")).toBe("/w/shop");
  expect(world.calls()).toEqual({});
});

/** By time: the subagent ran between the prompt and the answer. */
function order(event: string): number {
  const wanted = [
    "prompt",
    "assistant: Looking",
    "tool_call",
    "subagent_start",
    "assistant: found",
    "subagent_stop",
    "assistant: Fixed",
  ];
  return wanted.findIndex((each) => event.startsWith(each));
}

test("older ones are text", async () => {
  world.leave(
    `${PROJECT}/agent-transcripts/${ID}.txt`,
    "user:\n<user_query>\nFix it\n</user_query>\n\nassistant:\n[Thinking]\n  hm\nI look.\n[Tool call] Shell\n  command: make\n[Tool result] Shell\n  ok\nFixed.\n",
  );
  await world.backfill("cursor");
  expect(world.timeline(ID)).toEqual([
    "prompt: Fix it",
    "assistant: I look. Fixed.",
    "tool_call: Shell: make",
  ]);
});

function database(): void {
  const path = `${world.user}/.config/Cursor/User/globalStorage/state.vscdb`;
  mkdirSync(dirname(path), { recursive: true });
  using db = new Database(path, { create: true });
  db.run(
    "CREATE TABLE cursorDiskKV (key TEXT UNIQUE, value BLOB); CREATE TABLE ItemTable (key TEXT UNIQUE, value BLOB)",
  );
  const put = (key: string, value: unknown) =>
    db.query("INSERT OR REPLACE INTO cursorDiskKV VALUES (?, ?)").run(key, JSON.stringify(value));
  put(`composerData:${ID}`, {
    composerId: ID,
    name: "The parser",
    createdAt: Date.parse(at(0)),
    lastUpdatedAt: Date.parse(at(9)),
    modelConfig: { modelName: "claude-4.5-sonnet" },
    subComposerIds: ["sub"],
    workspaceIdentifier: { id: "x", uri: { fsPath: "/w/shop" } },
    fullConversationHeadersOnly: ["u1", "a1", "a2", "gone"].map((bubbleId) => ({ bubbleId })),
  });
  put(`composerData:sub`, {
    composerId: "sub",
    name: "A task",
    createdAt: Date.parse(at(4)),
    lastUpdatedAt: Date.parse(at(8)),
    fullConversationHeadersOnly: [{ bubbleId: "s1" }, { bubbleId: "s2" }],
  });
  put("bubbleId:sub:s1", { type: 1, text: "do it", createdAt: at(4) });
  put("bubbleId:sub:s2", { type: 2, text: "found", createdAt: at(5) });
  db.query("INSERT INTO cursorDiskKV VALUES ('composerData:cut', '{\"a')").run();
  put("composerData:00000000-0000-4000-8000-000000000000", null);
  put(`bubbleId:${ID}:u1`, { type: 1, text: "Fix it", createdAt: at(1) });
  put(`bubbleId:${ID}:a1`, {
    type: 2,
    text: "Looking.",
    createdAt: at(2),
    toolFormerData: {
      name: "run_terminal_cmd",
      rawArgs: '{"command":"make"}',
      status: "error",
      toolCallId: "c1",
    },
  });
  put(`bubbleId:${ID}:a2`, {
    type: 2,
    text: "Fixed.",
    createdAt: at(3),
    tokenCount: { inputTokens: 5 },
  });
}

test("the editor's database tells more, so that its transcripts add nothing", async () => {
  world.leave(`${PROJECT}/agent-transcripts/${ID}/${ID}.jsonl`, LINES);
  database();
  expect(await world.backfill("cursor")).toMatchObject([{ sessions: 1, problems: [] }]);
  expect(world.timeline(ID)).toEqual([
    "prompt: Fix it",
    "assistant: Looking.",
    "error: run_terminal_cmd: make",
    "assistant: Fixed.",
    "subagent_start: ",
    "assistant: found",
    "subagent_stop: ",
  ]);
  expect(world.titles()).toEqual({ [ID]: "The parser" });
  expect(world.fact(ID, "cwd")).toBe("/w/shop");
  expect(world.calls()).toEqual({});
  expect(await world.backfill("cursor")).toMatchObject([{ events: 0 }]);
});

test("another program's database is counted, and a preview is called one", async () => {
  world.leave(".config/Cursor/User/globalStorage/state.vscdb", "rubbish");
  const [report] = await world.backfill("cursor");
  expect(report).toMatchObject({ sessions: 0 });
  expect(report?.problems[0]).toContain("state.vscdb");
  world.leave(`${PROJECT}/agent-transcripts/${ID}/${ID}.jsonl`, LINES);
  // Of what isn't told nothing is said.
  expect((await world.mm("backfill", "cursor")).out).toMatch(/Cursor \(preview\) .* - +- +0\n/u);
});
