import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { asked } from "../support/mcp.ts";
import { ProjectWorld } from "../support/projects.ts";

let world: ProjectWorld;
let here: string;

beforeEach(() => {
  world = new ProjectWorld();
  here = world.make("app");
  world.cwd = here;
});
afterEach(() => world[Symbol.dispose]());

const start = (id: string, cwd = here) => world.start("startup", { session_id: id, cwd });
const prompt = (id: string, text: string) =>
  world.prompt(text, { session_id: id, cwd: here, prompt_id: text });

/** The session into which a note goes, by the agent's own id; or what was said instead. */
async function notedIn(agent = "claude-code", args = {}, meta?: unknown): Promise<string> {
  world.pass(120);
  const note = { text: "keep the old format", ...args };
  const { text, isError } = await asked(world, "add_note", note, { agent, meta });
  if (isError) return text;
  const id = /session (\S+)\.$/u.exec(text)?.[1];
  return world.sessions().find((each) => each.id === id)?.external_id ?? text;
}

describe("the asker's session", () => {
  test("is the one that it names, whole or in part", async () => {
    await start("one");
    await start("two");
    const { id } = world.session("one");
    expect(await notedIn("claude-code", { session: id })).toBe("one");
    expect(await notedIn("claude-code", { session: id.slice(0, 8) })).toBe("one");
    expect(await notedIn("claude-code", { session: "nothing" })).toBe(
      "session not found: nothing. Next: search_sessions {} lists ids",
    );
    expect(await notedIn("claude-code", { session: "last" })).toBe(
      'no session has the id "last". Next: search_sessions {} lists ids',
    );
  });

  test("is the one that wraps it, but not that of another agent around it", async () => {
    await start("one");
    await start("two");
    world.env = { ...world.env, MM_SESSION_ID: world.session("one").id };
    expect(await notedIn()).toBe("one");
    await world.hook("codex", "SessionStart", { session_id: "inner", cwd: here });
    expect(await notedIn("codex-mcp-client")).toBe("inner");
    world.env = { ...world.env, MM_SESSION_ID: "unknown" };
    expect(await notedIn("codex-mcp-client")).toBe("inner");
  });

  test("is the one that Codex names in the call", async () => {
    await world.hook("codex", "SessionStart", { session_id: "x1", cwd: here });
    await world.hook("codex", "SessionStart", { session_id: "x2", cwd: here });
    expect(await notedIn("codex-mcp-client", {}, { sessionId: "x1" })).toBe("x1");
    expect(await notedIn("codex-mcp-client", {}, { sessionId: "x2", other: 1 })).toBe("x2");
    expect(await notedIn("codex-mcp-client", {}, { sessionId: 7 })).toStartWith("several sessions");
  });

  test.each([
    ["claude-code", "CLAUDE_CODE_SESSION_ID", "claude"],
    ["qwen-cli-mcp-client-mm", "QWEN_CODE_SESSION_ID", "qwen"],
    ["copilot-cli", "COPILOT_AGENT_SESSION_ID", "copilot"],
  ] as const)("of %s is the one in its variable, if it is live", async (name, variable, agent) => {
    for (const id of ["old", "new"]) {
      await world.hook(agent, "SessionStart", { session_id: id, cwd: here, source: "startup" });
    }
    world.env = { ...world.env, [variable]: "old" };
    expect(await notedIn(name)).toBe("old");
    // As after `/clear`.
    await world.hook(agent, "SessionEnd", { session_id: "old", cwd: here, reason: "clear" });
    expect(await notedIn(name)).toBe("new");
    // As with `--continue`.
    world.env = { ...world.env, [variable]: "never recorded" };
    expect(await notedIn(name)).toBe("new");
  });

  test("is not taken from the variable of another agent", async () => {
    await start("claude's");
    await world.hook("codex", "SessionStart", { session_id: "codex's", cwd: here });
    world.env = { ...world.env, CLAUDE_CODE_SESSION_ID: "claude's" };
    expect(await notedIn("codex-mcp-client")).toBe("codex's");
    expect(await notedIn("an editor")).toBe(
      "no live session of this agent is recorded here. Next: the person runs `mm hooks install`; or name a session",
    );
  });

  test("is the only live one of its kind in this tree", async () => {
    await start("elsewhere", world.make("other"));
    await start("over");
    await world.end("other", { session_id: "over", cwd: here });
    world.pass(25 * 3600);
    await start("stale");
    world.pass(25 * 3600);
    await start("mine");
    expect(await notedIn()).toBe("mine");
  });

  test("is asked for where there are several, and what to do where there is none", async () => {
    await start("one");
    await start("two");
    const several = await notedIn();
    expect(several).toStartWith("several sessions are live here: ");
    for (const id of ["one", "two"]) expect(several).toContain(world.session(id).id);
    expect(several).toEndWith(". Next: name yours: session");
    world.cwd = world.make("empty");
    expect(await notedIn()).toBe(
      "no live session of Claude Code is recorded here. Next: the person runs `mm hooks install claude`; or name a session",
    );
  });

  test("has nothing to do with the state file", async () => {
    await start("mine");
    await world.mm("session", "start", "-a", "someone");
    const before = readFileSync(world.stateFile, "utf8");
    expect(await notedIn()).toBe("mine");
    world.cwd = world.make("empty");
    expect(await notedIn()).toStartWith("no live session");
    expect(readFileSync(world.stateFile, "utf8")).toBe(before);
  });

  test("is none in a database of memtomem alone", async () => {
    world.useMemtomemHome();
    expect(await notedIn()).toStartWith("no live session of Claude Code");
    expect((await asked(world, "search_sessions", { project: "*" })).text).toContain("session");
  });
});

describe("what is found leaves out", () => {
  const found = async (args: unknown, agent = "claude-code") =>
    (await asked(world, "search_sessions", args, { agent })).text;

  test("the asker's own session, not a second live one", async () => {
    await start("first");
    await prompt("first", "parser of first");
    world.env = { ...world.env, CLAUDE_CODE_SESSION_ID: "first" };
    expect(await found({ query: "parser" })).toStartWith("Nothing found");
    expect(await found({})).toStartWith("No earlier session");
    await start("second");
    await prompt("second", "parser of second");
    expect(await found({ query: "parser" })).toContain("parser of second");
    expect(await found({ query: "parser" })).not.toContain("parser of first");
    expect(await found({})).not.toContain("parser of first");
    expect(await found({ query: "parser" }, "codex-mcp-client")).toContain("parser of first");
  });

  test.each([
    "mcp__mm__search_sessions",
    "mcp__plugin_mm_mm__search_sessions",
    "mcp_mm_search_sessions",
    "mm-search_sessions",
    "mm_show_session",
    "mcp__mm__add_note",
    "search_sessions",
  ])("a call of %s", async (tool_name) => {
    await start("other");
    const call = { session_id: "other", cwd: here, tool_name, tool_input: { query: "parser" } };
    await world.tool("t1", call);
    await world.tool("t2", { ...call, tool_name: "mcp__other__search", tool_use_id: "t2" });
    const text = await found({ query: "parser" }, "inspector");
    expect(text).toContain("mcp__other__search");
    expect(text).not.toContain(tool_name);
    expect(text).toContain("  1 hit\n");
  });

  test("a title that repeats the prompt", async () => {
    await start("other");
    await prompt("other", "why does the parser fail");
    const text = await found({ query: "parser" }, "inspector");
    expect(text.split("\n").filter((line) => line.startsWith("  | "))).toEqual([
      "  | #1 prompt: why does the parser fail",
    ]);
  });
});

describe("a note", () => {
  test("is stored redacted, as what it is, and once", async () => {
    await start("mine");
    const secret = `ghp_${"a1B2".repeat(9)}`;
    const note = { text: `use the token ${secret}\nfor now` };
    const call = (args: unknown) => asked(world, "add_note", args, { agent: "claude-code" });
    const { id } = world.session("mine");
    expect(await call(note)).toEqual({ text: `Recorded in session ${id}.`, isError: false });
    expect(await call(note)).toEqual({
      text: `Already recorded in session ${id}.`,
      isError: false,
    });
    expect((await call({ ...note, kind: "note" })).text).toBe(`Recorded in session ${id}.`);
    world.pass(61);
    expect((await call(note)).text).toBe(`Recorded in session ${id}.`);
    const stored = world.events("mine").filter(({ type }) => type !== "session_resume");
    expect(stored.map(({ type }) => type)).toEqual(["decision", "note", "decision"]);
    for (const { content, metadata } of stored) {
      expect(content).toBe("use the token [redacted:github]\nfor now");
      expect(metadata).toEqual({ via: "mcp" });
    }
  });

  test("doesn't get into what a new session is told, but is found", async () => {
    await start("mine");
    await prompt("mine", "change the parser");
    await asked(world, "add_note", { text: "zebra stripes" }, { agent: "claude-code" });
    await world.end("other", { session_id: "mine", cwd: here });
    await world.mm("config", "set", "context", "on");
    expect((await world.mm("context")).out).not.toContain("zebra");
    expect((await asked(world, "search_sessions", { query: "zebra" })).text).toContain(
      "decision: zebra stripes",
    );
  });

  test("to a session that is over is refused", async () => {
    await start("mine");
    await world.end("other", { session_id: "mine", cwd: here });
    const { id } = world.session("mine");
    expect(await notedIn("claude-code", { session: id })).toStartWith(
      "that session has ended. Next: ",
    );
  });

  test("may be as long as the schema says, and no longer", async () => {
    await start("mine");
    expect(await notedIn("claude-code", { text: "x ".repeat(1999) })).toBe("mine");
    expect(await notedIn("claude-code", { text: "x".repeat(4001) })).toContain("text");
    expect(await notedIn("claude-code", { text: "  " })).toContain("text");
  });
});
