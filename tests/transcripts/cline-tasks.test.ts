import { afterEach, beforeEach, expect, test } from "bun:test";
import { HistoryWorld } from "../support/backfilled.ts";

const TASK = "1795345800000";
const AT = 1_795_345_800_000;

let world: HistoryWorld;
beforeEach(() => {
  world = new HistoryWorld();
});
afterEach(() => world[Symbol.dispose]());

const say = (n: number, kind: string, text: unknown, more: object = {}) => ({
  ts: AT + n * 1000,
  type: "say",
  say: kind,
  text: typeof text === "string" ? text : JSON.stringify(text),
  modelInfo: { providerId: "anthropic", modelId: "claude-sonnet-4-5", mode: "act" },
  ...more,
});
const ask = (n: number, kind: string, text: unknown) => {
  const { say: _, ...message } = say(n, kind, text);
  return { ...message, type: "ask", ask: kind };
};

const MESSAGES = [
  say(0, "task", "Fix the parser"),
  say(1, "api_req_started", {
    tokensIn: 12,
    tokensOut: 34,
    cacheWrites: 56,
    cacheReads: 78,
    cost: 0.5,
  }),
  say(2, "reasoning", "I think"),
  say(3, "text", "I look at it."),
  say(4, "text", "I look at", { partial: true }),
  ask(5, "tool", { tool: "readFile", path: "src/parser.ts", content: "secret" }),
  say(6, "command", "make testREQ_APP"),
  say(7, "command_output", "ok"),
  ask(8, "use_mcp_server", { serverName: "db", toolName: "query", arguments: '{"query":"q1"}' }),
  say(9, "error", "It broke"),
  say(10, "api_req_started", { tokensIn: 1, tokensOut: 2, streamingFailedMessage: "overloaded" }),
  say(11, "compaction", { status: "completed", mode: "auto" }),
  say(12, "compaction", { status: "skipped", mode: "auto" }),
  say(13, "completion_result", "DoneHAS_CHANGES"),
  ask(14, "completion_result", ""),
  say(15, "user_feedback", "Add a test"),
  ask(16, "plan_mode_respond", { response: "I would", options: [] }),
  say(17, "api_req_started", { request: "" }),
];

function leave(storage: string, messages: unknown = MESSAGES): void {
  const folder = `${storage}/saoudrizwan.claude-dev`;
  world.leave(`${folder}/tasks/${TASK}/ui_messages.json`, messages);
  const said =
    "<task>\nFix\n</task>\n\n<environment_details>\n# Current Working Directory (/w/shop) Files\na";
  world.leave(`${folder}/tasks/${TASK}/api_conversation_history.json`, [
    { role: "user", content: [{ type: "text", text: said }] },
  ]);
}

const FOLDERS = [
  ".config/Code/User/globalStorage",
  ".config/VSCodium/User/globalStorage",
  ".config/Windsurf/User/globalStorage",
  "Library/Application Support/Cursor/User/globalStorage",
  "AppData/Roaming/Code - Insiders/User/globalStorage",
  ".vscode-server/data/User/globalStorage",
];

test.each(FOLDERS)("a task of the extension below %s", async (folder) => {
  world.env = { ...world.env, APPDATA: `${world.user}/AppData/Roaming` };
  leave(folder);
  expect(await world.backfill("cline")).toMatchObject([
    { sessions: 1, passed_over: 0, problems: [] },
  ]);
  expect(world.timeline(TASK)).toEqual([
    "prompt: Fix the parser",
    "assistant: I look at it.",
    "tool_call: read_file: src/parser.ts",
    "tool_call: execute_command: make test",
    "tool_call: query: q1",
    "error: It broke",
    "error: overloaded",
    "compact: auto",
    "assistant: Done",
    "prompt: Add a test",
    "assistant: I would",
  ]);
  expect(world.fact(TASK, "cwd")).toBe("/w/shop");
  expect(world.fact(TASK, "model")).toBe("claude-sonnet-4-5");
  expect(world.calls()).toEqual({
    [`${TASK}:api_req_started:${AT + 1000}`]: [12, 78, 56, 34, 0.5],
    [`${TASK}:api_req_started:${AT + 10_000}`]: [1, 0, 0, 2, null],
  });
});

test("is read again when it has grown, and stored once, also where two editors have it", async () => {
  leave(FOLDERS[0] ?? "", MESSAGES.slice(0, 4));
  await world.backfill("cline");
  leave(FOLDERS[0] ?? "");
  leave(FOLDERS[3] ?? "");
  await world.backfill("cline");
  expect(world.timeline(TASK)).toHaveLength(11);
  expect(Object.keys(world.calls())).toHaveLength(2);
});

test("the list of tasks tells the folder where the model wasn't told", async () => {
  const folder = ".config/Code/User/globalStorage/saoudrizwan.claude-dev";
  world.leave(`${folder}/tasks/${TASK}/ui_messages.json`, MESSAGES);
  world.leave(`${folder}/state/taskHistory.json`, [
    { id: "1", cwdOnTaskInitialization: "/other" },
    { id: TASK, cwdOnTaskInitialization: "/w/listed" },
  ]);
  await world.backfill("cline");
  expect(world.fact(TASK, "cwd")).toBe("/w/listed");
});

test("a file that is no list is counted", async () => {
  leave(FOLDERS[0] ?? "", "{}");
  expect(await world.backfill("cline")).toMatchObject([{ sessions: 0, passed_over: 1 }]);
});

test("hooks that told of the task first are completed", async () => {
  world.clock = new Date(AT);
  const call = { taskId: TASK, clineVersion: "3.60.0", workspaceRoots: ["/w/shop"] };
  await world.hook("cline", "TaskStart", { ...call, hookName: "TaskStart", timestamp: String(AT) });
  await world.hook("cline", "PostToolUse", {
    ...call,
    hookName: "PostToolUse",
    timestamp: String(AT + 6000),
    postToolUse: {
      toolName: "execute_command",
      parameters: { command: "make test" },
      result: "ok",
      success: true,
    },
  });
  world.clock = new Date("2026-11-27T12:00:00Z");
  leave(FOLDERS[0] ?? "");
  await world.backfill("cline");
  const commands = world.timeline(TASK).filter((event) => event.includes("execute_command"));
  expect(commands).toEqual(["tool_call: execute_command: make test"]);
});
