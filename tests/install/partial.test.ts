import { describe, expect, test } from "bun:test";
import { existsSync, readdirSync } from "node:fs";
import { Machine } from "../support/machine.ts";

const DEEP = `${"[".repeat(100_000)}${"]".repeat(100_000)}`;

const BROKEN = '{\n  "hooks": {\n';

function withBroken(): Machine {
  const machine = new Machine();
  machine.put(`${machine.userHome}/.qwen/settings.json`, BROKEN);
  machine.put(machine.claudeSettings, "{}\n");
  return machine;
}

describe("one file that can't be edited, nobody named", () => {
  test("install: the others are done, it is told with its place, exit 1", async () => {
    using machine = withBroken();
    const { code, out, err } = await machine.mm("hooks", "install", "--yes");
    expect(code).toBe(1);
    expect(out).toContain(`Installed: Claude Code, ${machine.claudeSettings}\n`);
    expect(err).toContain(
      `Qwen Code is left out: can't edit ${machine.userHome}/.qwen/settings.json: `,
    );
    expect(err).toContain("at line 3, column 1");
    expect(machine.read(`${machine.userHome}/.qwen/settings.json`)).toBe(BROKEN);
    expect(JSON.parse(machine.read(`${machine.home}/mm.json`)).prompts).toEqual(["claude"]);
  });

  test("its JSON document", async () => {
    using machine = withBroken();
    const { code, out } = await machine.mm("hooks", "install", "--yes", "--json");
    expect(code).toBe(1);
    const { clients, refused } = JSON.parse(out);
    expect(clients.map(({ client }: { client: string }) => client)).toEqual(["claude"]);
    expect(refused).toEqual([
      {
        client: "qwen",
        scope: "user",
        file: `${machine.userHome}/.qwen/settings.json`,
        code: "settings_unreadable",
        message: expect.stringContaining("at line 3, column 1"),
      },
    ]);
  });

  test("uninstall: the others are done, and its receipt stays", async () => {
    using machine = new Machine();
    await machine.install("claude", "qwen");
    machine.put(`${machine.userHome}/.qwen/settings.json`, BROKEN);
    const { code, out, err } = await machine.mm("hooks", "uninstall");
    expect(code).toBe(1);
    expect(out).toBe(`Removed: Claude Code, ${machine.claudeSettings}\n`);
    expect(err).toContain("Qwen Code is left out: can't edit");
    expect(existsSync(machine.claudeSettings)).toBe(false);
    expect(readdirSync(`${machine.home}/hooks`).filter((name) => !name.startsWith("mm-"))).toEqual([
      expect.stringMatching(/^qwen-/u),
    ]);
  });

  test("named, or the only one, it is refused and nothing is written", async () => {
    using machine = withBroken();
    expect(await machine.mm("hooks", "install", "claude", "qwen", "--yes")).toMatchObject({
      code: 1,
      out: "",
    });
    expect(machine.read(machine.claudeSettings)).toBe("{}\n");
    using alone = new Machine();
    alone.put(`${alone.userHome}/.qwen/settings.json`, BROKEN);
    const { code, err } = await alone.mm("hooks", "install", "--yes");
    expect(code).toBe(1);
    expect(err).toStartWith("mm: can't edit ");
  });
});

test.each([
  ["claude", ".claude/settings.json", `{"hooks":${DEEP}}`],
  ["claude", ".claude/settings.json", `{"other":${DEEP}}`],
  ["codex", ".codex/hooks.json", `{"hooks":{"SessionStart":${DEEP}}}`],
  ["kimi", ".kimi-code/config.toml", `hooks = ${DEEP}`],
])("settings of %s that are nested too deeply are refused by name", async (agent, file, text) => {
  using machine = new Machine();
  machine.put(`${machine.userHome}/${file}`, text);
  const { code, err } = await machine.mm("hooks", "install", agent, "--yes");
  expect({ code, err }).toMatchObject({ code: 1 });
  expect(err).toStartWith(`mm: can't edit ${machine.userHome}/${file}: it is nested too deeply\n`);
  expect(machine.read(`${machine.userHome}/${file}`)).toBe(text);
  expect((await machine.mm("hooks", "status")).code).toBe(0);
});

describe("mm.json when the last hooks go", () => {
  const path = (machine: Machine) => `${machine.home}/mm.json`;

  test("one that can't be read doesn't keep the hooks from going", async () => {
    using machine = new Machine();
    await machine.install("claude");
    machine.put(path(machine), "{");
    const { code, err } = await machine.mm("hooks", "uninstall", "claude");
    expect(code).toBe(0);
    expect(err).toContain(`can't edit ${path(machine)}: `);
    expect(err).not.toContain("nothing was changed");
    expect(existsSync(machine.claudeSettings)).toBe(false);
    expect(machine.read(path(machine))).toBe("{");
  });

  test("it goes where we made it, with the last client and not before", async () => {
    using machine = new Machine();
    await machine.install("claude", "qwen", "--capture=none", "--context");
    await machine.hooks("uninstall", "claude");
    expect(JSON.parse(machine.read(path(machine)))).toEqual({
      capture: "none",
      context: true,
      prompts: ["qwen"],
    });
    const { out } = await machine.hooks("uninstall", "--dry-run");
    expect(out).toContain(`--- a${path(machine)}\n+++ /dev/null\n`);
    await machine.hooks("uninstall");
    expect(existsSync(path(machine))).toBe(false);
    expect(readdirSync(`${machine.home}/hooks`)).toEqual([]);
  });

  test("what was there before comes back to the byte, whatever came between", async () => {
    using machine = new Machine();
    const before = '// mine\n{\n\t"stale": "7d", // a week\n\t"capture": "full"\n}\n';
    machine.makeHome({ "mm.json": before });
    await machine.install("claude", "--capture=none");
    await machine.install("claude", "--context", "--events=sessions");
    await machine.hooks("uninstall");
    expect(machine.read(path(machine))).toBe(before);
  });

  test("what somebody has changed since stays", async () => {
    using machine = new Machine();
    await machine.install("claude", "--capture=none", "--context");
    const text = machine.read(path(machine)).replace('"none"', '"full"');
    machine.put(path(machine), text.replace("{", '{ "stale": "7d",'));
    await machine.hooks("uninstall");
    expect(JSON.parse(machine.read(path(machine)))).toEqual({ stale: "7d", capture: "full" });
  });

  test("it stays while the plugin reports", async () => {
    using machine = new Machine();
    await machine.install("claude", "--capture=none");
    const text = machine.read(machine.claudeSettings);
    machine.put(machine.claudeSettings, text.replace("{", '{"enabledPlugins":{"mm@mm":true},'));
    await machine.hooks("uninstall", "claude");
    expect(JSON.parse(machine.read(path(machine)))).toMatchObject({ capture: "none" });
  });
});

test.each([
  [{ MM_HOME: "/x/home" }, null],
  [{ MM_DB: "/x/db" }, "MM_DB is set here, and an agent that starts without it"],
  [{}, null],
])("%j: what agents need too is said", async (variables, warning) => {
  using machine = new Machine();
  delete machine.env["MM_HOME"];
  Object.assign(machine.env, variables);
  const { err } = await machine.hooks("install", "claude", "--dry-run");
  if (warning === null) expect(err).not.toContain("set here");
  else expect(err).toContain(warning);
});

test("what a person reads is at most 80 columns wide, but for paths", async () => {
  using machine = new Machine();
  machine.addClaude("2.1.330");
  machine.answers = true;
  const { out, err } = await machine.hooks("install", "claude", "codex", "gemini");
  const lines = `${out}\n${err.replaceAll(/^mm: warning:.*$/gmu, "")}`
    .replaceAll(machine.folder, "@")
    .split("\n");
  expect(lines.length).toBeGreaterThan(15);
  expect(lines.filter((line) => line.length > 80)).toEqual([]);
});
