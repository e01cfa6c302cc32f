import { describe, expect, test } from "bun:test";
import { Machine } from "../support/machine.ts";

/** What an agent reads of a name that stands twice: the last, as `JSON.parse` does. */
function read(machine: Machine, file: string): { command?: string; args?: string[] } | undefined {
  return JSON.parse(machine.read(file)).mcpServers?.mm;
}

const FOREIGN = `{ "command": "node", "args": ["/opt/memory.js"] }`;

function ours(machine: Machine): string {
  return JSON.stringify({ command: `${machine.folder}/bin/mm`, args: ["mcp", "--read-only"] });
}

/** A machine with Claude Code, and what it keeps of servers. */
function withFile(machine: Machine, text: string): string {
  machine.put(`${machine.userHome}/.claude/x`, "");
  return machine.put(`${machine.userHome}/.claude.json`, text);
}

async function stateOf(machine: Machine): Promise<string | undefined> {
  const { out } = await machine.mm("mcp", "status", "claude", "--json");
  return JSON.parse(out).clients[0]?.state;
}

describe("a .claude.json in which a name stands twice", () => {
  test("ours and then another server: the other is the one that counts", async () => {
    using machine = new Machine();
    const text = `{\n  "mcpServers": {\n    "mm": ${ours(machine)},\n    "mm": ${FOREIGN}\n  }\n}\n`;
    const file = withFile(machine, text);
    expect(await stateOf(machine)).toBe("not_installed");
    const { code, out } = await machine.mm("mcp", "install", "claude", "--yes", "--json");
    expect({ code, error: JSON.parse(out).error?.code }).toEqual({ code: 1, error: "name_taken" });
    expect(machine.read(file)).toBe(text);
    await machine.servers("uninstall", "claude");
    expect(JSON.parse(machine.read(file))).toEqual({ mcpServers: { mm: JSON.parse(FOREIGN) } });
  });

  test("another server and then ours: ours is brought up to date, the other stays", async () => {
    using machine = new Machine();
    const text = `{\n  "mcpServers": {\n    "mm": ${FOREIGN},\n    "mm": ${ours(machine)}\n  }\n}\n`;
    const file = withFile(machine, text);
    await machine.register("claude");
    expect(read(machine, file)).toMatchObject({ args: ["mcp"] });
    expect(machine.read(file)).toContain(FOREIGN);
  });

  test("ours twice: one is left", async () => {
    using machine = new Machine();
    const text = `{\n  "mcpServers": {\n    "mm": ${ours(machine)},\n    "mm": ${ours(machine)}\n  }\n}\n`;
    const file = withFile(machine, text);
    await machine.register("claude");
    expect(read(machine, file)).toMatchObject({ args: ["mcp"] });
    expect(machine.read(file).match(/"mm":/gu)).toHaveLength(1);
    const again = await machine.register("claude");
    expect(again.out).toContain("Unchanged");
  });

  test("two lists: it stands in the last", async () => {
    using machine = new Machine();
    const text = `{\n  "mcpServers": { "mm": ${ours(machine)} },\n  "mcpServers": { "x": ${FOREIGN} }\n}\n`;
    const file = withFile(machine, text);
    expect(await stateOf(machine)).toBe("not_installed");
    await machine.register("claude");
    expect(read(machine, file)).toMatchObject({ args: ["mcp"] });
    expect(machine.read(file).match(/"mm":/gu)).toHaveLength(1);
    expect(await stateOf(machine)).toBe("broken");
    await machine.servers("uninstall", "claude");
    expect(machine.read(file)).not.toContain('"mm"');
    expect(machine.read(file)).toContain(FOREIGN);
  });
});
