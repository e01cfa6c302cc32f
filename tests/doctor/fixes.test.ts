import { expect, test } from "bun:test";
import { chmodSync, rmSync } from "node:fs";
import { applyFixes } from "../support/apply-fix.ts";
import { doctor } from "../support/doctor.ts";
import { Machine } from "../support/machine.ts";

type Case = readonly [name: string, check: string, prepare: (machine: Machine) => unknown];

const claude = async (machine: Machine, text: string) => {
  machine.put(machine.claudeSettings, text);
  await machine.install("claude");
};

const own = (machine: Machine, name: string, text: string) =>
  machine.put(`${machine.userHome}/${name}`, text);

const CASES: readonly Case[] = [
  ["switched off", "hooks", (m) => claude(m, '{"disableAllHooks":true}')],
  [
    "switched off for the project",
    "hooks",
    async (m) => {
      m.put(`${m.folder}/.claude/settings.local.json`, '{"disableAllHooks": true}');
      await claude(m, "{}");
    },
  ],
  ["a comment", "hooks", (m) => claude(m, '{ // mine\n"a": 1}\n')],
  ["a trailing comma", "hooks", (m) => claude(m, '{\n"hooks": {},\n"a": 1,\n}\n')],
  ["a wrong type", "hooks", (m) => claude(m, '{"permissions": "oops", "a": 1}\n')],
  [
    "a shape that install refuses",
    "hooks",
    async (m) => {
      await claude(m, "{}");
      m.put(m.claudeSettings, '{"hooks":[]}');
    },
  ],
  [
    "no JSON",
    "hooks",
    async (m) => {
      await claude(m, "{}");
      m.put(m.claudeSettings, '{"hooks":{');
    },
  ],
  [
    "no text at all",
    "hooks",
    async (m) => {
      await claude(m, "{}");
      m.put(m.claudeSettings, new Uint8Array([0xff]));
    },
  ],
  [
    "codex switched off",
    "hooks",
    async (m) => {
      own(m, ".codex/config.toml", "[features]\nhooks = false\n");
      await m.install("codex");
    },
  ],
  [
    "codex's unknown key",
    "hooks",
    async (m) => {
      own(m, ".codex/hooks.json", '{"version": 1, "hooks": {}}');
      await m.install("codex");
    },
  ],
  [
    "codex's byte order mark",
    "hooks",
    async (m) => {
      own(m, ".codex/hooks.json", '\uFEFF{"hooks": {}}');
      await m.install("codex");
    },
  ],
  [
    "gemini's hooks off",
    "hooks",
    async (m) => {
      own(m, ".gemini/settings.json", '{"hooksConfig": {"enabled": false}}');
      await m.install("gemini");
    },
  ],
  [
    "gemini's hook of that name off",
    "hooks",
    async (m) => {
      own(m, ".gemini/settings.json", '{"hooksConfig": {"disabled": ["mm"]}}');
      await m.install("gemini");
    },
  ],
  [
    "qwen's hooks off",
    "hooks",
    async (m) => {
      own(m, ".qwen/settings.json", '{"disableAllHooks": true}');
      await m.install("qwen");
    },
  ],
  [
    "MM_DISABLE",
    "hooks",
    async (m) => {
      await m.install("qwen");
      m.env["MM_DISABLE"] = "1";
    },
  ],
  [
    "the program is gone",
    "hooks",
    async (m) => {
      await claude(m, "{}");
      const text = m.read(m.claudeSettings);
      m.put(m.claudeSettings, text.replaceAll(`${m.folder}/bin/mm`, "/gone/mm"));
    },
  ],
  [
    "another mm is called",
    "hooks",
    async (m) => {
      await m.install("claude", "--events=sessions");
      const other = m.put(`${m.folder}/old/mm`, "#!/bin/sh\n");
      chmodSync(other, 0o755);
      const text = m.read(m.claudeSettings);
      m.put(m.claudeSettings, text.replaceAll(`${m.folder}/bin/mm`, other));
    },
  ],
  [
    "a project's hooks without mm on PATH",
    "hooks",
    async (m) => {
      m.executable = m.put(`${m.folder}/else/mm`, "#!/bin/sh\n");
      chmodSync(m.executable, 0o755);
      await m.install("qwen", "--scope=project");
      rmSync(`${m.folder}/bin/mm`);
    },
  ],
  [
    "installed twice",
    "hooks",
    async (m) => {
      await m.install("claude");
      await m.install("claude", "--scope=project");
    },
  ],
  [
    "installed twice, beside the plugin",
    "hooks",
    async (m) => {
      await m.install("claude");
      const text = m.read(m.claudeSettings);
      m.put(m.claudeSettings, text.replace("{", '{"enabledPlugins":{"mm@mm":true},'));
    },
  ],
  [
    "an event twice in one file",
    "hooks",
    async (m) => {
      await m.install("qwen");
      const file = `${m.userHome}/.qwen/settings.json`;
      const value = JSON.parse(m.read(file));
      value.hooks.Stop.push(value.hooks.Stop[0]);
      m.put(file, JSON.stringify(value));
    },
  ],
  [
    "no mm on PATH",
    "path",
    (m) => {
      m.executable = m.put(`${m.folder}/it's else/mm`, "#!/bin/sh\n");
      chmodSync(m.executable, 0o755);
      rmSync(`${m.folder}/bin/mm`);
    },
  ],
  [
    "no mm on a PATH where nothing can be put",
    "path",
    (m) => {
      m.executable = m.put(`${m.folder}/it's else/mm`, "#!/bin/sh\n");
      chmodSync(m.executable, 0o755);
      m.env["PATH"] = "/nowhere";
    },
  ],
  [
    "another mm first on PATH",
    "path",
    (m) => {
      m.executable = m.put(`${m.folder}/it's else/mm`, "#!/bin/sh\n");
      chmodSync(m.executable, 0o755);
    },
  ],
];

test.each(CASES)("%s: what doctor names as the fix fixes it", async (_, check, prepare) => {
  using machine = new Machine();
  await prepare(machine);
  await applyFixes(machine, check);
});

test("codex switched off and not trusted: each has its own fix, the trust is a note", async () => {
  using machine = new Machine();
  const config = own(machine, ".codex/config.toml", "[features]\nhooks = false\n");
  await machine.install("codex");
  const { findings } = await doctor(machine);
  expect(findings.map(({ severity, mend }) => [severity, mend])).toEqual([
    ["problem", `set features.hooks to true in ${config}`],
    ["note", 'start codex and choose "Trust all and continue" (later: /hooks)'],
  ]);
});
