import { expect, test } from "bun:test";
import * as fs from "node:fs";
import { readdirSync, statSync, utimesSync } from "node:fs";
import type { Disk } from "../../src/files/durable.ts";
import { type InstallRequest, installHooks } from "../../src/install/install.ts";
import { Sandbox } from "../support/binary.ts";
import { dyingAt } from "../support/dying-disk.ts";
import { Machine } from "../support/machine.ts";

const REQUEST: InstallRequest = {
  agents: ["claude", "codex"],
  scope: "user",
  events: "sessions",
  capture: "none",
  context: undefined,
  dryRun: false,
  yes: true,
};

async function install(machine: Machine, files: Disk, request: Partial<InstallRequest> = {}) {
  const context = {
    env: machine.env,
    cwd: () => machine.folder,
    executable: machine.executable,
    capture: async () => null,
    err: () => {},
    warnings: [],
    disk: async () => files,
    now: () => new Date(),
    newId: () => crypto.randomUUID(),
    terminal: {
      stdoutIsTty: () => false,
      stderrIsTty: () => false,
      stdinIsTty: () => false,
      columns: () => 80,
      rows: () => 24,
      confirm: async () => false,
    },
  };
  return await installHooks(context, { ...REQUEST, ...request });
}

test("killed at any use of the file system, each file is the old one or the new one, and uninstall mends it", async () => {
  const claude = '{\n  "model": "opus"\n}';
  const codex = '{"hooks":{}}\n';
  const codexFile = (machine: Machine) => `${machine.userHome}/.codex/hooks.json`;
  const start = () => {
    const machine = new Machine();
    machine.put(machine.claudeSettings, claude);
    machine.put(codexFile(machine), codex);
    return machine;
  };
  using whole = start();
  const counting = dyingAt(Number.POSITIVE_INFINITY);
  await install(whole, counting.files);
  const newClaude = whole.read(whole.claudeSettings).replaceAll(whole.folder, "@");
  const newCodex = whole.read(codexFile(whole)).replaceAll(whole.folder, "@");
  for (let n = 1; n <= counting.uses(); n++) {
    using machine = start();
    await install(machine, dyingAt(n).files).catch(() => {});
    const text = (path: string) => machine.read(path).replaceAll(machine.folder, "@");
    expect([claude, newClaude]).toContain(text(machine.claudeSettings));
    expect([codex, newCodex]).toContain(text(codexFile(machine)));
    const lock = `${machine.home}/hooks/lock`;
    if (statSync(lock, { throwIfNoEntry: false })) utimesSync(lock, 1, 1);
    await machine.hooks("uninstall");
    expect(text(machine.claudeSettings)).toBe(claude);
    expect(text(codexFile(machine))).toBe(codex);
  }
});

test("a file that somebody changes at the last moment is planned anew", async () => {
  using machine = new Machine();
  machine.put(machine.claudeSettings, '{"model":"opus"}');
  let changes = 0;
  const files: Disk = {
    ...fs,
    renameSync: (from, to) => fs.renameSync(from, to),
    fchmodSync: (fd, mode) => {
      fs.fchmodSync(fd, mode);
      if (changes++ < 8) machine.put(machine.claudeSettings, `{"model":"opus","n":${changes}}`);
    },
  };
  await install(machine, files, { agents: ["claude"], capture: undefined });
  const value = JSON.parse(machine.read(machine.claudeSettings));
  expect(value).toMatchObject({ model: "opus" });
  expect(value.n).toBeGreaterThan(0);
  expect(Object.keys(value.hooks)).toEqual(["SessionStart", "SessionEnd"]);
});

test("one that keeps changing is given up", async () => {
  using machine = new Machine();
  machine.put(machine.claudeSettings, "{}");
  let changes = 0;
  const files: Disk = {
    ...fs,
    fchmodSync: (fd, mode) => {
      fs.fchmodSync(fd, mode);
      machine.put(machine.claudeSettings, `{"n":${++changes}}`);
    },
  };
  const give = install(machine, files, { agents: ["claude"], capture: undefined });
  expect(give).rejects.toThrow("keeps changing");
  await give.catch(() => {});
});

test("installs at once lose nothing of each other", async () => {
  using sandbox = new Sandbox();
  const path = `${sandbox.folder}/bin`;
  await Bun.write(`${sandbox.folder}/.claude/settings.json`, '{"model":"opus"}\n');
  const words = [
    ["claude", "--context"],
    ["claude", "--capture=none"],
    ["codex"],
    ["gemini"],
    ["qwen", "copilot"],
    ["claude", "opencode"],
  ];
  const outcomes = await Promise.all(
    words.map((agents) =>
      sandbox.mm(["hooks", "install", "--yes", ...agents], { env: { PATH: path } }),
    ),
  );
  expect(outcomes.map(({ code, err }) => ({ code, err }))).toEqual(
    outcomes.map(({ err }) => ({ code: 0, err })),
  );
  const own = await Bun.file(`${sandbox.home}/mm.json`).json();
  expect(own).toMatchObject({ capture: "none", context: true });
  expect([...own.prompts].sort()).toEqual([
    "claude",
    "codex",
    "copilot",
    "gemini",
    "opencode",
    "qwen",
  ]);
  // One for each agent, and one for mm.json.
  expect(readdirSync(`${sandbox.home}/hooks`)).toHaveLength(7);
  const status = await sandbox.mm(["hooks", "status", "--json"], { env: { PATH: path } });
  const rows = JSON.parse(status.out).clients.filter(
    (row: { events: string[] }) => row.events.length > 0,
  );
  expect(rows).toHaveLength(6);
  expect(rows.flatMap((row: { missing: string[] }) => row.missing)).toEqual([]);
  for (const name of readdirSync(`${sandbox.home}/hooks`)) {
    expect(statSync(`${sandbox.home}/hooks/${name}`).mode & 0o777).toBe(0o600);
  }
  await sandbox.mm(["hooks", "uninstall"]);
  expect(await Bun.file(`${sandbox.folder}/.claude/settings.json`).text()).toBe(
    '{"model":"opus"}\n',
  );
});
