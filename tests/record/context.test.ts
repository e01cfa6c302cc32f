import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import * as hooks from "../../src/record/sql.ts";
import { HookWorld } from "../support/hook-world.ts";

let world: HookWorld;
beforeEach(async () => {
  world = new HookWorld();
  world.settings({ context: true });
  await Bun.write(`${world.folder}/.git/HEAD`, "ref: refs/heads/main\n");
});
afterEach(() => world[Symbol.dispose]());

const call = (event: string, session: string, fields: object = {}) => ({
  session_id: session,
  cwd: world.folder,
  hook_event_name: event,
  ...fields,
});

/** What a start is told. */
async function start(session: string, source: string): Promise<string> {
  const payload = call("SessionStart", session, { source });
  world.stdin = new TextEncoder().encode(JSON.stringify(payload));
  return (await world.mm("hook", "claude", "SessionStart")).out;
}

const prompt = (session: string, text: string) =>
  world.hook("claude", "UserPromptSubmit", call("UserPromptSubmit", session, { prompt: text }));
const end = (session: string) => world.hook("claude", "SessionEnd", call("SessionEnd", session));

async function earlier(session: string): Promise<void> {
  await prompt(session, `title ${session}`);
  world.pass(60);
  await end(session);
  world.pass(60);
}

describe("a start whose prompt was stored before it", () => {
  beforeEach(async () => {
    await earlier("e1");
    await prompt("c1", "hi");
  });

  test.each(["startup", "clear"])("from %s is told of earlier sessions, once", async (source) => {
    expect(await start("c1", source)).toContain("title e1");
    world.pass(60);
    expect(await start("c1", source)).toBe("");
  });

  test.each(["resume", "compact"])("from %s is told nothing, nor later", async (source) => {
    expect(await start("c1", source)).toBe("");
    world.pass(60);
    expect(await start("c1", "startup")).toBe("");
  });
});

test("a start that makes its session is told once", async () => {
  await earlier("e1");
  expect(await start("c1", "startup")).toContain("title e1");
  expect(await start("c1", "startup")).toBe("");
});

const FORMS: readonly [string, object, (text: string) => object | null][] = [
  [
    "claude",
    { session_id: "c1" },
    (text) => ({
      hookSpecificOutput: { hookEventName: "SessionStart", additionalContext: text },
    }),
  ],
  [
    "copilot",
    { sessionId: "c1", timestamp: 1_795_345_803_756 },
    (text) => ({ additionalContext: text }),
  ],
  [
    "cursor",
    { conversation_id: "c1", generation_id: "g" },
    (text) => ({ additional_context: text }),
  ],
  ["kimi", { session_id: "c1", client_type: "kimi_code_cli" }, () => null],
];

test.each(FORMS)("a start of %s is told in the agent's own form", async (agent, fields, form) => {
  await earlier("e1");
  const { context } = await world.json<{ context: string }>("context");
  expect(context).toContain("title e1");
  const payload = { cwd: world.folder, source: "startup", ...fields };
  world.stdin = new TextEncoder().encode(JSON.stringify(payload));
  const { out } = await world.mm("hook", agent, "session-start");
  expect(out === "" ? null : JSON.parse(out)).toEqual(form(context));
});

describe("earlier sessions", () => {
  const titles = async () => {
    const { context } = await world.json<{ context: string }>("context");
    return Array.from(context.matchAll(/"title (\w+)"/gu), ([, name]) => name);
  };
  test("are in the order of their ends, not of their starts", async () => {
    for (const name of ["a", "b", "c"]) await prompt(name, `title ${name}`);
    for (const name of ["c", "a", "b"]) {
      world.pass(60);
      await end(name);
    }
    expect(await titles()).toEqual(["b", "a", "c"]);
    world.pass(60);
    await prompt("c", "again");
    world.pass(60);
    await end("c");
    expect(await titles()).toEqual(["c", "b", "a"]);
  });

  test("are five, also those that somebody else has ended", async () => {
    for (const name of ["a", "b", "c", "d", "e", "f"]) await earlier(name);
    await prompt("g", "title g");
    world.exec("UPDATE sessions SET ended_at = '2026-11-22T12:20:00+00:00' WHERE ended_at IS NULL");
    expect(await titles()).toEqual(["g", "f", "e", "d", "c"]);
  });

  test("are found by indices alone, and nothing is sorted but those few", async () => {
    await earlier("a");
    const plan = world
      .rows<{ detail: string }>(`EXPLAIN QUERY PLAN ${hooks.EARLIER_SESSIONS}`, "p", "x")
      .map(({ detail }) => detail);
    expect(plan.filter((step) => /^SCAN (?!\(?subquery|m$|s$)/iu.test(step))).toEqual([
      "SCAN mm_sessions USING INDEX mm_sessions_live",
    ]);
    expect(plan).toContain("SEARCH m USING INDEX mm_sessions_project (project=? AND ended_ms>?)");
    expect(plan.filter((step) => step.includes("TEMP B-TREE"))).toHaveLength(1);
  });
});

test("what happened in a session is told, not how many events there were", async () => {
  const tool = (id: string, name: string, input: object, error?: string) => {
    const event = error === undefined ? "PostToolUse" : "PostToolUseFailure";
    const fields = { tool_name: name, tool_input: input, tool_use_id: id, error };
    return world.hook("claude", event, call(event, "e1", fields));
  };
  await prompt("e1", "Fix the parser");
  await tool("t1", "Edit", { file_path: `${world.folder}/src/parser.ts` });
  await tool("t2", "Bash", { command: "npm test" }, "Exit code 1");
  await prompt("e1", "add a test");
  await end("e1");
  const { context } = await world.json<{ context: string }>("context");
  expect(context).toEndWith(
    ' Claude Code "Fix the parser": 2 prompts, 1 command (1 failed), 1 other call, changed src/parser.ts, last: "add a test"; last failure: Bash: npm test — Exit code 1',
  );
  world.exec("UPDATE sessions SET summary = 'Wrote ' || printf('%.400c', 'x')");
  const other = await world.json<{ context: string }>("context");
  expect(other.context).toMatch(/"Fix the parser": Wrote x{314}…$/u);
});
