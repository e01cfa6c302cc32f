import { describe, expect, test } from "bun:test";
import { existsSync, readdirSync } from "node:fs";
import { CORPUS } from "../edit/corpus.ts";
import { Machine } from "../support/machine.ts";

/** Agents that keep hooks and servers in one file. */
const AGENTS = ["gemini", "qwen"] as const;
const fileOf = (machine: Machine, agent: string) => `${machine.userHome}/.${agent}/settings.json`;

const TEXTS: Readonly<Record<string, string | null>> = {
  "no file": null,
  ...CORPUS,
  "servers of others": '{\n  "mcpServers": {\n    "docs": { "command": "npx" }\n  }\n}\n',
};

type Step = "hooks" | "mcp";
const ORDERS: readonly (readonly [first: Step, goesFirst: Step])[] = [
  ["hooks", "hooks"],
  ["hooks", "mcp"],
  ["mcp", "hooks"],
  ["mcp", "mcp"],
];
const other = (step: Step): Step => (step === "hooks" ? "mcp" : "hooks");

const run = async (machine: Machine, step: Step, ...words: string[]) => {
  const outcome = await machine.mm(step, ...words);
  expect({ step, words, code: outcome.code, err: outcome.err }).toMatchObject({ code: 0 });
  return outcome;
};

function read(machine: Machine, path: string): string | null {
  return existsSync(path) ? machine.read(path) : null;
}

describe.each(AGENTS)("%s", (agent) => {
  describe.each(ORDERS)("%s first, %s goes first", (first, goesFirst) => {
    test.each(Object.entries(TEXTS))("%s", async (_, text) => {
      using machine = new Machine();
      const file = fileOf(machine, agent);
      if (text !== null) machine.put(file, text);
      await run(machine, first, "install", agent, "--yes");
      await run(machine, other(first), "install", agent, "--yes");
      const both = machine.read(file);
      expect(both).toContain('"mcp"');
      expect(both).toContain(`hook ${agent} `);
      for (const step of [first, other(first)]) {
        expect((await run(machine, step, "install", agent, "--yes")).out).toContain("Unchanged");
      }
      await run(machine, goesFirst, "uninstall", agent);
      const less = machine.read(file);
      expect(less.includes(`hook ${agent} `)).toBe(goesFirst === "mcp");
      expect(less.includes('"mcp"')).toBe(goesFirst === "hooks");
      await run(machine, other(goesFirst), "uninstall", agent);
      expect(read(machine, file)).toBe(text);
      expect(readdirSync(`${machine.home}/hooks`)).toEqual([]);
    });
  });

  test("what a person changes meanwhile stays, in every order", async () => {
    for (const [first, goesFirst] of ORDERS) {
      using machine = new Machine();
      const file = machine.put(fileOf(machine, agent), '{\n  "theme": "dark"\n}\n');
      await run(machine, first, "install", agent, "--yes");
      machine.put(file, machine.read(file).replace('"dark"', '"light"'));
      await run(machine, other(first), "install", agent, "--yes");
      machine.put(file, machine.read(file).replace('"theme"', '"vim": true,\n  "theme"'));
      await run(machine, goesFirst, "uninstall", agent);
      machine.put(file, machine.read(file).replace("true", "false"));
      await run(machine, other(goesFirst), "uninstall", agent);
      expect(machine.read(file)).toBe('{\n  "vim": false,\n  "theme": "light"\n}\n');
    }
  });

  test("mm.json goes with the last hooks, though the server stays", async () => {
    using machine = new Machine();
    await run(machine, "hooks", "install", agent, "--yes", "--capture", "none");
    await run(machine, "mcp", "install", agent, "--yes");
    expect(existsSync(`${machine.home}/mm.json`)).toBe(true);
    await run(machine, "hooks", "uninstall", agent);
    expect(existsSync(`${machine.home}/mm.json`)).toBe(false);
    expect((await run(machine, "hooks", "uninstall")).out).toBe("No hooks found.\n");
    expect((await run(machine, "mcp", "uninstall")).out).toStartWith("Removed:");
  });
});

test("mm.json stays where the server goes", async () => {
  using machine = new Machine();
  await run(machine, "hooks", "install", "claude", "--yes", "--capture", "none");
  await run(machine, "mcp", "install", "claude", "--yes");
  await run(machine, "mcp", "uninstall");
  expect(existsSync(`${machine.home}/mm.json`)).toBe(true);
  await run(machine, "hooks", "uninstall");
  expect(existsSync(`${machine.home}/mm.json`)).toBe(false);
});

test("hooks install --mcp does both with one question", async () => {
  using machine = new Machine();
  machine.answers = true;
  const { code, out, err } = await machine.mm("hooks", "install", "claude", "gemini", "--mcp");
  expect(code).toBe(0);
  expect(err).toContain("and to register its server in\n");
  expect(err.match(/Continue\?/gu)).toHaveLength(1);
  expect(out).toContain(`Registered: Claude Code, ${machine.userHome}/.claude.json`);
  const { clients } = await machine.json<{ clients: { state: string }[] }>(
    "hooks",
    "status",
    "gemini",
  );
  expect(clients[0]?.state).toBe("ok");
  const again = await machine.json<{ servers: { status: string }[] }>(
    "hooks",
    "install",
    "claude",
    "gemini",
    "--mcp",
    "--yes",
  );
  expect(again.servers.map(({ status }) => status)).toEqual(["unchanged", "unchanged"]);
  await machine.hooks("uninstall");
  await machine.servers("uninstall");
  expect(readdirSync(machine.userHome)).toEqual([]);
});

test("a refused server leaves the hooks unwritten", async () => {
  using machine = new Machine();
  machine.put(`${machine.userHome}/.claude.json`, '{"mcpServers":{"mm":{"command":"node"}}}');
  const { code } = await machine.mm("hooks", "install", "claude", "--mcp", "--yes");
  expect(code).toBe(1);
  expect(existsSync(machine.claudeSettings)).toBe(false);
});
