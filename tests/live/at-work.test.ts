import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { HookWorld } from "../support/hook-world.ts";
import { type Call, stateOfOne } from "../support/states.ts";

let world: HookWorld;
beforeEach(() => {
  world = new HookWorld();
});
afterEach(() => world[Symbol.dispose]());

const stateAfter = (agent: string, ...calls: readonly Call[]) => stateOfOne(world, agent, ...calls);

describe("Gemini", () => {
  const prompt: Call = ["BeforeAgent", { prompt: "usetool" }];
  const asks: Call = ["Notification", { notification_type: "ToolPermission", message: "May it?" }];

  test("asks, and waits after its turn, also after Esc", async () => {
    expect(await stateAfter("gemini", ["SessionStart", { source: "startup" }], prompt)).toBe(
      "busy",
    );
    expect(await stateAfter("gemini", asks)).toBe("asks");
    expect(await stateAfter("gemini", ["AfterTool", { tool_name: "ls" }])).toBe("busy");
    expect(await stateAfter("gemini", ["AfterAgent", { prompt: "usetool" }])).toBe("waiting");
  });
});

describe("Copilot", () => {
  /** The state after calls that arrive in this order, each with the milliseconds at which it happened. */
  const stateOf = (...calls: readonly (readonly [event: string, ms: number])[]) =>
    stateAfter(
      "copilot",
      ...calls.map(([event, ms]): Call => {
        const timestamp = world.clock.getTime() - 60_000 + ms;
        return [event, { timestamp, prompt: `at ${ms}`, stopReason: "end_turn" }];
      }),
    );
  const prompt = (ms: number) => ["userPromptSubmitted", ms] as const;
  const stop = (ms: number) => ["agentStop", ms] as const;

  test.each([
    ["busy", [prompt(0), prompt(1100), stop(1000)]],
    ["waiting", [prompt(0), stop(1100), prompt(1000)]],
    ["waiting", [prompt(0), prompt(1100), stop(1000), stop(1200)]],
    // It is no moment: the clock was set back.
    ["waiting", [prompt(0), prompt(30_000), stop(1000)]],
  ] as const)("is %s after what overtook each other: %j", async (expected, calls) => {
    expect(await stateOf(...calls)).toBe(expected);
  });
});

describe("Codex", () => {
  test("waits after Esc and Ctrl-C", async () => {
    const prompt: Call = ["UserPromptSubmit", { prompt: "go", turn_id: "t1" }];
    expect(await stateAfter("codex", prompt)).toBe("busy");
    expect(await stateAfter("codex", ["Interrupt", { turn_id: "t1" }])).toBe("waiting");
    expect(world.told("s")).toEqual(["prompt: go", "turn_end: "]);
  });
});

describe("Claude", () => {
  const prompt: Call = ["UserPromptSubmit", { prompt: "go", prompt_id: "p1" }];

  test("waits after a turn that failed", async () => {
    const failed: Call = ["StopFailure", { error: "overloaded", prompt_id: "p1" }];
    expect(await stateAfter("claude", prompt, failed)).toBe("waiting");
    expect(world.told("s")).toEqual(["prompt: go", "turn_end: overloaded"]);
  });

  test("is busy after a subagent that failed", async () => {
    const start: Call = ["SubagentStart", { agent_id: "a1", agent_type: "Explore" }];
    const failed: Call = ["StopFailure", { agent_id: "a1", agent_type: "Explore", error: "x" }];
    expect(await stateAfter("claude", prompt, start, failed)).toBe("busy");
    expect(world.told("s").at(-1)).toBe("subagent_stop: Explore");
  });
});

describe("Qwen", () => {
  const prompt: Call = ["UserPromptSubmit", { prompt: "go", prompt_id: "s########1" }];
  const idle: Call = ["Notification", { notification_type: "idle_prompt", message: "waits" }];
  const asks: Call = [
    "Notification",
    { notification_type: "permission_prompt", message: "May it?" },
  ];

  test("asks", async () => {
    expect(await stateAfter("qwen", prompt, asks)).toBe("asks");
    expect(world.told("s")).toEqual(["prompt: go", "notification: May it?"]);
  });

  test("waits after Esc, of which only its idleness tells", async () => {
    expect(await stateAfter("qwen", prompt, idle)).toBe("waiting");
    expect(world.told("s")).toEqual(["prompt: go", "turn_end: "]);
  });

  test.each([
    ["first", [["Stop"], idle]],
    ["first, and the other twice", [["Stop"], idle, idle]],
    ["not at all", [idle, idle]],
  ] as const)("has one turn's end, Stop coming %s", async (_, calls) => {
    expect(await stateAfter("qwen", prompt, ...(calls as readonly Call[]))).toBe("waiting");
    expect(world.told("s")).toEqual(["prompt: go", "turn_end: "]);
    const again: Call = ["UserPromptSubmit", { prompt: "on", prompt_id: "s########2" }];
    expect(await stateAfter("qwen", again)).toBe("busy");
    expect(await stateAfter("qwen", ["Stop"], idle)).toBe("waiting");
    expect(world.told("s").slice(2)).toEqual(["prompt: on", "turn_end: "]);
  });

  test("that was only started has no event, and goes at its end", async () => {
    world.settings({ prompts: ["qwen"] });
    const login: Call = ["Notification", { notification_type: "auth_success", message: "in" }];
    const start: Call = ["SessionStart", { source: "startup" }];
    expect(await stateAfter("qwen", start, login, idle)).toBe("waiting");
    expect(world.told("s")).toEqual([]);
    await world.hook("qwen", "SessionEnd", {
      session_id: "s",
      transcript_path: "/nowhere/s.jsonl",
    });
    expect(world.sessions()).toEqual([]);
  });
});

describe("Copilot", () => {
  const prompt: Call = ["userPromptSubmitted", { prompt: "go" }];
  const notice = (notification_type: string): Call => [
    "notification",
    { hook_event_name: "Notification", notification_type, message: "x" },
  ];

  test.each([
    ["permission_prompt", "asks"],
    ["elicitation_dialog", "asks"],
    ["shell_completed", "busy"],
    ["agent_idle", "busy"],
  ])("that tells of %s is %s", async (type, state) => {
    expect(await stateAfter("copilot", prompt, notice(type))).toBe(state);
  });

  test("waits when a shell in the background is done after its turn", async () => {
    const calls = [prompt, ["agentStop"], notice("shell_completed")] as const;
    expect(await stateAfter("copilot", ...(calls as readonly Call[]))).toBe("waiting");
  });
});

describe("Claude", () => {
  const prompt: Call = ["UserPromptSubmit", { prompt: "go", prompt_id: "p1" }];
  const summary = "Agent &quot;x&quot; finished";
  const notice = (id: string): Call => [
    "UserPromptSubmit",
    {
      prompt: `<task-notification>\n<task-id>${id}</task-id>\n<summary>\n${summary}</summary>\n</task-notification>`,
      prompt_id: "p1",
    },
  ];

  test("is busy with its own notices until Stop, and they are no prompts", async () => {
    await stateAfter("claude", prompt, ["Stop"]);
    expect(await stateAfter("claude", notice("a"))).toBe("busy");
    expect(await stateAfter("claude", notice("b"))).toBe("busy");
    expect(await stateAfter("claude", ["Stop", { last_assistant_message: "ok" }])).toBe("waiting");
    expect(world.told("s")).toEqual([
      "prompt: go",
      "turn_end: ",
      `notification: ${summary}`,
      `notification: ${summary}`,
      "turn_end: ",
    ]);
    expect(world.session("s").title).toBe("go");
    const { events_by_type } = await world.json<{ events_by_type: object[] }>("stats");
    expect(events_by_type).toContainEqual({ type: "prompt", count: 1 });
  });

  test("a notice gives no title and has no text where none is wanted", async () => {
    world.settings({ capture: "none" });
    expect(await stateAfter("claude", notice("a"))).toBe("busy");
    expect(world.session("s").title).toBeNull();
    expect(world.told("s")).toEqual(["notification: "]);
  });

  test.each(["", "<status>done</status>", "<summary></summary>", "<summary>cut of"])(
    "a notice with %p tells nothing more",
    async (inside) => {
      const text = `  <task-notification>${inside}`;
      expect(await stateAfter("claude", ["UserPromptSubmit", { prompt: text }])).toBe("busy");
      expect(world.told("s")).toEqual(["notification: "]);
    },
  );

  test("what a person writes of notices is a prompt", async () => {
    await stateAfter("claude", ["UserPromptSubmit", { prompt: "why <task-notification>?" }]);
    expect(world.told("s")).toEqual(["prompt: why <task-notification>?"]);
  });
});

describe("a compaction leaves the state as it was", () => {
  const compact: Call = ["SessionStart", { source: "compact" }];
  const before: Call = ["PreCompact", { trigger: "manual" }];
  const prompt: Call = ["UserPromptSubmit", { prompt: "go", prompt_id: "p1" }];

  test.each([
    ["waiting", [prompt, ["Stop"], compact]],
    ["waiting", [prompt, ["Stop"], before, compact]],
    ["busy", [prompt, compact]],
    ["busy", [prompt, before, compact]],
    ["waiting", [compact]],
  ] as const)("%s: %j", async (state, calls) => {
    expect(await stateAfter("claude", ...(calls as readonly Call[]))).toBe(state);
  });

  test("and is one event, by whichever of the two it is told", async () => {
    await stateAfter("claude", prompt, ["Stop"], before, compact, compact);
    expect(world.told("s").slice(2)).toEqual(["compact: manual"]);
    await stateAfter("claude", ["UserPromptSubmit", { prompt: "on", prompt_id: "p2" }], compact);
    expect(world.told("s").slice(3)).toEqual(["prompt: on", "compact: "]);
    expect(await world.json("ps")).toMatchObject({ sessions: [{ last_event: "compact" }] });
  });

  test("of Codex", async () => {
    const turn: Call[] = [["UserPromptSubmit", { prompt: "go" }], ["Stop"]];
    expect(await stateAfter("codex", ...turn, ["PostCompact", { trigger: "manual" }])).toBe(
      "waiting",
    );
  });
});

describe("a session that is resumed is at rest", () => {
  const prompt: Call = ["BeforeAgent", { prompt: "go" }];
  const resume: Call = ["SessionStart", { source: "resume" }];

  test("also if its agent was killed in mid turn", async () => {
    expect(await stateAfter("gemini", ["SessionStart"], prompt)).toBe("busy");
    expect(await stateAfter("gemini", resume)).toBe("waiting");
    expect(await stateAfter("gemini", ["BeforeAgent", { prompt: "on" }])).toBe("busy");
    expect(world.told("s")).toEqual(["prompt: go", "session_resume: resume", "prompt: on"]);
  });

  test("told twice it is one event, on an active session and on an ended one", async () => {
    const twice = async () => {
      await world.start("resume");
      await world.start("resume");
    };
    await world.start();
    await world.prompt("go");
    world.pass(60);
    await twice();
    expect(world.told()).toEqual(["prompt: go", "session_resume: resume"]);
    world.pass(60);
    await world.end();
    world.pass(60);
    await twice();
    expect(world.told()).toHaveLength(3);
  });

  test("but not by a start that comes behind its first prompt", async () => {
    // Copilot runs both hooks at once.
    const at = world.clock.getTime();
    const state = await stateAfter(
      "copilot",
      ["userPromptSubmitted", { prompt: "go", timestamp: at - 1000 }],
      ["userPromptSubmitted", { prompt: "on", timestamp: at }],
      ["sessionStart", { source: "resume", timestamp: at - 200 }],
    );
    expect(state).toBe("busy");
    expect(world.told("s")).toEqual(["prompt: go", "prompt: on"]);
  });
});
