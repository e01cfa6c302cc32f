import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { existsSync } from "node:fs";
import { HookWorld } from "../support/hook-world.ts";

let world: HookWorld;
beforeEach(() => {
  world = new HookWorld();
});
afterEach(() => world[Symbol.dispose]());

const DAY = 86_400;

interface Stats {
  readonly sessions: number;
  readonly events: number;
  readonly active_seconds: number;
  readonly tool_calls: number;
  readonly errors: number;
  readonly error_rate: number | null;
  readonly events_by_type: unknown;
  readonly tools: unknown;
  readonly groups: readonly Record<string, unknown>[];
}

const stats = (...words: string[]) => world.json<Stats>("stats", ...words);

/** A day's work of Claude and of Codex. */
async function work(): Promise<void> {
  await world.start("startup", { cwd: "/w/shop" });
  await world.prompt("go");
  world.pass(60);
  await world.tool("t1");
  world.pass(300);
  await world.tool("t2", { tool_name: "Edit", tool_input: { file_path: "/w/x" } });
  world.pass(301);
  await world.claude("PostToolUseFailure", {
    tool_name: "Bash",
    tool_input: { command: "false" },
    tool_use_id: "t3",
    error: "exit 1",
  });
  world.pass(DAY);
  await world.hook("codex", "UserPromptSubmit", { session_id: "x1", cwd: "/w/lib", prompt: "hi" });
}

describe("counts", () => {
  beforeEach(work);

  test("all that was done", async () => {
    const { groups, ...all } = await stats();
    expect(all as Record<string, unknown>).toEqual({
      since: null,
      until: null,
      sessions: 2,
      events: 5,
      // A gap of five minutes counts, one that is a second longer doesn't.
      active_seconds: 360,
      tool_calls: 3,
      errors: 1,
      error_rate: 0.3333,
      events_by_type: [
        { type: "prompt", count: 2 },
        { type: "tool_call", count: 2 },
        { type: "error", count: 1 },
      ],
      tools: [
        { tool: "Bash", count: 2, errors: 1 },
        { tool: "Edit", count: 1, errors: 0 },
      ],
      tool_kinds: [
        { kind: "shell", count: 2, errors: 1 },
        { kind: "edit", count: 1, errors: 0 },
      ],
      by: "day",
    });
    const events = groups.map(({ key, events }) => [key, events]);
    expect(events).toEqual([
      ["2026-11-22", 4],
      ["2026-11-23", 1],
    ]);
  });

  test("an error of the model is no tool call, and one of the events", async () => {
    const before = await stats();
    await world.mm("session", "start", "--agent-id", "codex");
    await world.mm("activity", "log", "--type", "error", "-c", "the model refuses");
    const after = await stats();
    const { tool_calls, errors, error_rate, tools } = before;
    expect(after).toMatchObject({ tool_calls, errors, error_rate, tools });
    expect(after.events_by_type).toContainEqual({ type: "error", count: 2 });
  });

  test.each([
    [
      "agent",
      [
        ["claude-code", 1, 4, 360],
        ["codex", 1, 1, 0],
      ],
    ],
    [
      "project",
      [
        ["shop", 1, 4, 360],
        ["lib", 1, 1, 0],
      ],
    ],
    [
      "tool",
      [
        ["Bash", 1, 2, 60],
        ["Edit", 1, 1, 300],
      ],
    ],
  ])("by %s", async (by, expected) => {
    const { groups } = await stats("--by", by);
    expect(
      groups.map(({ key, sessions, events, active_seconds }) => [
        key,
        sessions,
        events,
        active_seconds,
      ]),
    ).toEqual(expected);
    expect(Object.keys(groups[0] ?? {})).toEqual([
      "key",
      "sessions",
      "events",
      "tool_calls",
      "errors",
      "error_rate",
      "active_seconds",
    ]);
  });

  test.each([
    [["--agent", "codex"], 1, 1],
    [["-a", "nobody"], 0, 0],
    [["--project", "shop"], 1, 4],
    [["--project", "/w/lib"], 1, 1],
    [["--since", "1h"], 1, 1],
    [["--until", "1h"], 1, 4],
    [["--since", "2026-11-23", "--agent", "claude-code"], 0, 0],
  ])("with %p", async (words, sessions, events) => {
    expect(await stats(...words)).toMatchObject({ sessions, events });
  });

  test("a session without any event in the period counts if it started then", async () => {
    await world.start("startup", { session_id: "quiet" });
    expect(await stats("--since", "1h")).toMatchObject({ sessions: 2, events: 1 });
    expect(await stats("--until", "1h")).toMatchObject({ sessions: 1, events: 4 });
  });

  test.each(["agent", "project"])("and is in its %s's group too", async (by) => {
    await world.mm("session", "start", "-a", "codex");
    const { sessions, groups } = await stats("--by", by);
    expect(groups.map(({ sessions }) => sessions)).toHaveLength(by === "agent" ? 2 : 3);
    expect(groups.reduce((sum, { sessions }) => sum + Number(sessions), 0)).toBe(sessions);
  });

  test("in text, at 80 columns and without colours", async () => {
    const { code, out, err } = await world.mm("stats", "--by", "agent");
    expect({ code, err }).toEqual({ code: 0, err: "" });
    expect(out).toStartWith(`2 sessions, 5 events, 6m active
3 tool calls, 1 error, 33.3%

      Nov
  Mon · ░
      ·
  Wed ·
      ·
  Fri ·
      ·
  Sun █

`);
    expect(out).toContain("\nAgents (events)\n  claude  4  ");
    expect(out).toMatch(/\n {2}shell {2}2 {2}█+ {2}50\.0% errors\n/u);
    expect(out).toContain("\nProjects (events)\n  shop  4  ");
    expect(out).not.toContain("\nEvents\n");
    expect(out).not.toContain("\x1b");
    for (const line of out.split("\n")) expect(Bun.stringWidth(line)).toBeLessThanOrEqual(80);
  });

  test("on a terminal of any width, in colour", async () => {
    world.isTerminal = true;
    world.height = 100;
    for (const columns of [40, 80, 200]) {
      world.columns = columns;
      const { out } = await world.mm("stats", "--by", "day");
      expect(out).toContain("\x1b[32m");
      if (columns < 60) continue;
      for (const line of out.split("\n"))
        expect(Bun.stringWidth(line)).toBeLessThanOrEqual(columns);
    }
  });
});

test("days of times in every format that programs write, with fractions of a second", async () => {
  await world.mm("session", "start");
  const times = [
    "2026-11-20T10:00:02.250000+00:00",
    "2026-11-20T10:00:01.5Z",
    "2026-11-20 23:59:59.999",
  ];
  for (const at of times) {
    world.exec(`INSERT INTO session_events (session_id, event_type, content, created_at)
      SELECT id, 'note', 'x', '${at}' FROM sessions`);
  }
  expect((await stats("--by", "day")).groups).toMatchObject([{ key: "2026-11-20", events: 3 }]);
});

test("sessions in one folder count together, those in another of its name apart", async () => {
  for (const [id, cwd] of [
    ["a", "/a/shop"],
    ["b", "/a/shop/"],
    ["c", "/b/shop"],
  ]) {
    await world.start("startup", { session_id: id, cwd });
    await world.prompt("go", { session_id: id, cwd });
  }
  const { groups } = await stats("--by", "project");
  expect(groups).toMatchObject([
    { key: "a/shop", sessions: 2, events: 2 },
    { key: "b/shop", sessions: 1, events: 1 },
  ]);
});

test("names from the database are made safe to print", async () => {
  await world.start();
  await world.tool("t1", { tool_name: "Ba\u001b[31m\u202esh" });
  const { out } = await world.mm("stats", "--raw");
  expect(out).toContain("Ba\\x1b[31m\\u202esh");
});

describe("copes with", () => {
  test("nothing stored", async () => {
    expect(await world.mm("stats")).toEqual({ code: 0, out: "No sessions found.\n", err: "" });
    expect((await world.mm("stats", "hooks")).out).toBe("No hook has stored anything.\n");
    expect(await stats()).toMatchObject({ sessions: 0, error_rate: null, groups: [] });
    expect(existsSync(world.home)).toBe(false);
  });

  test("memtomem's own file", async () => {
    world.useMemtomemHome();
    expect(await stats("--by", "project")).toMatchObject({
      sessions: 5,
      events: 3,
      groups: [{ key: null, events: 3 }],
    });
    expect(await stats("--project", "x")).toMatchObject({ sessions: 0 });
    expect(await world.json("stats", "hooks")).toEqual({ hooks: [] });
  });

  test("rows that hold anything", async () => {
    await world.start();
    for (const metadata of ["NULL", "'{'", "'[1]'", "'\"x\"'", `'{"tool":5}'`, `'{"tool":null}'`])
      world.exec(`INSERT INTO session_events (session_id, event_type, content, created_at, metadata)
        SELECT id, 'tool_call', 'x', 'some day', ${metadata} FROM sessions`);
    expect(await stats()).toMatchObject({
      events: 6,
      active_seconds: 0,
      tools: [
        { tool: null, count: 5 },
        { tool: "5", count: 1 },
      ],
      groups: [{ key: "some day", events: 6 }],
    });
    expect((await world.mm("stats", "--by", "day")).code).toBe(0);
  });

  test.each([
    [["--by", "year"], "invalid value 'year' for --by"],
    [["--since", "2026-02-30"], "invalid time '2026-02-30'"],
    [["--since", "1d", "--until", "2d"], "--since 1d is later than --until 2d"],
    [["hook"], "unexpected argument 'hook'"],
    [["hooks", "--by", "day"], "unknown option '--by'"],
  ])("wrong usage: %p", async (words, message) => {
    const { code, out, err } = await world.mm("stats", ...words);
    expect({ code, out }).toEqual({ code: 2, out: "" });
    expect(err).toContain(message);
  });
});
