import { Database } from "bun:sqlite";
import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { HookWorld } from "../support/hook-world.ts";

let world: HookWorld;
beforeEach(() => {
  world = new HookWorld();
});
afterEach(() => world[Symbol.dispose]());

const PROMPT = `fix the failing test ${"x".repeat(600)}`;
const CALL = {
  tool_name: "Edit",
  tool_input: { file_path: "/w/src/a.ts", old_string: "before", new_string: "after" },
  tool_response: { filePath: "/w/src/a.ts", structuredPatch: ["patched"] },
  duration_ms: 12,
};

async function record(): Promise<void> {
  await world.start();
  await world.prompt(PROMPT);
  await world.tool("t1", CALL);
  await world.claude("PostToolUseFailure", { ...CALL, tool_use_id: "t2", error: "no\nsuch file" });
  await world.claude("SubagentStart", { agent_type: "Explore", agent_id: "a1" });
  await world.claude("Notification", { message: "Needs you" });
  await world.end("exit");
}

const told = () => world.told().map((line) => line.slice(0, 60));
const SUMMARY =
  "Session had 5 events: 1x prompt, 1x tool_call, 1x error, 1x subagent_start, 1x notification";

describe("capture", () => {
  test("none keeps names and counts", async () => {
    world.settings({ capture: "none" });
    await record();
    expect(told()).toEqual([
      "prompt: 621 characters",
      "tool_call: Edit",
      "error: Edit",
      "subagent_start: Explore",
      "notification: ",
    ]);
    expect(world.session()).toMatchObject({ title: null, summary: SUMMARY, end_reason: "exit" });
    expect(world.events()[2]?.metadata).toEqual({
      event: "PostToolUseFailure",
      tool: "Edit",
      tool_use_id: "t2",
      ok: false,
      duration_ms: 12,
      input_size: 70,
      output_size: 18,
    });
    for (const word of ["fix the", "/w/src", "before", "patched", "such file", "Needs you"]) {
      expect(everything().includes(word)).toBe(false);
    }
  });

  test.each([[{}], [{ capture: "summary" }]])(
    "summary, which is the default, keeps a line of each: %p",
    async (settings) => {
      world.settings(settings);
      await record();
      expect(told()).toEqual([
        `prompt: fix the failing test ${"x".repeat(31)}`,
        "tool_call: Edit: /w/src/a.ts",
        "error: Edit: /w/src/a.ts",
        "subagent_start: Explore",
        "notification: Needs you",
      ]);
      expect(world.events()[0]?.content).toHaveLength(500);
      expect(world.events()[2]?.metadata).toMatchObject({ error: "no such file", ok: false });
      expect(world.session().summary).toBe(SUMMARY);
      for (const word of ["before", "patched"]) expect(everything().includes(word)).toBe(false);
    },
  );

  test("full keeps all of it", async () => {
    world.settings({ capture: "full" });
    await record();
    expect(world.events()[0]?.content).toBe(PROMPT);
    expect(world.events()[1]?.metadata).toMatchObject({
      input: CALL.tool_input,
      output: CALL.tool_response,
    });
  });
});

describe("settings that can't be used", () => {
  test.each(["{", "[]", "7", '"none"', "\xff"])(
    "%p are ignored, and the log says so",
    async (text) => {
      world.settings(text);
      await world.prompt("hi");
      // Who asked for less than the default must not get more.
      expect(world.told()).toEqual(["prompt: 2 characters"]);
      expect(world.log()).toEqual([`ignored ${world.home}/mm.json: not a JSON object`]);
    },
  );

  test.each([
    { capture: "nothing" },
    { capture: 1 },
    { stale: "a day" },
    { stale: 24 },
    { prompts: "claude" },
  ])("a value that is wrong has its default, and the log says so: %p", async (values) => {
    world.settings(values);
    await world.prompt("hi");
    const asked = "capture" in values ? "prompt: 2 characters" : "prompt: hi";
    expect(world.told()).toEqual([asked]);
    expect(world.log().join()).toContain(Object.keys(values)[0] ?? "");
  });

  test.each(["", "// a comment\n"])("nested too deeply, with %p before", async (before) => {
    for (const value of [
      "[".repeat(100_000) + "]".repeat(100_000),
      "[".repeat(1000) + "]".repeat(1000),
    ]) {
      world.settings(`${before}{"capture":${value}}`);
      await world.prompt("hi");
      expect(world.told().at(-1)).toBe("prompt: 2 characters");
      expect(world.log().at(-1)).toBe(`ignored ${world.home}/mm.json: it is nested too deeply`);
    }
    expect((await world.mm("ps")).code).toBe(0);
  });

  test("comments are no fault", async () => {
    world.settings('{\n  // less\n  "capture": "none",\n}\n');
    await world.prompt("hi");
    expect(world.told()).toEqual(["prompt: 2 characters"]);
  });

  test("a folder in their place too", async () => {
    world.makeHome({ "mm.json/file": "" });
    await world.prompt("hi");
    expect(world.log()).toEqual([`ignored ${world.home}/mm.json: it is a directory`]);
  });
});

/** Every byte that there is in the home, and every text in the database once more. */
function everything(): string {
  const files = (readdirSync(world.home, { recursive: true }) as string[])
    .map((name) => `${world.home}/${name}`)
    .filter((path) => statSync(path).isFile());
  const db = new Database(world.database, { readonly: true });
  const tables = db
    .query<{ name: string }, []>("SELECT name FROM sqlite_schema WHERE type = 'table'")
    .all();
  const rows = tables.map(({ name }) => db.query(`SELECT * FROM "${name}"`).values());
  db.close(true);
  return files.map((path) => readFileSync(path, "latin1")).join() + JSON.stringify(rows);
}

describe("no secret is anywhere in the home", () => {
  const SECRET = `ghp_${"a1B2".repeat(9)}`;
  const FIELDS = {
    transcript_path: `/t/${SECRET}.jsonl`,
    model: SECRET,
    session_title: `title ${SECRET}`,
  };

  async function tell(): Promise<void> {
    await world.start("startup", FIELDS);
    await world.prompt(`use ${SECRET}`, { ...FIELDS, prompt_id: "p1" });
    await world.prompt(`${"x".repeat(495)} ${SECRET}`, { ...FIELDS, prompt_id: "p2" });
    await world.tool("t1", {
      ...FIELDS,
      tool_name: `mcp__${SECRET}`,
      tool_input: { command: `curl -H 'Authorization: Bearer ${SECRET}'`, list: [SECRET] },
      tool_response: { stdout: SECRET, stderr: `x ${SECRET}` },
    });
    await world.claude("PostToolUseFailure", {
      ...FIELDS,
      tool_name: "Read",
      tool_input: { file_path: `/w/${SECRET}` },
      error: SECRET,
      tool_use_id: SECRET,
    });
    for (const event of ["SubagentStart", "SubagentStop"]) {
      await world.claude(event, { ...FIELDS, agent_type: SECRET, agent_id: SECRET });
    }
    await world.claude("Notification", { ...FIELDS, message: SECRET });
    await world.claude("PreCompact", { ...FIELDS, trigger: SECRET });
    await world.claude("Stop", { ...FIELDS, error: SECRET, last_assistant_message: SECRET });
    await world.end(SECRET, FIELDS);
    await world.hook("claude", "Stop", `{"session_id": "c1", "x": "${SECRET}"`);
  }

  test.each(["none", "summary", "full"])("with capture %s", async (capture) => {
    world.settings({ capture });
    world.env = { ...world.env, SECRET, ANTHROPIC_API_KEY: SECRET };
    await tell();
    expect(world.events()).toHaveLength(10);
    expect(world.log()).toHaveLength(1);
    expect(everything().includes("a1B2a1B2")).toBe(false);
  });

  test("not even as the folder's name", async () => {
    await world.start("startup", { cwd: `/w/${SECRET}/sub` });
    expect(world.session()).toMatchObject({
      cwd: "/w/[redacted:github]/sub",
      root: "/w/[redacted:github]/sub",
    });
    expect(everything().includes("a1B2a1B2")).toBe(false);
  });

  test("nor in the spool", async () => {
    world.settings({ capture: "full" });
    await world.start("startup", { session_id: "c0" });
    await world.whileBroken(async () => {
      await tell();
      expect(world.spooled()).toHaveLength(12);
      for (const name of world.spooled()) {
        const text = readFileSync(`${world.spoolFolder}/${name}`, "utf8");
        expect(text.includes("a1B2a1B2")).toBe(false);
      }
    });
    expect(everything().includes("a1B2a1B2")).toBe(false);
  });
});
