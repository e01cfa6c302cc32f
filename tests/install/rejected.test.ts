import { describe, expect, test } from "bun:test";
import * as fs from "node:fs";
import type { Disk } from "../../src/files/durable.ts";
import { Machine } from "../support/machine.ts";

interface Row {
  readonly state: string;
  readonly problems: readonly string[];
}

const FILES = {
  claude: ".claude/settings.json",
  codex: ".codex/hooks.json",
  gemini: ".gemini/settings.json",
  qwen: ".qwen/settings.json",
} as const;

type Strict = keyof typeof FILES;

async function statusOf(machine: Machine, agent: Strict): Promise<Row> {
  const { out } = await machine.mm("hooks", "status", agent, "--json");
  const { clients } = JSON.parse(out) as { clients: Row[] };
  return clients[0] as Row;
}

const COMMENT = '{\n  // mine\n  "hooks": {}\n}\n';
const AT_THE_END = '{"hooks": {}}\n/* mine */\n';
const COMMA = '{"hooks": {},}\n';
const DEEP_COMMA = '{\n  "hooks": {"Stop": [],\n  }\n}\n';
const MARK = '\uFEFF{"hooks": {}}\n';

/** What the agents' real programs made of such files. */
const REJECTED: readonly (readonly [Strict, string, string])[] = [
  ["claude", COMMENT, "a comment at line 2, column 3"],
  ["claude", AT_THE_END, "a comment at line "],
  ["claude", COMMA, "a trailing comma at line "],
  ["claude", DEEP_COMMA, "a trailing comma at line "],
  ["claude", '{"permissions": "oops"}', "permissions is not an object"],
  ["claude", '{"env": []}', "env is not an object"],
  ["claude", '{"model": 4}', "model is not a string"],
  ["claude", '{"cleanupPeriodDays": "30"}', "cleanupPeriodDays is not a number"],
  ["codex", COMMENT, "a comment at line 2, column 3"],
  ["codex", COMMA, "a trailing comma at line "],
  ["codex", MARK, "a byte order mark at its beginning"],
  ["codex", `\uFEFF${COMMENT}`, "a byte order mark at its beginning"],
  ["codex", '{"hooks": {"Stop": [{"hooks": [{"command": "say"}]}]}}', "under Stop has no type"],
  ["codex", '{"hooks": {"Stop": [{"hooks": [{"type": "http"}]}]}}', 'has the type "http"'],
  [
    "codex",
    '{"hooks": {"Stop": [{"hooks": [{"type": "command", "command": "say", "timeout": "3"}]}]}}',
    "a timeout that is no number",
  ],
  ["gemini", COMMA, "a trailing comma at line "],
  ["gemini", MARK, "a byte order mark at its beginning"],
  ["qwen", COMMA, "a trailing comma at line "],
];

test.each(REJECTED)("%s rejects %j: status and install say so", async (agent, text, why) => {
  using machine = new Machine();
  const file = machine.put(`${machine.userHome}/${FILES[agent]}`, text);
  const { err } = await machine.install(agent);
  expect(err).toContain("hooks can't work: ");
  expect(err).toContain(why);
  const { state, problems } = await statusOf(machine, agent);
  expect(state).toBe("broken");
  expect(problems.join("\n")).toContain(why);
  expect(problems.join("\n")).toContain(file);
});

test.each([
  ["claude", MARK],
  ["claude", ""],
  ["claude", '{"hooks": {}, "hooks": {}}'],
  ["claude", '{"theme": "// no comment, }", "model": null}'],
  ["gemini", COMMENT],
  ["qwen", COMMENT],
  ["qwen", MARK],
] as const)("%s takes %j", async (agent, text) => {
  using machine = new Machine();
  machine.put(`${machine.userHome}/${FILES[agent]}`, text);
  const { err } = await machine.install(agent);
  expect(err).not.toContain("can't work");
  expect((await statusOf(machine, agent)).state).toBe("ok");
});

test("a file with nothing but a byte order mark becomes one that codex takes", async () => {
  using machine = new Machine();
  const file = machine.put(`${machine.userHome}/${FILES.codex}`, "\uFEFF");
  await machine.install("codex");
  expect((await statusOf(machine, "codex")).state).toBe("pending");
  await machine.hooks("uninstall", "codex");
  expect(machine.read(file)).toBe("\uFEFF");
});

test("what is said before the writing is said of what would be written", async () => {
  using machine = new Machine();
  const file = machine.put(machine.claudeSettings, COMMENT);
  const { err } = await machine.hooks("install", "claude", "--dry-run");
  expect(err).toContain(`claude rejects all of ${file} for a comment at line 2, column 3`);
  expect(machine.read(file)).toBe(COMMENT);
});

test("whoever is asked is told before the yes", async () => {
  using machine = new Machine();
  machine.put(machine.claudeSettings, COMMENT);
  machine.answers = false;
  const { err } = await machine.mm("hooks", "install", "claude");
  expect(err.replaceAll(/\s+/gu, " ")).toContain(
    "for a comment at line 2, column 3; remove the comment",
  );
  expect(machine.read(machine.claudeSettings)).toBe(COMMENT);
});

describe("what can't be edited", () => {
  const text = '{"hooks": {"Stop": [{"hooks": [{"command": "/x/mm hook claude Stop"}]}]';

  test("but holds hooks of ours is told, also without a receipt", async () => {
    using machine = new Machine();
    machine.put(machine.claudeSettings, text);
    expect((await statusOf(machine, "claude")).state).toBe("broken");
  });

  test("and never held any is no problem of ours", async () => {
    using machine = new Machine();
    machine.put(machine.claudeSettings, '{"hooks": {');
    expect((await statusOf(machine, "claude")).state).toBe("not_installed");
  });
});

/** A disk on which the administrator's folder has these files, kept in a folder of the machine instead. */
function administered(machine: Machine, files: Readonly<Record<string, string>>): Disk {
  const folder = "/etc/claude-code/managed-settings.d";
  const instead = `${machine.folder}/managed`;
  for (const [name, text] of Object.entries(files)) machine.put(`${instead}/${name}`, text);
  const readdirSync = ((path: string) =>
    path === folder ? Object.keys(files).reverse() : fs.readdirSync(path)) as Disk["readdirSync"];
  const openSync = ((path: string, flags: number, mode?: number) =>
    fs.openSync(path.replace(folder, instead), flags, mode)) as Disk["openSync"];
  return { ...fs, readdirSync, openSync };
}

const OFF = '{"disableAllHooks": true}';
const ON = '{"disableAllHooks": false}';
const MANAGED = '{"allowManagedHooksOnly": true}';

test.each([
  ["one", { "10.json": OFF }, "broken", "10.json"],
  ["only managed ones", { "10.json": MANAGED }, "broken", "10.json"],
  ["the second of two", { "10.json": "{}", "20-more.json": OFF }, "broken", "20-more.json"],
  ["the last that says anything", { "10.json": ON, "20.json": OFF }, "broken", "20.json"],
  ["one that a later one takes back", { "10.json": OFF, "20.json": ON }, "ok", ""],
  ["a hidden one", { ".10.json": OFF }, "ok", ""],
  ["what is no JSON", { "10.json.bak": OFF, "readme.txt": OFF }, "ok", ""],
  ["none", {}, "ok", ""],
])("policies in managed-settings.d: %s", async (_, files, state, named) => {
  using machine = new Machine();
  await machine.install("claude", "--events=sessions");
  machine.disk = administered(machine, files as unknown as Readonly<Record<string, string>>);
  const row = await statusOf(machine, "claude");
  expect(row.state).toBe(state);
  expect(row.problems.join()).toContain(named);
});
