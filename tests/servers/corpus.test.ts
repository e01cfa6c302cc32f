import { describe, expect, test } from "bun:test";
import { parse } from "jsonc-parser";
import { AGENT_NAMES, type AgentName } from "../../src/agents/agents.ts";
import { SERVERS } from "../../src/agents/servers.ts";
import { CORPUS } from "../edit/corpus.ts";
import { Machine } from "../support/machine.ts";

/** Each agent's file in this machine; those that have none are left out. */
function fileOf(machine: Machine, agent: AgentName): string {
  const settings = SERVERS[agent];
  const { env, userHome, home, folder: project } = machine;
  const file =
    settings.kind === "none" ? null : settings.file("user", { env, userHome, home, project });
  if (file === null) throw new Error(agent);
  return file;
}

const WITH_JSON = AGENT_NAMES.filter((agent) => agent !== "codex" && agent !== "vscode");
const KEYS: Partial<Record<AgentName, string>> = { opencode: "mcp", amp: "amp.mcpServers" };

describe.each(WITH_JSON)("%s", (agent) => {
  const key = KEYS[agent] ?? "mcpServers";

  /** The settings of people, and the same with a list of servers in them. */
  const texts = Object.entries(CORPUS).flatMap(([name, text]) => [
    [name, text] as const,
    [`${name}, with servers`, text.replaceAll('"hooks": {', `"${key}": {`)] as const,
  ]);

  test.each(texts)("%s: install twice, uninstall", async (_, text) => {
    using machine = new Machine();
    const file = machine.put(fileOf(machine, agent), text);
    await machine.register(agent);
    const installed = machine.read(file);
    const value = parse(installed.replace(/^\uFEFF/u, ""), [], { allowTrailingComma: true });
    expect(Object.keys(value[key])).toContain("mm");
    const { mm: _ours, ...others } = value[key];
    const before = parse(text.replace(/^\uFEFF/u, "")) ?? {};
    expect({ ...value, [key]: others }).toEqual({ ...before, [key]: before[key] ?? {} });
    const again = await machine.register(agent);
    expect(again.out).toContain("Unchanged");
    expect(machine.read(file)).toBe(installed);
    await machine.servers("uninstall", agent);
    expect(machine.read(file)).toBe(text);
    expect(machine.files().filter((name) => name !== "hooks")).toEqual([]);
  });

  test("a file that wasn't there is gone again, with its folders", async () => {
    using machine = new Machine();
    await machine.register(agent);
    await machine.servers("uninstall", agent);
    const left = new Bun.Glob("**").scan({ cwd: machine.userHome, dot: true, onlyFiles: false });
    expect(await Array.fromAsync(left)).toEqual([]);
  });

  test.each([
    ["no JSON", "mcp = {}", "line 1, column 1"],
    ["an array", "[]", "it is not an object"],
    ["servers that are a list", `{"${key}": []}`, "is not an object"],
  ])("%s is refused, and nothing written", async (_, text, reason) => {
    using machine = new Machine();
    const file = machine.put(fileOf(machine, agent), text);
    const { code, err } = await machine.mm("mcp", "install", agent, "--yes");
    expect(code).toBe(1);
    expect(err).toContain(reason);
    expect(machine.read(file)).toBe(text);
  });

  test("somebody else's mm is refused at install, and left at uninstall", async () => {
    using machine = new Machine();
    const text = `{\n  "${key}": {"mm": {"command": "node", "args": ["/opt/memory.js"]}}\n}\n`;
    const file = machine.put(fileOf(machine, agent), text);
    const { code, out } = await machine.mm("mcp", "install", agent, "--yes", "--json");
    expect(code).toBe(1);
    expect(JSON.parse(out).error.code).toBe("name_taken");
    expect(JSON.parse(out).error.message).toContain("/opt/memory.js");
    await machine.servers("uninstall", agent);
    expect(machine.read(file)).toBe(text);
  });
});

const TOML: Readonly<Record<string, string>> = {
  empty: "",
  "a model": 'model = "gpt-5"\n',
  "no final newline": 'model = "gpt-5"',
  CRLF: 'model = "gpt-5"\r\n\r\n[tui]\r\nnotifications = true\r\n',
  "a byte order mark": '\uFEFFmodel = "gpt-5"\n',
  "other servers":
    '# mine\n[mcp_servers.docs]\ncommand = "npx"\nargs = ["-y", "docs"]\n\n[projects."/w"]\ntrust_level = "trusted"\n',
  "servers and an empty end": '[mcp_servers.docs]\ncommand = "npx"\n\n\n',
};

describe("codex", () => {
  test.each(Object.entries(TOML))("%s: install twice, uninstall", async (_, text) => {
    using machine = new Machine();
    const file = machine.put(fileOf(machine, "codex"), text);
    await machine.register("codex");
    const installed = machine.read(file);
    expect(installed.startsWith(text)).toBe(true);
    const { mcp_servers } = Bun.TOML.parse(installed.replace(/^\uFEFF/u, "")) as {
      mcp_servers: { mm: unknown };
    };
    expect(mcp_servers.mm).toEqual({
      command: `${machine.folder}/bin/mm`,
      args: ["mcp"],
      env: { BUN_BE_BUN: "", BUN_OPTIONS: "", MM_HOME: machine.home },
      env_vars: ["MM_DB", "MEMTOMEM_STORAGE__SQLITE_PATH", "MM_SESSION_ID"],
    });
    expect((await machine.register("codex")).out).toContain("Unchanged");
    expect(machine.read(file)).toBe(installed);
    await machine.servers("uninstall", "codex");
    expect(machine.read(file)).toBe(text);
  });

  test("what the agent adds below it goes, and what is behind it stays", async () => {
    using machine = new Machine();
    const file = machine.put(fileOf(machine, "codex"), 'model = "gpt-5"\n');
    await machine.register("codex");
    const more = `${machine.read(file)}\n[mcp_servers.mm.tools.search_sessions]\napproval_mode = "approve"\n\n[projects."/w"]\ntrust_level = "trusted"\n`;
    machine.put(file, more);
    await machine.servers("uninstall", "codex");
    expect(Bun.TOML.parse(machine.read(file)) as unknown).toEqual({
      model: "gpt-5",
      projects: { "/w": { trust_level: "trusted" } },
    });
  });

  test.each([
    ["an inline table", 'mcp_servers = { docs = { command = "npx" } }\n'],
    ["dotted keys of ours", 'mcp_servers.mm.command = "mm"\nmcp_servers.mm.args = ["mcp"]\n'],
    ["no table", "mcp_servers = 1\n"],
    ["no TOML", "[[["],
  ])("%s is refused, and nothing written", async (_, text) => {
    using machine = new Machine();
    const file = machine.put(fileOf(machine, "codex"), text);
    const { code, err } = await machine.mm("mcp", "install", "codex", "--yes");
    expect(code).toBe(1);
    expect(err).toContain(file);
    expect(machine.read(file)).toBe(text);
  });

  test("somebody else's mm is refused", async () => {
    using machine = new Machine();
    const text = '[mcp_servers.mm]\ncommand = "node"\n';
    const file = machine.put(fileOf(machine, "codex"), text);
    const { code, err } = await machine.mm("mcp", "install", "codex", "--yes");
    expect(code).toBe(1);
    expect(err).toContain("another server is registered as mm");
    await machine.servers("uninstall", "codex");
    expect(machine.read(file)).toBe(text);
  });

  test("one that was added by hand is ours", async () => {
    using machine = new Machine();
    const file = machine.put(
      fileOf(machine, "codex"),
      'a = 1\n\n[mcp_servers."mm"]\nargs = ["mcp"]\ncommand = "mm"\n\n[b]\nc = 2\n',
    );
    await machine.servers("uninstall", "codex");
    expect(machine.read(file)).toBe("a = 1\n\n[b]\nc = 2\n");
  });
});
