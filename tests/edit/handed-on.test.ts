import { test as anyTest, describe, expect } from "bun:test";
import { spawn } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { hookCommand, type Shell } from "../../src/edit/hook-command.ts";
import { Machine } from "../support/machine.ts";
import { needs, type Tool } from "../support/tools.ts";

const SHELLS = ["dash", "bash", "busybox", "zsh", "fish"] as const;
const FOLDERS = ["plain", "with space", "o'brien", 'a"b', "$HOME", "ünï", "a&b;c|d", "#x", "!x"];
/** More than any pipe or socket holds. */
const LARGE = 3_000_000;
/** Tells that it runs, waits until it may go on or its folder is gone, and writes down what it was given. */
const PROGRAM = `#!/bin/sh
cd "$DIR" && echo started >started || exit 0
while [ ! -e go ]; do [ -d "$DIR" ] || exit 0; sleep 0.01; done
printf '%s\\n' "$*:$BUN_BE_BUN:$BUN_OPTIONS:$MM_HOME" >words
cat >stdin; echo out; echo err >&2; mv words told
`;

class Called extends Machine {
  /** Runs a command as agents do: they close its pipe as soon as it has ended. @returns what it printed */
  async run(shell: Tool, command: string, input: string | null): Promise<string> {
    const [program, ...words] = shell === "busybox" ? ["busybox", "sh"] : [shell];
    const child = spawn(program as string, [...words, "-c", command], {
      cwd: this.folder,
      // A bash whose standard input is a socket runs what it finds in the user's home.
      env: {
        PATH: "/usr/bin:/bin",
        HOME: this.userHome,
        DIR: this.folder,
        BUN_BE_BUN: "1",
        BUN_OPTIONS: "--print=1",
      },
      stdio: [input === null ? "ignore" : "pipe", "pipe", "pipe"],
      detached: true,
    });
    let printed = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on("data", (data: Buffer) => {
        printed += data.toString();
      });
    }
    child.stdin?.on("error", () => undefined);
    child.stdin?.end(input);
    this.group = child.pid ?? 0;
    const code = await new Promise<number | null>((resolve) => child.on("close", resolve));
    return `${printed}${code}`;
  }

  group = 0;

  command(form: Shell, home: string | null = null, program = `${this.folder}/bin/mm`): string {
    return hookCommand(form, { program, home, agent: "codex", event: "Stop" });
  }

  async until(name: string): Promise<string> {
    // Bounded only so that a failure doesn't leave it waiting.
    for (let n = 0; n < 4000 && !existsSync(`${this.folder}/${name}`); n++) await Bun.sleep(5);
    return readFileSync(`${this.folder}/${name}`, "utf8");
  }

  go(): void {
    writeFileSync(`${this.folder}/go`, "");
  }
}

describe.each(SHELLS.map((shell) => [shell] as const))("in %s", (shell) => {
  const test = needs(shell);
  // What goes through a shell of the user's choice has a form of its own.
  const forms: readonly Shell[] = shell === "fish" ? ["any-posix"] : ["posix", "any-posix"];

  test.each(forms)("the %s form ends before its program does, and says nothing", async (form) => {
    using machine = new Called();
    machine.addProgram("mm", PROGRAM);
    expect(await machine.run(shell, machine.command(form, "/a 'b'"), "{}")).toBe("0");
    expect(existsSync(`${machine.folder}/told`)).toBe(false);
    machine.go();
    expect(await machine.until("told")).toBe(`hook codex Stop ${process.pid}:::/a 'b'\n`);
    expect(await machine.until("stdin")).toBe("{}");
  });

  test.each(forms)("the %s form hands on all of a large payload", async (form) => {
    using machine = new Called();
    machine.addProgram("mm", PROGRAM);
    machine.go();
    const payload = "x".repeat(LARGE);
    expect(await machine.run(shell, machine.command(form), payload)).toBe("0");
    await machine.until("told");
    expect((await machine.until("stdin")).length).toBe(LARGE);
  });

  test.each(forms)(
    "no signal to its group takes the program of the %s form along",
    async (form) => {
      using machine = new Called();
      machine.addProgram("mm", PROGRAM);
      expect(await machine.run(shell, machine.command(form), "{}")).toBe("0");
      await machine.until("started");
      for (const signal of ["SIGHUP", "SIGINT", "SIGQUIT", "SIGTERM"] as const) {
        process.kill(-machine.group, signal);
      }
      machine.go();
      expect(await machine.until("told")).toContain("hook codex Stop");
    },
  );

  test.each(forms)("the %s form is silent and succeeds when mm is gone", async (form) => {
    using machine = new Called();
    for (const folder of FOLDERS) {
      const command = machine.command(form, null, `${machine.folder}/${folder}/mm`);
      expect(await machine.run(shell, command, "{}")).toBe("0");
    }
    expect(await machine.run(shell, machine.command(form, null, "mm"), "{}")).toBe("0");
  });

  test.each(forms)("the %s form finds the program and its home in any folder", async (form) => {
    using machine = new Called();
    machine.go();
    for (const folder of FOLDERS) {
      mkdirSync(`${machine.folder}/${folder}`);
      const program = `${machine.folder}/${folder}/mm`;
      await Bun.$`mv ${machine.addProgram("mm", PROGRAM)} ${program}`.quiet();
      const command = machine.command(form, `${machine.folder}/${folder}`, program);
      expect(await machine.run(shell, command, "{}")).toBe("0");
      expect(await machine.until("told")).toContain(`:::${machine.folder}/${folder}\n`);
      await Bun.$`rm ${machine.folder}/told`.quiet();
    }
  });

  test.each(forms)("the %s form says nothing without standard input", async (form) => {
    using machine = new Called();
    machine.addProgram("mm", PROGRAM);
    machine.go();
    expect(await machine.run(shell, machine.command(form), null)).toBe("0");
    const closed = `exec 0<&-; ${machine.command(form)}`;
    if (shell !== "fish") expect(await machine.run(shell, closed, "{}")).toBe("0");
  });
});

anyTest("what answers, and what may come last, is waited for", () => {
  const call = { program: "/opt/mm", home: null, agent: "claude" };
  const waits = (event: string) => !hookCommand("posix", { ...call, event }).includes(" & ");
  expect(["SessionStart", "sessionStart", "SessionEnd", "sessionEnd"].filter(waits)).toHaveLength(
    4,
  );
  const others = ["UserPromptSubmit", "PostToolUse", "Stop", "SubagentStart", "Notification"];
  expect(others.filter(waits)).toEqual([]);
});
