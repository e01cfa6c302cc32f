import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { Machine } from "../support/machine.ts";

const ROOT = `${import.meta.dir}/../..`;

/** Each hook's command with its timeout, as the bytes in the file say it. */
function callsIn(text: string): string[] {
  const pattern = /"command": ("(?:[^"\\]|\\.)*mm hook(?:[^"\\]|\\.)*"),\s*"timeout": (\d+)/gu;
  return [...text.matchAll(pattern)].map(([, command, timeout]) => `${command} ${timeout}`);
}

test("plugin, guide and print agree on every command and timeout", async () => {
  using machine = new Machine();
  const printed = callsIn((await machine.hooks("print", "claude", "--portable")).out);
  expect(printed).toHaveLength(10);
  const plugin = readFileSync(`${ROOT}/plugins/claude-code/hooks/hooks.json`, "utf8");
  expect(callsIn(plugin)).toEqual(printed);
  const guide = readFileSync(`${ROOT}/docs/guides/integrations/claude-code.md`, "utf8");
  expect(callsIn(guide)).toEqual(printed.slice(0, 2));
  const sessions = (await machine.hooks("print", "claude", "--portable", "--events=sessions")).out;
  expect(guide).toContain(`\`\`\`json\n${sessions}\`\`\``);
});

test("the plugin starts the server as it is printed", async () => {
  using machine = new Machine();
  const { out } = await machine.servers("print", "claude", "--portable");
  const plugin = readFileSync(`${ROOT}/plugins/claude-code/.mcp.json`, "utf8");
  expect(JSON.parse(plugin)).toEqual(JSON.parse(out));
});

test("the marketplace at the root names the plugin, and its files each other", () => {
  const read = (path: string) => JSON.parse(readFileSync(`${ROOT}/${path}`, "utf8"));
  const { plugins } = read(".claude-plugin/marketplace.json");
  const folder = "plugins/claude-code";
  const { name, version } = read(`${folder}/.claude-plugin/plugin.json`);
  expect(plugins).toMatchObject([{ name, source: `./${folder}` }]);
  expect(version).toBe(read("package.json").version);
  expect(Object.keys(read(`${folder}/hooks/hooks.json`))).toEqual(["description", "hooks"]);
});

test("the recipe of the guide is what the commands take", () => {
  const guide = readFileSync(`${ROOT}/docs/guides/integrations/claude-code.md`, "utf8");
  expect(guide).toContain(
    "mm session start --idempotent --auto-end-stale=24h --agent claude-code --json",
  );
});

test("what is printed is what is installed into nothing", async () => {
  using machine = new Machine();
  const files = {
    claude: ".claude/settings.json",
    codex: ".codex/hooks.json",
    copilot: ".copilot/hooks/mm.json",
    opencode: ".config/opencode/plugins/mm.js",
    kimi: ".kimi-code/config.toml",
  };
  await machine.install(...Object.keys(files));
  for (const [agent, file] of Object.entries(files)) {
    const { out } = await machine.hooks("print", agent);
    expect(out).toBe(machine.read(`${machine.userHome}/${file}`));
  }
});

test("--json names the file", async () => {
  using machine = new Machine();
  const document = await machine.json("hooks", "print", "qwen", "--portable", "--events=sessions");
  expect(document).toMatchObject({
    client: "qwen",
    file: `${machine.userHome}/.qwen/settings.json`,
  });
});

test("exactly one client", async () => {
  using machine = new Machine();
  expect(await machine.mm("hooks", "print")).toMatchObject({ code: 2 });
  expect(await machine.mm("hooks", "print", "claude", "codex")).toMatchObject({ code: 2 });
});
