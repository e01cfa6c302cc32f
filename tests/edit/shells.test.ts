import { describe, expect } from "bun:test";
import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { hookCommand, type Shell } from "../../src/edit/hook-command.ts";
import { Machine } from "../support/machine.ts";
import { needs } from "../support/tools.ts";

const SHELLS = ["dash", "bash", "zsh", "fish"] as const;
const FOLDERS = ["plain", "with space", "o'brien", 'a"b', "$HOME", "ünï", "a&b;c|d", "#x", "!x"];

async function runIn(machine: Machine, shell: string, command: string) {
  const child = Bun.spawn([shell, "-c", command], {
    env: {
      PATH: "/usr/bin:/bin",
      HOME: machine.userHome,
      BUN_BE_BUN: "1",
      BUN_OPTIONS: "--print=1",
    },
    cwd: machine.folder,
    stdio: [new Blob(["{}"]), "pipe", "pipe"],
  });
  const [out, err] = await Promise.all([child.stdout.text(), child.stderr.text()]);
  return { code: await child.exited, out, err };
}

describe.each(SHELLS.map((shell) => [shell] as const))("in %s", (shell) => {
  const test = needs(shell);
  // What goes through a shell of the user's choice has a form of its own.
  const forms: readonly Shell[] = shell === "fish" ? ["any-posix"] : ["posix", "any-posix"];

  test.each(forms)("the %s form is silent and succeeds when mm is gone", async (form) => {
    using machine = new Machine();
    for (const folder of FOLDERS) {
      const program = `${machine.folder}/${folder}/mm`;
      const command = hookCommand(form, {
        program,
        home: null,
        agent: "codex",
        event: "SessionEnd",
      });
      expect(await runIn(machine, shell, command)).toEqual({ code: 0, out: "", err: "" });
    }
    const bare = hookCommand(form, {
      program: "mm",
      home: null,
      agent: "codex",
      event: "SessionEnd",
    });
    expect(await runIn(machine, shell, bare)).toEqual({ code: 0, out: "", err: "" });
  });

  test.each(["posix", "any-posix"] as const)(
    "the %s form hands on words, stdin and stdout",
    async (form) => {
      using machine = new Machine();
      for (const folder of FOLDERS) {
        const program = `${machine.folder}/${folder}/mm`;
        mkdirSync(`${machine.folder}/${folder}`);
        writeFileSync(
          program,
          '#!/bin/sh\necho "$*:$BUN_BE_BUN:$BUN_OPTIONS:$(cat)"; echo no >&2; exit 3\n',
        );
        chmodSync(program, 0o755);
        const command = hookCommand(form, {
          program,
          home: null,
          agent: "codex",
          event: "SessionEnd",
        });
        const out = "hook codex SessionEnd:::{}\n";
        expect(await runIn(machine, shell, command)).toEqual({ code: 0, out, err: "" });
      }
    },
  );

  test.each(forms)("the %s form hands on the home", async (form) => {
    using machine = new Machine();
    const program = machine.addProgram("mm", '#!/bin/sh\nprintf %s "$MM_HOME"\n');
    for (const folder of FOLDERS) {
      const home = `${machine.folder}/${folder}`;
      const command = hookCommand(form, { program, home, agent: "codex", event: "SessionEnd" });
      expect(await runIn(machine, shell, command)).toEqual({ code: 0, out: home, err: "" });
    }
  });
});
