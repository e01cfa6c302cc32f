import { describe, expect, test } from "bun:test";
import { chmodSync, rmSync, symlinkSync } from "node:fs";
import { dirname } from "node:path";
import { claudeSettings } from "../../src/agents/claude/settings.ts";
import { Machine } from "../support/machine.ts";

const SINCE = claudeSettings.newerEvents?.since ?? {};
const NEWER = claudeSettings.events.activity.filter((event) => event in SINCE);
const NEW = "2.1.330 (Claude Code)\n";
const OLD = "2.0.42 (Claude Code)\n";

/** Puts a claude there that prints this. */
function addClaude(machine: Machine, path: string, printed: string): string {
  const program = machine.put(path, "#!/bin/sh\n");
  chmodSync(program, 0o755);
  machine.prints = { ...machine.prints, [program]: printed };
  return program;
}

interface Installed {
  readonly clients: readonly {
    readonly status: string;
    readonly events: readonly string[];
    readonly left_out: readonly { readonly event: string; readonly because: string }[];
  }[];
}

async function install(machine: Machine, ...words: string[]) {
  const { clients } = await machine.json<Installed>(
    "hooks",
    "install",
    "claude",
    "--yes",
    ...words,
  );
  const [installed] = clients;
  const { hooks } = JSON.parse(machine.read(machine.claudeSettings));
  const newer = Object.keys(hooks).filter((event) => NEWER.includes(event));
  return { ...installed, newer };
}

describe("a claude that PATH doesn't have", () => {
  test.each([
    ".claude/local/claude",
    ".claude/local/node_modules/.bin/claude",
    ".local/bin/claude",
    ".npm-global/bin/claude",
    ".bun/bin/claude",
  ])("is found at ~/%s", async (path) => {
    using machine = new Machine();
    addClaude(machine, `${machine.userHome}/${path}`, NEW);
    expect(await install(machine)).toMatchObject({ newer: NEWER, left_out: [] });
  });

  test("is asked where the one on PATH doesn't print a version", async () => {
    using machine = new Machine();
    machine.addProgram("claude");
    addClaude(machine, `${machine.userHome}/.local/bin/claude`, NEW);
    expect(await install(machine)).toMatchObject({ newer: NEWER, left_out: [] });
  });

  test("doesn't count where PATH has one that does, nor a link to that", async () => {
    using machine = new Machine();
    machine.prints = { [machine.addProgram("claude")]: OLD };
    const link = `${machine.userHome}/.local/bin/claude`;
    addClaude(machine, link, NEW);
    expect((await install(machine)).newer).toEqual([]);
    rmSync(link);
    symlinkSync(`${machine.folder}/bin/claude`, link);
    expect((await install(machine)).newer).toEqual([]);
  });

  test("makes claude an agent that is found", async () => {
    using machine = new Machine();
    addClaude(machine, `${machine.userHome}/bin/claude`, NEW);
    const { out } = await machine.install();
    expect(out).toContain("Installed: Claude Code");
  });
});

describe("what is left out is named with the reason", () => {
  test.each([
    ["there is no claude", () => undefined, "there is no claude on PATH"],
    [
      "it doesn't print a version",
      (machine: Machine) => addClaude(machine, `${machine.folder}/bin/claude`, "hello"),
      "/bin/claude --version doesn't print a version",
    ],
    [
      "it is too old",
      (machine: Machine) => addClaude(machine, `${machine.folder}/bin/claude`, OLD),
      "claude 2.0.42 doesn't know it; 2.",
    ],
  ])("%s", async (_, prepare, because) => {
    using machine = new Machine();
    prepare(machine);
    const { left_out: leftOut = [], events } = await install(machine);
    expect(leftOut.map(({ event }) => event)).toEqual(NEWER);
    for (const each of leftOut) expect(each.because).toContain(because);
    expect(events).not.toContain(NEWER[0]);
    const { out } = await machine.hooks("status", "claude");
    expect(out).toContain(`claude: left out: ${NEWER[0]}`);
    const [row] = (await machine.json<Installed>("hooks", "status", "claude")).clients;
    expect(row?.left_out).toEqual(leftOut);
  });

  test("for people too, on lines that fit", async () => {
    using machine = new Machine();
    const { out } = await machine.install("claude");
    expect(out).toContain(`  Left out: ${NEWER.slice(0, 2).join(", ")}`);
    const lines = out.split("\n").filter((line) => !line.includes(machine.folder));
    expect(lines.filter((line) => line.length > 80)).toEqual([]);
  });

  test("what is printed for pasting says it, too", async () => {
    using machine = new Machine();
    const { err } = await machine.hooks("print", "claude");
    expect(err).toContain(`left out: ${NEWER.join(", ")}: there is no claude`);
  });

  test("nothing is left out of sessions alone, and nobody is asked", async () => {
    using machine = new Machine();
    expect(await install(machine, "--events=sessions")).toMatchObject({ left_out: [] });
  });
});

describe("nothing is taken out of a complete installation", () => {
  const complete = async (machine: Machine) => {
    machine.addClaude("2.1.330");
    await install(machine);
    rmSync(dirname(`${machine.folder}/bin/claude/x`));
    machine.prints = {};
  };

  test.each([
    ["claude is not found any more", () => undefined],
    ["it doesn't print a version", (machine: Machine) => void machine.addProgram("claude")],
    ["another one is older", (machine: Machine) => machine.addClaude("2.0.42")],
  ])("%s", async (_, prepare) => {
    using machine = new Machine();
    await complete(machine);
    const before = machine.read(machine.claudeSettings);
    prepare(machine);
    expect(await install(machine)).toMatchObject({
      newer: NEWER,
      left_out: [],
      status: "unchanged",
    });
    expect(machine.read(machine.claudeSettings)).toBe(before);
    expect((await machine.hooks("status", "claude")).out).not.toContain("left out");
  });

  test("but by --events=sessions", async () => {
    using machine = new Machine();
    await complete(machine);
    expect((await install(machine, "--events=sessions")).newer).toEqual([]);
  });
});
