import { describe, expect, test } from "bun:test";
import type { AgentName } from "../../../src/agents/agents.ts";
import { HOOKS } from "../../../src/agents/hooks.ts";
import { decodeHook } from "../../../src/agents/wire/decode.ts";
import type { HookEvent } from "../../../src/agents/wire/event.ts";
import { nameEvent } from "../../../src/agents/wire/event-name.ts";

/** One event as an agent sends it, in short: `mm hook AGENT EVENT` and what its payload has. */
async function hook(
  agent: AgentName | "generic",
  event: string,
  payload: object,
): Promise<HookEvent | null> {
  return HOOKS[agent].decode(event, { session_id: "s", cwd: "/w", ...payload });
}

describe("names", () => {
  const events = {
    SessionStart: "session-start",
    AfterTool: "tool-call",
    PreCompress: null,
  } as const;
  const start = { kind: "session-start", name: "SessionStart" };
  const call = { kind: "tool-call", name: "AfterTool" };
  const rows: [string, string | null, object | null][] = [
    ["session-start", null, start],
    ["SessionStart", null, start],
    ["sessionstart", null, start],
    ["session_start", null, start],
    ["SESSION-START", null, start],
    ["tool-call", null, call],
    ["post-tool-use", null, call],
    ["AfterTool", "SessionStart", start],
    ["session-start", "AfterTool", call],
    ["session-start", "Elsewhere", start],
    ["tool-call", "PreCompress", null],
    ["pre-compress", null, null],
    ["compact", null, null],
    ["toString", null, null],
    ["", null, null],
    [`${"-".repeat(100)}session-start`, null, null],
    ["nothing", "SessionStart", start],
  ];
  test.each(rows)("%j, the payload saying %j", (typed, said, expected) => {
    expect(nameEvent(events, typed, said)).toEqual(expected as never);
  });

  test.each([
    ["claude", "prompt", "UserPromptSubmit"],
    ["codex", "compact", "PostCompact"],
    ["gemini", "UserPromptSubmit", "BeforeAgent"],
    ["gemini", "turn-end", "AfterAgent"],
    ["cursor", "UserPromptSubmit", "beforeSubmitPrompt"],
    ["cursor", "PostToolUseFailure", "postToolUseFailure"],
    ["kimi", "stop", "Stop"],
  ] as const)("%s calls %s %s", async (agent, typed, name) => {
    const tool = { tool_name: "Bash" };
    expect((await hook(agent, typed, tool))?.agentEvent).toBe(name);
  });

  test.each(["Stop", "agentStop", "agent-stop", "turn-end"])(
    "Copilot in both dialects: %s",
    async (typed) => {
      const camel = { sessionId: "s", timestamp: 1_795_345_804_137 };
      expect((await decodeHook("copilot", typed, camel, {}))?.agentEvent).toBe("agentStop");
      expect((await hook("copilot", typed, {}))?.kind).toBe("turn-end");
    },
  );
});

describe("what would mislead", () => {
  const ignored: [AgentName, string, object][] = [
    ["claude", "SubagentStop", { agent_type: "", agent_id: "a" }],
    ["claude", "PostToolBatch", { tool_calls: [] }],
    ["claude", "WorktreeCreate", {}],
    ["claude", "PostCompact", { trigger: "manual" }],
    ["claude", "tool-call", { hook_event_name: "PostToolBatch", tool_name: "Bash" }],
    ["claude", "PostToolUse", { tool_name: 7 }],
    ["claude", "made-up", {}],
    ["codex", "PreCompact", { trigger: "auto" }],
    ["gemini", "PreCompress", { trigger: "auto" }],
    ["gemini", "compact", { hook_event_name: "PreCompress" }],
    ["qwen", "UserPromptSubmit", { prompt: "" }],
    ["kimi", "TurnStarted", { prompt: "again" }],
    ["kimi", "SessionHeartbeat", {}],
    ["copilot", "errorOccurred", {}],
    ["cursor", "afterShellExecution", { conversation_id: "c" }],
  ];
  test.each(ignored)("%s %s %j is ignored", async (agent, event, payload) => {
    expect(await hook(agent, event, payload)).toBeNull();
  });

  const told: [AgentName, string, object, Partial<HookEvent>][] = [
    ["claude", "Stop", { last_assistant_message: "done" }, { kind: "turn-end", message: null }],
    ["claude", "StopFailure", { error: "rate_limit" }, { kind: "turn-end", message: "rate_limit" }],
    ["claude", "SubagentStop", {}, { kind: "subagent-stop", subagent: null }],
    ["claude", "SessionStart", { source: "new" }, { source: "startup" }],
    [
      "claude",
      "SessionStart",
      { source: "teleport", session_title: "T" },
      { source: null, title: "T" },
    ],
    ["claude", "SessionStart", { transcript_path: "~/x.jsonl" }, { transcriptPath: "~/x.jsonl" }],
    ["claude", "UserPromptSubmit", { prompt: "" }, { kind: "prompt", prompt: null }],
    ["codex", "PostCompact", { trigger: "auto" }, { kind: "compact", message: "auto" }],
    ["codex", "Interrupt", { turn_id: "t" }, { kind: "turn-end" }],
    ["kimi", "Stop", {}, { kind: "turn-end" }],
    ["kimi", "SubagentStart", { agent_name: "coder" }, { subagent: "coder" }],
    ["qwen", "UserPromptSubmit", { prompt: "old" }, { prompt: "old" }],
    ["qwen", "UserPromptSubmit", { prompt: "a", submitted_prompt: "b" }, { prompt: "b" }],
    [
      "cursor",
      "subagentStart",
      {
        conversation_id: "child",
        parent_conversation_id: "p",
        subagent_id: "u",
        subagent_type: "x",
      },
      { kind: "subagent-start", externalId: "p", subagent: "x", useId: "u" },
    ],
    ["cursor", "stop", { cwd: null, workspace_roots: ["/r", "/s"] }, { cwd: "/r" }],
  ];
  test.each(told)("%s %s %j", async (agent, event, payload, expected) => {
    expect(await hook(agent, event, payload)).toMatchObject(expected);
  });
});

describe("a tool that failed without saying so", () => {
  const shell = (agent: AgentName, output: object) => {
    const fields = {
      gemini: { event: "AfterTool", tool_name: "run_shell_command", tool_response: output },
      copilot: { event: "PostToolUse", tool_name: "Bash", tool_result: output },
      droid: { event: "PostToolUse", tool_name: "Execute", tool_response: output },
    }[agent as "gemini" | "copilot" | "droid"];
    return hook(agent, fields.event, fields);
  };
  const GEMINI_TAIL = "\nProcess Group PGID: 26842\n</untrusted_context>";
  const rows: [AgentName, object, string | null][] = [
    ["gemini", { llmContent: `Output: hi\nExit Code: 3${GEMINI_TAIL}` }, "Exit code 3"],
    ["gemini", { llmContent: [{ text: "Output: hi\nExit Code: 127" }] }, "Exit code 127"],
    ["gemini", { llmContent: `Output: Exit Code: 3\nmore${GEMINI_TAIL}` }, null],
    ["gemini", { llmContent: `Output: hi\nExit Code: 3\nmore${GEMINI_TAIL}` }, null],
    ["gemini", { llmContent: "Output: hi\nExit Code: 0" }, null],
    ["gemini", { llmContent: "x", error: { message: "no such tool" } }, "no such tool"],
    ["copilot", { text_result_for_llm: "<shellId: 0 completed with exit code 0>" }, null],
    [
      "copilot",
      { text_result_for_llm: "<shellId: 12 completed with exit code 2>\n" },
      "Exit code 2",
    ],
    ["copilot", { text_result_for_llm: "<shellId: 0 completed with exit code 3> more" }, null],
    ["copilot", { result_type: "failure", text_result_for_llm: "no" }, "no"],
    ["copilot", { resultType: "denied" }, "denied"],
    ["droid", { success: false, error: "no" }, "no"],
    ["droid", { success: true }, null],
  ];
  test.each(rows)("%s %j", async (agent, output, error) => {
    const event = await shell(agent, output);
    expect(event?.kind).toBe(error === null ? "tool-call" : "tool-error");
    expect(event?.tool).toMatchObject({ ok: error === null, error });
  });

  test("but only a shell's", async () => {
    const read = { tool_name: "read_file", tool_response: { llmContent: "a\nExit Code: 3" } };
    expect((await hook("gemini", "AfterTool", read))?.kind).toBe("tool-call");
    const text = "<shellId: 0 completed with exit code 3>";
    const view = { tool_name: "Read", tool_result: { text_result_for_llm: text } };
    expect((await hook("copilot", "PostToolUse", view))?.kind).toBe("tool-call");
  });
});

describe("why a command of Qwen's failed", () => {
  const told = (printed: string, end: string) =>
    `Command: make\nDirectory: (root)\nOutput: ${printed}\nError: (none)\n${end}`;
  const exited = (code: number) => `Exit Code: ${code}\nSignal: (none)\nProcess Group PGID: (none)`;
  const rows: [string, string][] = [
    [told("hi", exited(3)), "Exit code 3\nhi"],
    [told("(empty)", exited(127)), "Exit code 127"],
    [told("a\nError: b\nExit Code: 5\nc", exited(2)), "Exit code 2\na\nError: b\nExit Code: 5\nc"],
    [told("hi", "Exit Code: (none)\nSignal: 9"), told("hi", "Exit Code: (none)\nSignal: 9")],
    ["no such tool", "no such tool"],
    ["Command: x", "Command: x"],
  ];
  test.each(rows)("%j", async (error, expected) => {
    const fields = { tool_name: "run_shell_command", tool_call_id: "call_1", error };
    const event = await hook("qwen", "PostToolUseFailure", fields);
    expect(event).toMatchObject({ kind: "tool-error", useId: "call_1" });
    expect(event?.tool).toMatchObject({ ok: false, error: expected });
  });
});
