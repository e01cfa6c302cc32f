import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { sequence } from "../agents/wire/samples.ts";
import { HookWorld } from "../support/hook-world.ts";

let world: HookWorld;
beforeEach(() => {
  world = new HookWorld();
  world.clock = new Date(1_795_693_400_000);
});
afterEach(() => world[Symbol.dispose]());

const ROOT = "11111111-0000-4000-8000-000000000001";
const SUB = "22222222-0000-4000-8000-000000000002";
const OF_SUB = { sessionId: SUB, agentId: SUB, agentType: "general-purpose", parentAgentId: ROOT };

/** A call of Copilot at its next millisecond. */
async function call(event: string, fields: object): Promise<void> {
  world.pass(0.001);
  await world.hook("copilot", event, { cwd: "/w", timestamp: world.clock.getTime(), ...fields });
}

test("what Copilot sent of a session with a subagent is one session, which ends", async () => {
  for (const { event, payload } of sequence("copilot-subagent")) {
    await world.hook("copilot", event, payload);
  }
  expect(world.sessions().map(({ external_id }) => external_id)).toEqual([ROOT]);
  expect(world.session(ROOT)).toMatchObject({ title: "useagent please", end_reason: "complete" });
  expect(world.told(ROOT)).toEqual(["prompt: useagent please", "tool_call: task: d", "turn_end: "]);
});

test("so is one with a subagent that starts another, whose ids lead to no session", async () => {
  for (const { event, payload } of sequence("copilot-nested")) {
    await world.hook("copilot", event, payload);
  }
  expect(world.sessions().map(({ external_id }) => external_id)).toEqual([ROOT]);
  expect(world.told(ROOT)).toEqual([
    "prompt: nestagent please",
    "subagent_start: general-purpose",
    "subagent_start: general-purpose",
    "tool_call: bash: echo hi",
    "subagent_stop: general-purpose",
    "tool_call: task: Help a little",
    "subagent_stop: general-purpose",
    "tool_call: task: Help a little",
    "turn_end: ",
  ]);
});

describe("a session that OpenCode made for a subagent", () => {
  const told = (type: string, properties: object) =>
    world.hook("opencode", type, { type, properties: { directory: "/w", ...properties } });
  const start = async () => {
    await told("session.created", { info: { id: "ses_1", title: "t" } });
    await told("session.created", {
      info: { id: "ses_2", parentID: "ses_1", title: "count (@general subagent)" },
    });
  };
  const work = async () => {
    await told("chat.message", { sessionID: "ses_2", text: "count" });
    await told("tool.execute.after", { sessionID: "ses_2", tool: "bash", callID: "c1", args: {} });
    await told("session.idle", { sessionID: "ses_2" });
    await told("session.deleted", { info: { id: "ses_2" } });
  };
  const expected = ["subagent_start: general", "tool_call: bash", "subagent_stop: "];

  test("is its parent's, though only its start names that", async () => {
    await start();
    await work();
    expect(world.sessions().map(({ external_id }) => external_id)).toEqual(["ses_1"]);
    expect(world.told("ses_1")).toEqual(expected);
    expect(world.session("ses_1").ended_at).toBeNull();
  });

  test("whose id looks like a secret is its parent's all the same", async () => {
    const id = `ghp_${"aB3dE5gH7j".repeat(3)}kL9mN1`;
    await told("session.created", { info: { id: "ses_1", title: "t" } });
    const info = { id, parentID: "ses_1", title: "count (@general subagent)" };
    await told("session.created", { info });
    await told("tool.execute.after", { sessionID: id, tool: "bash", callID: "c1", args: {} });
    expect(world.sessions().map(({ external_id }) => external_id)).toEqual(["ses_1"]);
    expect(world.told("ses_1")).toEqual(["subagent_start: general", "tool_call: bash"]);
  });

  test("also after its parent's end, and another session's in between", async () => {
    await start();
    await told("dispose", { sessionID: "ses_1" });
    await told("session.created", { info: { id: "ses_3", title: "t" } });
    await work();
    expect(world.sessions().map(({ external_id }) => external_id)).toEqual(["ses_1", "ses_3"]);
    expect(world.told("ses_1")).toEqual(expected);
  });
});

describe("of a subagent of Copilot", () => {
  beforeEach(async () => {
    await call("sessionStart", { sessionId: ROOT, source: "new" });
    await call("userPromptSubmitted", { sessionId: ROOT, prompt: "go" });
  });

  test("tools, failures, its start and its stop are its session's", async () => {
    const tool = { toolName: "bash", toolArgs: { command: "make" } };
    await call("subagentStart", { sessionId: ROOT, agentName: "general-purpose" });
    await call("postToolUse", {
      ...OF_SUB,
      ...tool,
      toolResult: { resultType: "success", textResultForLlm: "ok" },
    });
    await call("postToolUseFailure", { ...OF_SUB, ...tool, error: "no" });
    await call("notification", {
      ...OF_SUB,
      notification_type: "permission_prompt",
      message: "May it?",
    });
    await call("subagentStop", { sessionId: ROOT, agentName: "general-purpose" });
    expect(world.told(ROOT)).toEqual([
      "prompt: go",
      "subagent_start: general-purpose",
      "tool_call: bash: make",
      "error: bash: make",
      "notification: May it?",
      "subagent_stop: general-purpose",
    ]);
    expect(world.sessions()).toHaveLength(1);
  });

  test("the rest is its own affair, whichever of its fields tell of it", async () => {
    const { parentAgentId: _, ...withoutParent } = OF_SUB;
    const { agentId: __, ...withoutId } = OF_SUB;
    for (const fields of [OF_SUB, withoutParent, withoutId]) {
      await call("sessionStart", { ...fields, source: "new" });
      await call("userPromptSubmitted", { ...fields, prompt: "say done" });
      await call("preCompact", { ...fields, trigger: "auto" });
      await call("agentStop", { ...fields, stopReason: "end_turn" });
      await call("sessionEnd", { ...fields, reason: "complete" });
    }
    expect(world.told(ROOT)).toEqual(["prompt: go"]);
    expect(world.sessions()).toMatchObject([{ external_id: ROOT, ended_at: null }]);
    expect(await world.json("ps")).toMatchObject({ sessions: [{ state: "busy" }], count: 1 });
  });

  test("also in Claude's words", async () => {
    const fields = { session_id: SUB, agent_id: SUB, parent_agent_id: ROOT };
    const time = () => ({ timestamp: world.clock.toISOString() });
    await world.hook("copilot", "UserPromptSubmit", { ...fields, ...time(), prompt: "say done" });
    await world.hook("copilot", "Stop", { ...fields, ...time() });
    await world.hook("copilot", "PostToolUse", {
      ...fields,
      ...time(),
      tool_name: "bash",
      tool_input: { command: "make" },
    });
    expect(world.told(ROOT)).toEqual(["prompt: go", "tool_call: bash: make"]);
    expect(world.sessions()).toHaveLength(1);
  });

  test("the session's own events that name an agent stay its own", async () => {
    await call("agentStop", { sessionId: ROOT, agentId: "main", stopReason: "end_turn" });
    await call("subagentStop", { sessionId: ROOT, agentId: SUB, agentType: "explore" });
    expect(world.told(ROOT)).toEqual(["prompt: go", "turn_end: ", "subagent_stop: explore"]);
  });
});
