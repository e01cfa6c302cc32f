import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { HookWorld } from "../support/hook-world.ts";

let world: HookWorld;
beforeEach(() => {
  world = new HookWorld();
});
afterEach(() => world[Symbol.dispose]());

const FIRST_END = "2026-11-22T12:00:10+00:00";

/** A session with one prompt that its agent ended 10 s after its start, and a minute has passed. */
async function ended(): Promise<void> {
  await world.start();
  await world.prompt("hi");
  world.pass(10);
  await world.end("exit");
  world.pass(60);
}

const resumed = () => world.events().filter(({ type }) => type === "session_resume");
const isActive = () => world.session().ended_at === null;

describe("a session that its client ended is reopened", () => {
  const openers: [string, () => Promise<void>][] = [
    ["startup", () => world.start("startup")],
    ["resume", () => world.start("resume")],
    ["clear", () => world.start("clear")],
    ["compact", () => world.start("compact")],
    ["fork", () => world.start("fork")],
    ["prompt", () => world.prompt("again")],
    ["tool-call", () => world.tool("t2")],
  ];
  test.each(openers)("by %s", async (content, open) => {
    await ended();
    await open();
    expect(world.session()).toMatchObject({
      started_at: "2026-11-22T12:00:00+00:00",
      ended_at: null,
      summary: null,
      end_reason: null,
      ended_by: null,
    });
    expect(resumed()).toEqual([
      {
        type: "session_resume",
        content,
        created_at: "2026-11-22T12:01:10+00:00",
        metadata: {
          event: expect.any(String),
          ended_at: FIRST_END,
          end_reason: "exit",
          summary: "Session had 1 events: 1x prompt",
        },
      },
    ]);
  });

  test("and its automatic summary is written anew at each end", async () => {
    await ended();
    await world.start("resume");
    world.pass(5);
    await world.end("other");
    expect(world.session()).toMatchObject({
      ended_at: "2026-11-22T12:01:15+00:00",
      end_reason: "other",
      summary: "Session had 2 events: 1x prompt, 1x session_resume",
    });
    world.pass(60);
    await world.prompt("again");
    await world.end("other");
    expect(world.session().summary).toBe("Session had 4 events: 2x prompt, 2x session_resume");
    expect(resumed().map(({ metadata }) => metadata["summary"])).toEqual([
      "Session had 1 events: 1x prompt",
      "Session had 2 events: 1x prompt, 1x session_resume",
    ]);
  });

  test.each([
    ["Stop", {}],
    ["SubagentStop", { agent_type: "Explore" }],
    ["Notification", { message: "Waiting" }],
    ["PreCompact", { trigger: "auto" }],
  ])("not by %s, which is stored all the same", async (event, fields) => {
    await ended();
    await world.claude(event, fields);
    expect(world.session().ended_at).toBe(FIRST_END);
    expect(world.events()).toHaveLength(2);
    expect(resumed()).toEqual([]);
  });

  test.each(["PreToolUse", "SessionEnd"])("not by %s, which leaves no trace", async (event) => {
    await ended();
    await world.claude(event, { tool_name: "Bash", tool_input: {} });
    expect(world.session()).toMatchObject({ ended_at: FIRST_END, end_reason: "exit" });
    expect(world.events()).toHaveLength(1);
  });

  test.each([
    [5, true],
    [5.001, false],
  ])("by a tool call %d s later or not", async (seconds, stays) => {
    await world.start();
    await world.end();
    world.pass(seconds);
    await world.tool("t1");
    expect(isActive()).toBe(!stays);
    expect(world.told()).toEqual(
      stays
        ? ["tool_call: Bash: run t1"]
        : ["session_resume: tool-call", "tool_call: Bash: run t1"],
    );
  });
});

describe("what comes late", () => {
  test("is counted by the automatic summary", async () => {
    await ended();
    await world.claude("Stop");
    expect(world.session()).toMatchObject({
      ended_at: FIRST_END,
      summary: "Session had 2 events: 1x prompt, 1x turn_end",
    });
    expect(JSON.parse(world.session().metadata)).toMatchObject({ event_count: 2 });
  });

  test("changes nothing in a person's summary", async () => {
    await ended();
    await world.start("resume");
    const { id } = world.session();
    await world.mm("session", "end", id, "-s", "Session had a good end");
    await world.claude("Stop");
    expect(world.session().summary).toBe("Session had a good end");
    expect(world.told()).toContain("turn_end: ");
  });

  const gemini = (event: string, seconds: number, fields = {}) => {
    const timestamp = new Date(Date.UTC(2026, 10, 22, 11, 0, seconds)).toISOString();
    return world.hook("gemini", event, { session_id: "g1", cwd: "/w", timestamp, ...fields });
  };
  const g1 = () => world.session("g1");

  test("from before the end is stored and reopens nothing", async () => {
    await gemini("SessionStart", 0, { source: "startup" });
    await gemini("SessionEnd", 20, { reason: "exit" });
    await gemini("BeforeAgent", 19, { prompt: "late" });
    await gemini("SessionStart", 10, { source: "resume" });
    expect(g1()).toMatchObject({ ended_at: "2026-11-22T11:00:20+00:00", end_reason: "exit" });
    expect(world.told("g1")).toEqual(["prompt: late"]);
  });

  test("an end from before the last event is ignored", async () => {
    await gemini("SessionStart", 0, { source: "startup" });
    await gemini("BeforeAgent", 20, { prompt: "go on" });
    await gemini("SessionEnd", 19, { reason: "exit" });
    expect(g1().ended_at).toBeNull();
    await gemini("SessionEnd", 20, { reason: "exit" });
    expect(g1().ended_at).toBe("2026-11-22T11:00:20+00:00");
  });

  test("an end that overtook all else counts when that arrives", async () => {
    await gemini("SessionEnd", 30, { reason: "exit" });
    expect(world.sessions()).toEqual([]);
    await gemini("BeforeAgent", 10, { prompt: "go" });
    expect(g1()).toMatchObject({
      ended_at: "2026-11-22T11:00:30+00:00",
      end_reason: "exit",
      summary: "Session had 1 events: 1x prompt",
    });
    await gemini("BeforeAgent", 31, { prompt: "go on" });
    expect(g1().ended_at).toBeNull();
  });

  test("an end before all else that arrives doesn't", async () => {
    await gemini("SessionEnd", 5, { reason: "exit" });
    await gemini("BeforeAgent", 10, { prompt: "go" });
    expect(g1().ended_at).toBeNull();
  });

  test.each(["UserPromptSubmit", "Stop", "PostToolUse", "SessionStart"])(
    "an end just before %s, the first of its session, counts as after the others",
    async (event) => {
      await world.claude("SessionEnd", { reason: "exit" });
      world.pass(0.3);
      await world.claude(event, { prompt: "go", tool_name: "Bash", source: "startup" });
      expect(world.session()).toMatchObject({ end_reason: "exit" });
      expect(world.session().ended_at).not.toBeNull();
    },
  );

  test("of several early ends the last one counts, with its reason", async () => {
    await gemini("SessionEnd", 30, { reason: "last" });
    await gemini("SessionEnd", 20, { reason: "earlier" });
    await gemini("BeforeAgent", 10, { prompt: "go" });
    expect(g1()).toMatchObject({ ended_at: "2026-11-22T11:00:30+00:00", end_reason: "last" });
  });

  test("a second end counts against what lies between the two", async () => {
    await gemini("SessionStart", 0, { source: "startup" });
    await gemini("SessionEnd", 10, { reason: "exit" });
    await gemini("SessionEnd", 30, { reason: "exit" });
    await gemini("BeforeAgent", 20, { prompt: "between" });
    expect(g1().ended_at).not.toBeNull();
    expect(world.told("g1")).toContain("prompt: between");
  });

  test("a time that is far ahead of ours is not believed", async () => {
    await gemini("SessionStart", 0, { source: "startup", timestamp: "2026-11-22T12:05:00.001Z" });
    expect(g1().started_at).toBe("2026-11-22T12:00:00+00:00");
    await gemini("BeforeAgent", 0, { prompt: "x", timestamp: "2026-11-22T12:05:00Z" });
    expect(world.events("g1")[0]?.created_at).toBe("2026-11-22T12:05:00+00:00");
  });
});
