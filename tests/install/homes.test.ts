import { describe, expect, test } from "bun:test";
import { Machine } from "../support/machine.ts";

const ALL = [
  "claude",
  "codex",
  "gemini",
  "copilot",
  "qwen",
  "opencode",
  "cursor",
  "droid",
  "kimi",
  "windsurf",
] as const;

interface Row {
  readonly file: string;
  readonly homes: readonly string[];
  readonly events: readonly string[];
}

async function row(machine: Machine, agent: string): Promise<Row> {
  const { out } = await machine.mm("hooks", "status", agent, "--json");
  return (JSON.parse(out) as { clients: Row[] }).clients[0] as Row;
}

describe.each(ALL.map((agent) => [agent] as const))("%s", (agent) => {
  test("is told of the home that MM_HOME names at the installation", async () => {
    using machine = new Machine();
    machine.env["MM_HOME"] = `${machine.folder}/it's a home`;
    const { err } = await machine.install(agent);
    expect(err).not.toContain("MM_HOME");
    const { file, homes, events } = await row(machine, agent);
    expect(homes).toEqual([`${machine.folder}/it's a home`]);
    expect(events.length).toBeGreaterThan(0);
    expect((await machine.install(agent)).out).toContain("Unchanged");
    const { out } = await machine.mm("hooks", "status", agent);
    expect(out).toContain(`${agent}: records in ${machine.folder}/it's a home`);
    await machine.hooks("uninstall", agent);
    expect(await Bun.file(file).exists()).toBe(false);
  });

  test.each([
    ["MM_HOME isn't set", (machine: Machine) => delete machine.env["MM_HOME"]],
    [
      "it is the default",
      (machine: Machine) => {
        machine.env["MM_HOME"] = `${machine.userHome}/.memtomem`;
      },
    ],
  ])("is told of none where %s", async (_, prepare) => {
    using machine = new Machine();
    prepare(machine);
    await machine.install(agent);
    const { file, homes } = await row(machine, agent);
    expect(homes).toEqual([]);
    expect(machine.read(file)).not.toMatch(/MM_HOME='|MM_HOME = "/u);
  });

  test("moves with the home at the next installation", async () => {
    using machine = new Machine();
    await machine.install(agent);
    delete machine.env["MM_HOME"];
    expect((await machine.install(agent)).out).toContain("Updated");
    expect((await row(machine, agent)).homes).toEqual([]);
  });
});

test("a project's settings name no home, and that is said", async () => {
  using machine = new Machine();
  const { err } = await machine.install("claude", "codex", "opencode", "--scope=project");
  expect(err).toContain("MM_HOME is set here, and an agent that starts without it");
  for (const file of [".claude/settings.json", ".codex/hooks.json", ".opencode/plugins/mm.js"]) {
    expect(machine.read(`${machine.folder}/${file}`)).not.toContain(machine.home);
  }
});

test("what is printed for pasting names it, and what is portable doesn't", async () => {
  using machine = new Machine();
  const { out } = await machine.hooks("print", "claude");
  expect(out).toContain(`MM_HOME='${machine.home}'`);
  expect((await machine.hooks("print", "claude", "--portable")).out).not.toContain("MM_HOME");
});

test("doctor says that hooks record elsewhere; installing again brings them here", async () => {
  using machine = new Machine();
  await machine.install("claude", "--events=sessions");
  const other = machine.home;
  machine.env["MM_HOME"] = `${machine.folder}/another`;
  const elsewhere = async () => {
    const { out } = await machine.mm("doctor", "--json");
    const { findings } = JSON.parse(out) as { findings: { what: string; mend: string }[] };
    return findings.find(({ what }) => what.includes("record in another home"));
  };
  expect(await elsewhere()).toMatchObject({
    what: `Claude Code's hooks record in another home: ${other}`,
    mend: "mm hooks install claude --events sessions",
  });
  await machine.install("claude", "--events=sessions");
  expect(await elsewhere()).toBeUndefined();
});

test("OpenCode's plugin of an earlier mm, which names no home, is replaced", async () => {
  using machine = new Machine();
  await machine.install("opencode");
  const { file } = await row(machine, "opencode");
  machine.put(file, machine.read(file).replace(/^const MM_HOME.*\n/mu, ""));
  expect((await row(machine, "opencode")).homes).toEqual([]);
  await machine.install("opencode");
  expect((await row(machine, "opencode")).homes).toEqual([machine.home]);
});
