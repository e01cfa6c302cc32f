import { afterEach, beforeEach, expect, test } from "bun:test";
import { sequence } from "../agents/wire/samples.ts";
import { HookWorld } from "../support/hook-world.ts";

let world: HookWorld;
beforeEach(() => {
  world = new HookWorld();
});
afterEach(() => world[Symbol.dispose]());

/** Every recorded call in its order, a second between them; each is delivered so many times. */
async function play(agent: string, deliveries = 1): Promise<void> {
  for (const { event, payload } of sequence(agent)) {
    for (let n = 0; n < deliveries; n++) await world.hook(agent, event, payload);
    world.pass(3);
  }
}

const EXPECTED = {
  claude: {
    id: "1513f881-5216-4314-8686-5c85e2f61395",
    row: {
      agent_id: "claude-code",
      namespace: "agent-runtime:claude-code",
      client: "claude",
      started_at: "2026-11-22T12:00:00+00:00",
      ended_at: "2026-11-22T12:00:27+00:00",
      summary: "Session had 6 events: 2x prompt, 2x turn_end, 1x tool_call, 1x session_resume",
      title: "usetool please",
      model: null,
      cwd: "/w",
      root: "/w",
      transcript: "/home/u/.claude/projects/-w/1513f881-5216-4314-8686-5c85e2f61395.jsonl",
      end_reason: "other",
      ended_by: "client",
    },
    events: [
      "prompt: usetool please",
      "tool_call: Bash: echo hi",
      "turn_end: ",
      "session_resume: resume",
      "prompt: hello again",
      "turn_end: ",
    ],
    resumed: {
      event: "SessionStart",
      ended_at: "2026-11-22T12:00:15+00:00",
      end_reason: "other",
      summary: "Session had 3 events: 1x prompt, 1x tool_call, 1x turn_end",
    },
  },
  codex: {
    id: "01a20310-ab9f-74b1-8f6f-4e5d1829074a",
    row: {
      agent_id: "codex",
      namespace: "agent-runtime:codex",
      client: "codex",
      started_at: "2026-11-22T12:00:00+00:00",
      ended_at: "2026-11-22T12:00:24+00:00",
      summary: "Session had 6 events: 2x prompt, 2x turn_end, 1x tool_call, 1x session_resume",
      title: "usetool please",
      model: "gpt-5.5",
      end_reason: "other",
    },
    events: [
      "prompt: usetool please",
      "tool_call: Bash: echo hi; exit 3",
      "turn_end: ",
      "session_resume: resume",
      "prompt: hello again",
      "turn_end: ",
    ],
    resumed: {
      event: "SessionStart",
      ended_at: "2026-11-22T12:00:12+00:00",
      end_reason: "other",
      summary: "Session had 3 events: 1x prompt, 1x tool_call, 1x turn_end",
    },
  },
  gemini: {
    id: "e45b1e2a-79c0-41e8-a56c-cbc7b71072f7",
    row: {
      agent_id: "gemini-cli",
      namespace: "agent-runtime:gemini-cli",
      client: "gemini",
      // Its own clock.
      started_at: "2026-11-22T11:33:56+00:00",
      ended_at: "2026-11-22T11:33:59+00:00",
      summary: "Session had 6 events: 2x prompt, 2x turn_end, 1x error, 1x session_resume",
      title: "usetool please",
      end_reason: "exit",
    },
    events: [
      "prompt: usetool please",
      "error: run_shell_command: echo hi; exit 3",
      "turn_end: ",
      "session_resume: resume",
      "prompt: hello again",
      "turn_end: ",
    ],
    resumed: {
      event: "SessionStart",
      ended_at: "2026-11-22T11:33:56+00:00",
      end_reason: "exit",
      summary: "Session had 3 events: 1x prompt, 1x error, 1x turn_end",
    },
  },
};

const AGENT_NAMES = Object.entries(EXPECTED);

test.each(AGENT_NAMES)("what %s sent becomes one session", async (agent, expected) => {
  await play(agent);
  expect(world.sessions()).toHaveLength(1);
  expect(world.session(expected.id)).toMatchObject(expected.row);
  expect(JSON.parse(world.session(expected.id).metadata)).toEqual({
    title: "usetool please",
    event_count: 6,
    summary_provenance: "manual",
  });
  expect(world.told(expected.id)).toEqual(expected.events);
  const resumed = world.events(expected.id).find(({ type }) => type === "session_resume");
  expect(resumed?.metadata).toEqual(expected.resumed);
  expect(world.log()).toEqual([]);
  expect(world.files()).toEqual(["memtomem.db"]);
});

test.each(AGENT_NAMES)("and so it does when %s sends everything twice", async (agent, expected) => {
  await play(agent, 2);
  expect(world.sessions()).toHaveLength(1);
  expect(world.told(expected.id)).toEqual(expected.events);
  expect(world.session(expected.id)).toMatchObject(expected.row);
});

test.each(AGENT_NAMES)("a tool call of %s says how it went", async (agent, expected) => {
  await play(agent);
  const call = world.events(expected.id)[1]?.metadata;
  const own = {
    claude: {
      event: "PostToolUse",
      tool: "Bash",
      tool_use_id: "toolu_1",
      ok: true,
      duration_ms: 25,
      input_size: 39,
      output_size: 2,
    },
    codex: {
      event: "PostToolUse",
      tool: "Bash",
      tool_use_id: "call_1",
      ok: true,
      input_size: 29,
      output_size: 3,
    },
    gemini: {
      event: "AfterTool",
      tool: "run_shell_command",
      ok: false,
      error: "Exit code 3",
      input_size: 47,
      output_size: 90,
    },
  }[agent];
  expect(call).toEqual(own);
});

test("our own duration is kept of every event", async () => {
  await play("claude");
  const durations = world.rows<{ own_us: number }>("SELECT own_us FROM mm_events");
  expect(durations.map(({ own_us }) => own_us)).toEqual(Array(6).fill(1234));
});

test("three agents at once don't get in each other's way", async () => {
  const calls = Object.keys(EXPECTED).map((agent) => ({ agent, rest: sequence(agent) }));
  while (calls.some(({ rest }) => rest.length > 0)) {
    for (const { agent, rest } of calls) {
      const next = rest.shift();
      if (next !== undefined) await world.hook(agent, next.event, next.payload);
    }
    world.pass(3);
  }
  expect(world.sessions()).toHaveLength(3);
  for (const { id, events } of Object.values(EXPECTED)) expect(world.told(id)).toEqual(events);
  expect(world.sessions().map(({ ended_at }) => ended_at)).not.toContain(null);
});

test("`session list` and `session events` show it", async () => {
  await play("claude");
  const { sessions } = await world.json<{ sessions: Record<string, unknown>[] }>("session", "list");
  expect(sessions).toHaveLength(1);
  expect(sessions[0]).toMatchObject({ agent_id: "claude-code", title: "usetool please" });
  const { events } = await world.json<{ events: Record<string, unknown>[] }>(
    ...["session", "events", String(sessions[0]?.["id"] ?? sessions[0]?.["session_id"])],
  );
  expect(events.map(({ event_type }) => event_type)).toEqual(
    EXPECTED.claude.events.map((told) => told.split(":")[0]),
  );
});
