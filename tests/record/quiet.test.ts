import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { chmodSync, existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { HookWorld } from "../support/hook-world.ts";

let world: HookWorld;
beforeEach(() => {
  world = new HookWorld();
});
afterEach(() => world[Symbol.dispose]());

const SILENT = { code: 0, out: "", err: "" };
const PROMPT = { session_id: "c1", cwd: "/w", prompt: "hi" };

describe("calls that mean nothing are silent and leave nothing", () => {
  test.each([
    [["--json"]],
    [["--frobnicate", "x"]],
    [["claude", "--help"]],
    [["--help", "claude"]],
    [["-h", "-h"]],
    [["--", "claude"]],
    [["--version"]],
  ])("%p", async (words) => {
    world.stdin = new TextEncoder().encode(JSON.stringify({ session_id: "c1", cwd: "/w" }));
    expect(await world.mm("hook", ...words)).toEqual(SILENT);
    expect(world.files()).toEqual([]);
  });

  test.each([[[]], [["claude"]], [["nobody"]], [["", ""]]])(
    "%p, with no payload",
    async (words) => {
      expect(await world.mm("hook", ...words)).toEqual(SILENT);
      expect(world.files()).toEqual([]);
    },
  );

  test.each([["--help"], ["-h"]])("but %s alone prints the usage", async (word) => {
    const { code, out, err } = await world.mm("hook", word);
    expect({ code, err }).toEqual({ code: 0, err: "" });
    expect(out).toContain("mm hook AGENT EVENT");
    expect(world.files()).toEqual([]);
  });
});

describe("calls of no agent or event are silent, and leave only a count and a line of the log", () => {
  test.each([
    [[]],
    [["claude"]],
    [[""]],
    [["", ""]],
    [["nobody", "SessionStart"]],
    [["Claude", "SessionStart"]],
    [["claud", "SessionStart"]],
    [["claude", "NeverHeardOf"]],
    [["claude", ""]],
    [["claude", "x".repeat(100_000)]],
    [["constructor", "SessionStart"]],
    [["__proto__", "SessionStart"]],
    [["claude", "__proto__"]],
  ])("%p", async (words) => {
    world.stdin = new TextEncoder().encode(JSON.stringify({ session_id: "c1", cwd: "/w" }));
    expect(await world.mm("hook", ...words)).toEqual(SILENT);
    expect(world.files()).toEqual(["logs"]);
    world.env = { ...world.env, HOME: world.folder };
    const { lost_events } = await world.json("hooks", "status");
    expect(lost_events).toMatchObject({ count: 1, reasons: { unknown: 1 } });
    expect(world.log()).toHaveLength(1);
    expect(world.log().join("").length).toBeLessThan(600);
  });
});

test("what comes behind the event changes nothing", async () => {
  world.stdin = new TextEncoder().encode(JSON.stringify(PROMPT));
  expect(await world.mm("hook", "claude", "UserPromptSubmit", "--json", "more")).toEqual(SILENT);
  expect(world.told()).toEqual(["prompt: hi"]);
});

test.each([
  "UserPromptSubmit",
  "userpromptsubmit",
  "user-prompt-submit",
  "USER_PROMPT_SUBMIT",
  "prompt",
  "Prompt",
])("the event may be written %s", async (event) => {
  await world.hook("claude", event, PROMPT);
  expect(world.told()).toEqual(["prompt: hi"]);
  expect(world.events()[0]?.metadata).toEqual({ event: "UserPromptSubmit" });
});

test("MM_DISABLE=1 makes it a no-op", async () => {
  world.env = { ...world.env, MM_DISABLE: "1" };
  await world.start();
  await world.hook("claude", "UserPromptSubmit", "{");
  expect(world.files()).toEqual([]);
  world.env = { ...world.env, MM_DISABLE: "0" };
  await world.start();
  expect(world.sessions()).toHaveLength(1);
});

describe("a home that can't be used", () => {
  test.each([
    [{}],
    [{ HOME: "" }],
    [{ HOME: "here" }],
    [{ MM_HOME: "" }],
    [{ MM_HOME: "here" }],
    [{ MM_HOME: "/proc/nowhere" }],
    [{ MM_HOME: "/dev/null/home" }],
  ])("is no reason to speak: %p", async (env) => {
    world.env = env;
    await world.start();
    expect(world.files()).toEqual([]);
  });

  test("a database that can't be found is a matter for the log", async () => {
    for (const MM_DB of ["relative.db", "", `${world.folder}/no/such/folder/x.db`]) {
      world.env = { MM_HOME: world.home, MM_DB };
      await world.prompt("hi");
    }
    const heads = world.log().map((line) => line.split(":")[0]);
    expect(heads).toEqual(["spooled", "spooled", "spooled"]);
    expect(world.spooled()).toHaveLength(3);
  });
});

describe("the log", () => {
  const path = () => `${world.home}/logs/hook.log`;
  const wrong = () => world.hook("claude", "Stop", "{");
  const LINE = "claude Stop: the payload of 1 bytes is not a JSON object";

  test("has a line of what went wrong, and when", async () => {
    await wrong();
    world.pass(5);
    await wrong();
    expect(readFileSync(path(), "utf8")).toBe(
      `2026-11-22T12:00:00.000Z ${LINE}\n2026-11-22T12:00:05.000Z ${LINE}\n`,
    );
  });

  test("is nowhere when nothing did", async () => {
    await world.start();
    await world.hook("claude", "ConfigChange", {});
    expect(existsSync(`${world.home}/logs`)).toBe(false);
  });

  test("is for its owner's eyes, as is its folder", async () => {
    const mask = process.umask(0);
    await wrong();
    process.umask(mask);
    expect(statSync(path()).mode & 0o777).toBe(0o600);
    expect(statSync(`${world.home}/logs`).mode & 0o777).toBe(0o700);
  });

  test("begins anew at 1 MB and keeps the one before", async () => {
    world.makeHome({ "logs/hook.log": "", "logs/hook.log.1": "oldest" });
    const full = `${"x".repeat(99)}\n`.repeat(10_001);
    writeFileSync(path(), full);
    chmodSync(path(), 0o600);
    await wrong();
    expect(readFileSync(path(), "utf8")).toBe(`2026-11-22T12:00:00.000Z ${LINE}\n`);
    expect(readFileSync(`${path()}.1`, "utf8")).toBe(full);
    expect(statSync(path()).mode & 0o777).toBe(0o600);
  });

  test("never grows much beyond that", async () => {
    await world.hook("claude", `x${"y".repeat(3_000_000)}`, "{");
    expect(statSync(path()).size).toBeLessThan(10_000);
  });

  test("is one line for each, whatever the words were", async () => {
    await world.hook("a\nb", "c\r\n\u2028d\x1b[31m", "{");
    const text = readFileSync(path(), "utf8").trimEnd();
    expect([..."\n\r\u2028\x1b"].filter((char) => text.includes(char))).toEqual([]);
  });

  test("is no place for secrets", async () => {
    const secret = `ghp_${"a1B2".repeat(9)}`;
    await world.hook(secret, secret, "{");
    await world.hook("claude", "Stop", `{"a": "${secret}"`);
    expect(world.log()).toHaveLength(2);
    expect(world.log().join()).not.toContain("a1B2a1B2");
  });

  test("that can't be written is done without", async () => {
    world.makeHome({ logs: "a file" });
    await wrong();
    expect(readFileSync(`${world.home}/logs`, "utf8")).toBe("a file");
  });
});

describe("inside an agent's shell", () => {
  const shell = () => {
    world.env = { ...world.env, CLAUDE_CODE_SESSION_ID: "c1" };
  };

  test("`activity log` finds the hook's session", async () => {
    await world.mm("session", "start", "-a", "another");
    await world.start();
    shell();
    expect(await world.json("activity", "log", "-c", "done", "--type", "decision")).toMatchObject({
      ok: true,
      session_id: world.session().id,
    });
    expect(world.told()).toEqual(["decision: done"]);
  });

  test("`session end` ends it, as a person does", async () => {
    await world.mm("session", "start", "-a", "another");
    const before = world.state();
    await world.start();
    shell();
    expect(await world.json("session", "end", "-s", "mine")).toMatchObject({
      session_id: world.session().id,
    });
    expect(world.state()).toBe(before);
    world.pass(60);
    await world.start("startup");
    expect(world.session().ended_at).not.toBeNull();
    await world.prompt("go on");
    expect(world.session()).toMatchObject({ ended_at: null, summary: "mine" });
  });

  test("the session that the hook ended takes nothing more", async () => {
    await world.start();
    await world.end();
    shell();
    expect(await world.json("activity", "log", "-c", "late")).toMatchObject({ ok: false });
    expect(world.events()).toEqual([]);
  });

  test.each([
    ["codex", "CODEX_SESSION_ID", { session_id: "e1" }],
    ["cursor", "CURSOR_CONVERSATION_ID", { conversation_id: "e1", generation_id: "g" }],
    ["copilot", "COPILOT_AGENT_SESSION_ID", { sessionId: "e1", timestamp: 1_795_345_803_756 }],
  ])("of %s as well", async (agent, variable, fields) => {
    await world.hook(agent, "session-start", fields);
    world.env = { ...world.env, [variable]: "e1" };
    expect(await world.json("activity", "log", "-c", "done")).toMatchObject({ ok: true });
    expect(world.told("e1")).toEqual(["tool_call: done"]);
  });

  test("of several agents the one counts that the contract names first", async () => {
    const ids = [
      ["copilot", "COPILOT_AGENT_SESSION_ID", { sessionId: "e1", timestamp: 1_795_345_803_756 }],
      ["cursor", "CURSOR_CONVERSATION_ID", { conversation_id: "e2", generation_id: "g" }],
      ["codex", "CODEX_SESSION_ID", { session_id: "e3" }],
      ["claude", "CLAUDE_CODE_SESSION_ID", { session_id: "e4" }],
    ] as const;
    for (const [agent, variable, fields] of ids) {
      await world.hook(agent, "session-start", fields);
      world.env = { ...world.env, [variable]: Object.values(fields)[0] };
      await world.mm("activity", "log", "-c", agent);
      expect(world.told(String(Object.values(fields)[0]))).toEqual([`tool_call: ${agent}`]);
    }
  });
});
