import { describe, expect, test } from "bun:test";
import { chmodSync, existsSync, rmSync, symlinkSync } from "node:fs";
import { Machine } from "../support/machine.ts";

const ANSWER = `{"jsonrpc":"2.0","id":1,"result":{}}
{"jsonrpc":"2.0","id":2,"result":{"tools":[{"name":"search_sessions"},{"name":"show_session"}]}}
`;

interface Row {
  readonly client: string;
  readonly scope: string;
  readonly file: string | null;
  readonly state: string;
  readonly tools: string[];
  readonly answered_ms: number | null;
  readonly problems: string[];
}

/** A machine on which `mm` answers as a server. */
function answering(): Machine {
  const machine = new Machine();
  const program = `${machine.folder}/bin/mm`;
  machine.prints = { [program]: ANSWER, mm: ANSWER };
  return machine;
}

async function status(machine: Machine, ...words: string[]) {
  const { code, out } = await machine.mm("mcp", "status", ...words, "--json");
  return { code, rows: (JSON.parse(out) as { clients: Row[] }).clients };
}

const claudeFile = (machine: Machine) => `${machine.userHome}/.claude.json`;

describe("mm mcp install", () => {
  test("writes what each agent takes", async () => {
    using machine = new Machine();
    const program = `${machine.folder}/bin/mm`;
    const env = { BUN_BE_BUN: "", BUN_OPTIONS: "", MM_HOME: machine.home };
    await machine.register("claude", "copilot", "opencode", "--read-only", "--this-project");
    const args = ["mcp", "--read-only", "--this-project"];
    const entry = (file: string) => JSON.parse(machine.read(`${machine.userHome}/${file}`));
    expect(entry(".claude.json")).toEqual({
      mcpServers: { mm: { type: "stdio", command: program, args, env } },
    });
    expect(entry(".copilot/mcp-config.json")).toEqual({
      mcpServers: { mm: { type: "local", command: program, args, env, tools: ["*"] } },
    });
    expect(entry(".config/opencode/opencode.json")).toEqual({
      mcp: { mm: { type: "local", command: [program, ...args], enabled: true, environment: env } },
    });
    await machine.register("claude");
    expect(entry(".claude.json").mcpServers.mm.args).toEqual(["mcp"]);
  });

  test("registers with the supported agents that are found, and tells what is left to do", async () => {
    using machine = new Machine();
    machine.put(`${machine.userHome}/.claude/x`, "");
    machine.put(`${machine.userHome}/.codex/x`, "");
    machine.put(`${machine.userHome}/.cursor/x`, "");
    const { out } = await machine.register();
    expect(out).toContain(`Registered: Claude Code, ${claudeFile(machine)}`);
    expect(out).toContain(`Registered: Codex CLI, ${machine.userHome}/.codex/config.toml`);
    expect(out).toContain("mcp__mm__search_sessions");
    expect(out).not.toContain("Cursor");
    expect((await machine.servers("uninstall")).out.match(/Removed/gu)).toHaveLength(2);
  });

  test("asks first, and writes nothing without a yes or with --dry-run", async () => {
    using machine = new Machine();
    const alone = await machine.mm("mcp", "install", "claude");
    expect(alone.code).toBe(2);
    expect(alone.err).toContain("registering the server needs a yes");
    machine.answers = false;
    const { code, err } = await machine.mm("mcp", "install", "claude");
    expect(code).toBe(1);
    expect(err).toContain(claudeFile(machine));
    const { out } = await machine.servers("install", "claude", "--dry-run");
    expect(out).toContain('+  "mcpServers": {');
    expect(existsSync(claudeFile(machine))).toBe(false);
  });

  test("in a project names whichever mm is on PATH", async () => {
    using machine = new Machine();
    await machine.register("claude", "--scope", "project");
    const { mcpServers } = JSON.parse(machine.read(`${machine.folder}/.mcp.json`));
    expect(mcpServers.mm).toMatchObject({ command: "mm", args: ["mcp"] });
    expect(mcpServers.mm.env).toEqual({ BUN_BE_BUN: "", BUN_OPTIONS: "" });
    const { code, err } = await machine.mm(
      "mcp",
      "install",
      "copilot",
      "--scope",
      "project",
      "--yes",
    );
    expect(code).toBe(1);
    expect(err).toContain("no file for the servers of a project");
    using other = new Machine();
    symlinkSync(other.userHome, `${machine.folder}/.gemini`);
    const led = await machine.mm("mcp", "install", "gemini", "--scope", "project", "--yes");
    expect(led.err).toContain("leads out of the project");
  });

  test("says why there is none for an agent, and where a plugin brings it along", async () => {
    using machine = new Machine();
    expect((await machine.mm("mcp", "install", "vscode", "--yes")).err).toContain(
      "servers of copilot",
    );
    machine.put(machine.claudeSettings, '{"enabledPlugins":{"mm@mm":true}}');
    const { code, err } = await machine.mm("mcp", "install", "claude", "--yes");
    expect(code).toBe(1);
    expect(err).toContain("brings the server along");
  });

  test("leaves what an agent writes meanwhile, and takes an entry by hand for ours", async () => {
    using machine = new Machine();
    const file = machine.put(
      claudeFile(machine),
      '{\n  "numStartups": 1,\n  "projects": {\n    "/w": {\n      "mcpServers": {\n        "mm": { "command": "mm", "args": ["mcp"] }\n      }\n    }\n  }\n}\n',
    );
    await machine.register("claude");
    const value = JSON.parse(machine.read(file));
    expect(value.projects["/w"].mcpServers.mm.command).toBe("mm");
    machine.put(file, JSON.stringify({ ...value, numStartups: 2, tips: ["x"] }, null, 2));
    await machine.servers("uninstall", "claude");
    expect(JSON.parse(machine.read(file))).toEqual({
      numStartups: 2,
      projects: { "/w": { mcpServers: {} } },
      tips: ["x"],
    });
  });
});

describe("mm mcp status", () => {
  test("tells which answer, and how", async () => {
    using machine = answering();
    machine.put(`${machine.userHome}/.codex/x`, "");
    await machine.register("claude");
    const { code, rows } = await status(machine, "claude", "codex", "gemini");
    expect(code).toBe(0);
    expect(rows.map(({ client, state }) => [client, state])).toEqual([
      ["claude", "ok"],
      ["codex", "not_installed"],
      ["gemini", "absent"],
    ]);
    expect(rows[0]).toMatchObject({
      file: claudeFile(machine),
      tools: ["search_sessions", "show_session"],
    });
    const { out } = await machine.servers("status");
    expect(out).toContain("answers");
    expect(out).toContain("Next: mm mcp install codex");
  });

  test.each([
    [
      "a program that is gone",
      (machine: Machine) => rmSync(`${machine.folder}/bin/mm`),
      "there is no",
    ],
    [
      "one that may not be run",
      (machine: Machine) => chmodSync(`${machine.folder}/bin/mm`, 0o644),
      "there is no",
    ],
    [
      "one that answers nothing",
      (machine: Machine) => {
        machine.prints = {};
      },
      "doesn't answer",
    ],
    [
      "an entry that is turned off",
      (machine: Machine) => {
        const file = claudeFile(machine);
        machine.put(file, machine.read(file).replace('"type"', '"disabled": true, "type"'));
      },
      "is turned off",
    ],
    [
      "a file that no longer parses",
      (machine: Machine) => machine.put(claudeFile(machine), "{"),
      "line 1, column 2",
    ],
  ])("%s is broken, which is exit 1", async (_, spoil, problem) => {
    using machine = answering();
    await machine.register("claude");
    spoil(machine);
    const { code, rows } = await status(machine, "claude");
    expect({ code, state: rows[0]?.state }).toEqual({ code: 1, state: "broken" });
    expect(rows[0]?.problems.join()).toContain(problem);
    expect((await machine.mm("mcp", "status", "claude")).out).toMatch(
      /^Agent +Server +(?:Answer +)?File\n[\s\S]*to fix it: /u,
    );
  });

  test("another mm, another name, a project and a plugin are told", async () => {
    using machine = answering();
    const other = machine.put(`${machine.folder}/other/mm`, "#!/bin/sh\n");
    chmodSync(other, 0o755);
    machine.prints = { ...machine.prints, [other]: ANSWER };
    const memory = { memory: { command: other, args: ["mcp"] } };
    machine.put(claudeFile(machine), JSON.stringify({ mcpServers: memory }));
    machine.put(
      `${machine.folder}/.mcp.json`,
      '{"mcpServers":{"mm":{"command":"mm","args":["mcp"]}}}',
    );
    const { rows } = await status(machine, "claude");
    expect(rows.map(({ scope, state }) => [scope, state])).toEqual([
      ["user", "pending"],
      ["project", "ok"],
    ]);
    expect((await machine.mm("mcp", "status", "claude")).out).toContain(
      `starts another mm: ${other}`,
    );
    machine.put(machine.claudeSettings, '{"enabledPlugins":{"mm@mm":true}}');
    const plugin = await status(machine, "claude");
    expect(plugin.rows.at(-1)).toMatchObject({ scope: "plugin", file: null, state: "ok" });
  });
});

describe("mm mcp print", () => {
  test("prints the entry, as it would be installed or for any machine", async () => {
    using machine = new Machine();
    const { out } = await machine.servers("print", "claude");
    expect(JSON.parse(out).mcpServers.mm.command).toBe(`${machine.folder}/bin/mm`);
    const portable = await machine.servers("print", "codex", "--portable", "--read-only");
    expect(portable.out).toBe(
      '[mcp_servers.mm]\ncommand = "mm"\nargs = ["mcp", "--read-only"]\nenv = { BUN_BE_BUN = "", BUN_OPTIONS = "" }\nenv_vars = ["MM_HOME", "MM_DB", "MEMTOMEM_STORAGE__SQLITE_PATH", "MM_SESSION_ID"]\n',
    );
  });
});

test("uninstalling where nothing is says so", async () => {
  using machine = new Machine();
  expect((await machine.servers("uninstall")).out).toBe("mm is registered with no agent.\n");
  expect((await machine.servers("uninstall", "claude")).out).toStartWith("Nothing there:");
});
