import { describe, expect, test } from "bun:test";
import { rmSync, utimesSync } from "node:fs";
import { found } from "../support/doctor.ts";
import { Machine } from "../support/machine.ts";
import { copyHome } from "../support/transcripts.ts";

interface Row {
  readonly client: string;
  readonly scope: string;
  readonly state: string;
  readonly events: readonly string[];
  readonly problems: readonly string[];
  readonly duplicates: readonly string[];
  readonly programs: readonly { path: string; exists: boolean; is_this: boolean }[];
}

async function rows(machine: Machine, ...agents: string[]): Promise<{ code: number; rows: Row[] }> {
  const { code, out } = await machine.mm("hooks", "status", ...agents, "--json");
  return { code, rows: JSON.parse(out).clients };
}

test("nothing is there", async () => {
  using machine = new Machine();
  const { code, rows: all } = await rows(machine);
  expect(code).toBe(0);
  expect(all.slice(0, 6).map(({ client, state }) => [client, state])).toEqual(
    ["claude", "codex", "gemini", "copilot", "qwen", "opencode"].map((agent) => [agent, "absent"]),
  );
  expect(machine.files()).toEqual([]);
  machine.addProgram("codex");
  expect((await rows(machine, "codex")).rows).toMatchObject([{ state: "not_installed" }]);
});

test("the JSON document", async () => {
  using machine = new Machine();
  await machine.install("claude", "--events=sessions");
  expect((await rows(machine, "claude")).rows).toEqual([
    {
      client: "claude",
      support: "supported",
      scope: "user",
      file: machine.claudeSettings,
      state: "ok",
      events: ["SessionStart", "SessionEnd"],
      missing: [],
      left_out: [],
      programs: [{ path: `${machine.folder}/bin/mm`, exists: true, is_this: true }],
      homes: [machine.home],
      problems: [],
      duplicates: [],
      last_event_at: null,
      waiting: 0,
      p50_ms: null,
      p95_ms: null,
    } as Row,
  ]);
});

test("the rows, with preview marked", async () => {
  using machine = new Machine();
  await machine.install("qwen", "droid", "--events=sessions");
  const { out } = await machine.hooks("status", "qwen", "droid");
  const rows = out.split("\n").map((line) => line.replaceAll(machine.folder, "@").split(/ {2,}/u));
  expect(rows).toEqual([
    ["Qwen Code", "nothing came yet", "~/.qwen/settings.json"],
    ["Factory Droid", "nothing came yet", "~/.factory/hooks.json", "preview"],
    [""],
    ["qwen: records in @/home"],
    ["droid: records in @/home"],
    [""],
  ]);
});

test("hooks that brought nothing aren't said to record because transcripts were read", async () => {
  using machine = new Machine();
  copyHome("claude", machine.userHome);
  await machine.install("claude");
  await machine.mm("backfill", "claude");
  const told = async () => (await machine.mm("hooks", "status", "claude")).out;
  expect(await told()).toMatch(/^Claude Code {2,}nothing came yet {2,}~/mu);
  const silent = async () => (await found(machine, "hooks")).filter((one) => one.includes("never"));
  expect(await silent()).toHaveLength(1);
  machine.stdin = new TextEncoder().encode('{"session_id":"s1","source":"startup"}');
  await machine.mm("hook", "claude", "SessionStart");
  expect(await told()).toMatch(/^Claude Code {2,}recording {2,}last /mu);
  expect(await silent()).toEqual([]);
});

test("at most 80 columns wide but for paths, with what to do next", async () => {
  using machine = new Machine();
  machine.addClaude("2.1.330");
  machine.addProgram("gemini");
  machine.addProgram("qwen");
  await machine.install("claude", "codex", "droid");
  machine.stdin = new TextEncoder().encode(JSON.stringify({ session_id: "s1", prompt: "hi" }));
  await machine.mm("hook", "claude", "UserPromptSubmit");
  machine.pass(3600 * 200);
  const { out } = await machine.hooks("status");
  const lines = out.split("\n").filter((line) => !line.includes(machine.folder));
  expect(lines.filter((line) => line.length > 80)).toEqual([]);
  expect(out).toEndWith("\nNext: mm hooks install gemini qwen\n");
  expect(out).toMatch(
    /^Claude Code +recording +last 8d ago, \d+ ms {2}~\/\.claude\/settings\.json$/mu,
  );
  expect(out).toMatch(/^Codex CLI +needs you +start codex and choose "Trust all and continue"$/mu);
  expect(out).toMatch(/^Gemini CLI +not installed$/mu);
  expect(out).toContain("\nNot on this machine: GitHub Copilot CLI, OpenCode, Cursor,");
  expect(out).not.toContain("VS Code");
  expect((await machine.hooks("status", "--all")).out).toMatch(/^VS Code +not offered +preview$/mu);
});

test("what is broken is said with its fix, on a narrow terminal on lines of its own", async () => {
  using machine = new Machine();
  machine.put(machine.claudeSettings, '{"disableAllHooks":true}');
  await machine.install("claude", "--events=sessions");
  const said = "disableAllHooks is true in";
  expect((await machine.mm("hooks", "status", "claude")).out).toMatch(
    new RegExp(`^Claude Code {2}broken {2}${said}`, "mu"),
  );
  machine.isTerminal = true;
  machine.columns = 40;
  const { out } = await machine.mm("hooks", "status", "claude");
  expect(out).toStartWith(`Claude Code  broken\n  ${said}`);
  expect(out.replaceAll(/\s+/gu, " ")).toContain("; to fix it: set disableAllHooks to false in");
});

test("without any agent it says what comes first", async () => {
  using machine = new Machine();
  const { out } = await machine.hooks("status");
  expect(out).toStartWith("Not on this machine: Claude Code, Codex CLI, Gemini CLI,");
  expect(out).toEndWith("\n\nNext: install an agent, then: mm hooks install\n");
});

test("the last event that came, and how long our hooks took", async () => {
  using machine = new Machine();
  await machine.install("claude", "--events=sessions");
  machine.stdin = new TextEncoder().encode(
    JSON.stringify({ session_id: "s1", cwd: machine.folder, prompt: "hi", source: "startup" }),
  );
  await machine.mm("hook", "claude", "SessionStart");
  await machine.mm("hook", "claude", "UserPromptSubmit");
  const {
    rows: [row],
  } = await rows(machine, "claude");
  expect(row).toMatchObject({ last_event_at: "2026-03-10T12:00:00+00:00" });
  machine.pass(7300);
  expect((await machine.hooks("status", "claude")).out).toContain("last 2h ago, 1 ms");
  expect(row).toMatchObject({ p50_ms: expect.any(Number), p95_ms: expect.any(Number) });
});

test.each([
  ["memtomem's own", "memtomem"],
  ["one that can't be read", "broken"],
])("a database that is %s hides no settings", async (_, kind) => {
  using machine = new Machine();
  if (kind === "memtomem") machine.useMemtomemHome();
  else machine.makeHome({ "memtomem.db": "no database at all".repeat(100) });
  await machine.install("claude", "--events=sessions");
  expect(await rows(machine, "claude")).toMatchObject({ code: 0, rows: [{ state: "ok" }] });
});

describe("what can't work is exit 1", () => {
  test("the program is gone", async () => {
    using machine = new Machine();
    await machine.install("claude");
    rmSync(`${machine.folder}/bin/mm`);
    const {
      code,
      rows: [row],
    } = await rows(machine, "claude");
    expect(code).toBe(1);
    expect(row?.problems).toEqual([`there is no ${machine.folder}/bin/mm`]);
  });

  test.each([
    ["claude", ".claude/settings.json", '{"disableAllHooks":true}', "disableAllHooks is true in"],
    [
      "gemini",
      ".gemini/settings.json",
      '{"hooksConfig":{"enabled":false}}',
      "hooksConfig.enabled is false in",
    ],
    [
      "gemini",
      ".gemini/settings.json",
      '{"hooksConfig":{"disabled":["mm"]}}',
      "hooksConfig.disabled names mm in",
    ],
    ["qwen", ".qwen/settings.json", '{"disableAllHooks":true}', "disableAllHooks is true in"],
    ["codex", ".codex/hooks.json", '{"version":1}', "for its key 'version'"],
  ])("%s: %s says %s", async (agent, file, text, problem) => {
    using machine = new Machine();
    machine.put(`${machine.userHome}/${file}`, text);
    await machine.install(agent);
    const {
      code,
      rows: [row],
    } = await rows(machine, agent);
    expect({ code, state: row?.state }).toEqual({ code: 1, state: "broken" });
    expect(row?.problems.join()).toContain(problem);
  });

  test("codex: hooks are switched off", async () => {
    using machine = new Machine();
    machine.put(`${machine.userHome}/.codex/config.toml`, "[features]\nhooks = false\n");
    await machine.install("codex");
    expect(await rows(machine, "codex")).toMatchObject({ code: 1, rows: [{ state: "broken" }] });
  });

  test("the settings can't be read any more", async () => {
    using machine = new Machine();
    await machine.install("claude");
    machine.put(machine.claudeSettings, "{");
    expect(await rows(machine, "claude")).toMatchObject({ code: 1, rows: [{ state: "broken" }] });
  });

  test("MM_DISABLE", async () => {
    using machine = new Machine();
    await machine.install("claude");
    machine.env["MM_DISABLE"] = "1";
    expect(await rows(machine, "claude")).toMatchObject({ code: 1 });
    expect((await rows(machine, "codex")).code).toBe(0);
  });
});

test("codex is pending until each hook is trusted at its place", async () => {
  using machine = new Machine();
  await machine.install("codex", "--events=sessions");
  const file = `${machine.userHome}/.codex/hooks.json`;
  expect(await rows(machine, "codex")).toMatchObject({ code: 0, rows: [{ state: "pending" }] });
  const trust = (event: string) =>
    `[hooks.state."${file}:${event}:0:0"]\ntrusted_hash = "sha256:1"\n`;
  machine.put(`${machine.userHome}/.codex/config.toml`, trust("session_start"));
  expect((await rows(machine, "codex")).rows[0]?.problems.join()).toContain("(SessionEnd)");
  machine.put(
    `${machine.userHome}/.codex/config.toml`,
    trust("session_start") + trust("session_end"),
  );
  expect((await rows(machine, "codex")).rows).toMatchObject([{ state: "ok", problems: [] }]);
});

test("events that come from codex show that its hooks are trusted, until they change", async () => {
  using machine = new Machine();
  await machine.install("codex");
  const file = `${machine.userHome}/.codex/hooks.json`;
  const seconds = machine.clock.getTime() / 1000;
  utimesSync(file, seconds - 60, seconds - 60);
  machine.stdin = new TextEncoder().encode(
    JSON.stringify({ session_id: "s1", cwd: machine.folder, prompt: "hi" }),
  );
  await machine.mm("hook", "codex", "UserPromptSubmit");
  expect((await rows(machine, "codex")).rows).toMatchObject([{ state: "ok", problems: [] }]);
  expect((await machine.hooks("status")).out).toMatch(/^Codex CLI +recording /mu);
  utimesSync(file, seconds + 60, seconds + 60);
  expect((await rows(machine, "codex")).rows).toMatchObject([{ state: "pending" }]);
});

test("what another mm is called is said, also what is reported twice", async () => {
  using machine = new Machine();
  await machine.install("claude", "--events=sessions");
  const other = machine.addProgram("other/mm");
  const text = machine.read(machine.claudeSettings);
  machine.put(machine.claudeSettings, text.replaceAll(`${machine.folder}/bin/mm`, other));
  await machine.install("claude", "--scope=project", "--events=sessions");
  const { code, rows: all } = await rows(machine, "claude");
  expect(code).toBe(0);
  expect(all.map(({ scope }) => scope)).toEqual(["user", "project"]);
  expect(all[0]?.programs).toEqual([{ path: other, exists: true, is_this: false }]);
  expect(all[0]?.duplicates).toEqual([`${machine.folder}/.claude/settings.json`]);
  expect(all[1]?.duplicates).toEqual([machine.claudeSettings]);
});

test("the plugin counts", async () => {
  using machine = new Machine();
  machine.put(machine.claudeSettings, '{"enabledPlugins":{"mm@mm":true}}');
  expect((await rows(machine, "claude")).rows).toMatchObject([{ scope: "plugin", state: "ok" }]);
  rmSync(`${machine.folder}/bin/mm`);
  expect(await rows(machine, "claude")).toMatchObject({ code: 1, rows: [{ state: "broken" }] });
});

test("an event that somebody took out is missed", async () => {
  using machine = new Machine();
  await machine.install("qwen");
  const file = `${machine.userHome}/.qwen/settings.json`;
  const value = JSON.parse(machine.read(file));
  delete value.hooks.Stop;
  machine.put(file, JSON.stringify(value));
  const { code, out } = await machine.mm("hooks", "status", "qwen");
  expect(code).toBe(0);
  expect(out).toContain("qwen: not installed: Stop\n");
});
