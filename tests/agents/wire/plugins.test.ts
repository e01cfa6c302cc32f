import { describe, expect, test } from "bun:test";
import { HOOKS } from "../../../src/agents/hooks.ts";
import type { HookEvent } from "../../../src/agents/wire/event.ts";

describe("OpenCode's plugin", () => {
  const send = (type: string, properties: object) =>
    HOOKS.opencode.decode(type, {
      type,
      properties: { sessionID: "ses_1", directory: "/w", ...properties },
    });
  const child = { parentID: "ses_0" };
  const bash = { tool: "bash", callID: "c1", args: { command: "make" }, output: "hi\n" };

  const rows: [string, object, Partial<HookEvent> | null][] = [
    [
      "chat.message",
      { text: "hello", model: { providerID: "anthropic", modelID: "opus" } },
      { kind: "prompt", prompt: "hello", model: "anthropic/opus", cwd: "/w", externalId: "ses_1" },
    ],
    ["chat.message", { text: "hello", model: "opus" }, { model: "opus" }],
    ["chat.message", { text: "do it", ...child }, null],
    ["chat.message", { text: '"hello"' }, { prompt: "hello" }],
    ["chat.message", { text: '"say \\"hi\\" to me"' }, { prompt: 'say "hi" to me' }],
    ["chat.message", { text: '"this" or "that"' }, { prompt: '"this" or "that"' }],
    ["chat.message", { text: '""' }, { prompt: '""' }],
    ["chat.message", { text: '"' }, { prompt: '"' }],
    ["tool.execute.after", { ...bash, metadata: { exit: 0 } }, { kind: "tool-call", useId: "c1" }],
    ["tool.execute.before", bash, { kind: "tool-start" }],
    ["tool.execute.after", { ...bash, ...child }, { kind: "tool-call", externalId: "ses_0" }],
    ["tool.execute.after", { ...bash, tool: null }, null],
    ["session.created", { info: { title: "A title" } }, { title: "A title", source: "startup" }],
    ["session.created", { info: { title: "New session - 2026-11-22T11:14:05Z" } }, { title: null }],
    ["session.created", child, { kind: "subagent-start", externalId: "ses_0", useId: "ses_1" }],
    ["session.idle", {}, { kind: "turn-end", externalId: "ses_1" }],
    ["session.idle", child, { kind: "subagent-stop", externalId: "ses_0", useId: "ses_1" }],
    ["session.compacted", {}, { kind: "compact" }],
    ["session.compacted", child, null],
    ["session.deleted", {}, { kind: "session-end", reason: "deleted" }],
    ["session.deleted", { sessionID: null, info: { id: "ses_9" } }, { externalId: "ses_9" }],
    ["session.deleted", child, null],
    ["dispose", {}, { kind: "session-end", reason: "dispose" }],
    ["session.status", {}, null],
    ["session.idle", { sessionID: "" }, null],
  ];
  test.each(rows)("%s %j", (type, properties, expected) => {
    const event = send(type, properties);
    if (expected === null) expect(event).toBeNull();
    else expect(event).toMatchObject(expected);
  });

  test("a shell's exit code makes its call a failure", () => {
    expect(send("tool.execute.after", { ...bash, metadata: { exit: 3 } })).toMatchObject({
      kind: "tool-error",
      tool: { ok: false, error: "Exit code 3", object: "make", outputSize: 3 },
    });
  });

  test("the name alone is enough on the command line", () => {
    const payload = { properties: { sessionID: "ses_1" } };
    expect(HOOKS.opencode.decode("session-end", payload)).toMatchObject({ agentEvent: "dispose" });
    expect(HOOKS.opencode.decode("session-created", payload)).toMatchObject({
      kind: "session-start",
    });
  });
});

test("Cline's command-line edition names its events otherwise, and has subagents", () => {
  const send = (hookName: string, rest: object) =>
    HOOKS.cline.decode("x", { hookName, taskId: "conv_1", workspaceRoots: ["/w"], ...rest });
  const call = { id: "call_1", name: "read_files", input: { path: "a.ts" } };
  expect(send("tool_call", { tool_call: call })).toMatchObject({
    kind: "tool-start",
    agentEvent: "PreToolUse",
    useId: "call_1",
    tool: { name: "read_files", file: "a.ts" },
  });
  const sub = { agent_id: "a2", parent_agent_id: "a1", sessionContext: { rootSessionId: "root" } };
  expect(send("agent_start", sub)).toMatchObject({
    kind: "subagent-start",
    externalId: "root",
    useId: "a2",
  });
  expect(send("agent_end", sub)?.kind).toBe("subagent-stop");
  expect(send("prompt_submit", sub)).toBeNull();
  expect(send("TaskCancel", {})).toMatchObject({ kind: "session-end", reason: "TaskCancel" });
  expect(send("TaskResume", {})?.source).toBe("resume");
  const prompt = { userPromptSubmit: { prompt: "hi", attachments: [] } };
  expect(send("UserPromptSubmit", prompt)?.prompt).toBe("hi");
  expect(send("TaskError", { error: { message: "no model" } })?.message).toBe("no model");
});

test("Windsurf's events begin nothing and end nothing", () => {
  const send = (name: string, tool_info: object) =>
    HOOKS.windsurf.decode(name, { agent_action_name: name, trajectory_id: "t", tool_info });
  const mcp = {
    mcp_tool_name: "create_issue",
    mcp_tool_arguments: { query: "q" },
    mcp_result: "ok",
  };
  expect(send("post_mcp_tool_use", mcp)?.tool).toMatchObject({
    name: "create_issue",
    object: "q",
    outputSize: 2,
  });
  expect(send("pre_write_code", { file_path: "/w/a.ts" })).toMatchObject({
    kind: "tool-start",
    tool: { name: "write_code", file: "/w/a.ts" },
  });
  expect(send("post_cascade_response", { response: "done" })?.kind).toBe("turn-end");
  expect(HOOKS.windsurf.decode("session-start", { trajectory_id: "t" })).toBeNull();
});

test("Amp's messages come as text or in parts", () => {
  const send = (message: unknown) =>
    HOOKS.amp.decode("agent.start", { thread: { id: "T-1" }, message })?.prompt;
  expect(send("hi")).toBe("hi");
  expect(send({ content: "hi" })).toBe("hi");
  expect(send({ content: [{ type: "text", text: "a" }, { text: "b" }] })).toBe("a\nb");
  expect(send(7)).toBeNull();
});
