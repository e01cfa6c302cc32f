import { describe, expect, test } from "bun:test";
import * as fs from "node:fs";
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  statSync,
  symlinkSync,
  utimesSync,
} from "node:fs";
import { applyChange, type Change, readText, type Writer } from "../../src/edit/write.ts";
import { UserError } from "../../src/errors.ts";
import type { Disk } from "../../src/files/durable.ts";
import { BINARY, Sandbox } from "../support/binary.ts";
import { dyingAt } from "../support/dying-disk.ts";
import { Machine } from "../support/machine.ts";
import { needs } from "../support/tools.ts";
import { UNPRIVILEGED, UNPRIVILEGED_TOOLS } from "../support/unprivileged.ts";

/** Every use of one function fails with a system error. */
function failing(name: keyof Disk, code: string): Disk {
  const fail = () => {
    throw Object.assign(new Error(code), { code });
  };
  return { ...fs, [name]: fail };
}

/** Writes with these functions. */
function writer(files: Disk = fs): Writer {
  return { files, now: () => new Date(), newId: () => crypto.randomUUID() };
}

function change(path: string, before: string | null, after: string | null): Change {
  return { path, before, after, newMode: 0o600 };
}

const CHANGES = [
  ["written", "old", "new"],
  ["made", null, "new"],
  ["deleted", "old", null],
] as const;

describe.each(CHANGES)("a file that is %s", (_, before, after) => {
  const start = (machine: Machine) => {
    const path = `${machine.userHome}/deep/settings.json`;
    if (before !== null) machine.put(path, before);
    return path;
  };
  const now = (machine: Machine, path: string) => {
    const isThere = statSync(path, { throwIfNoEntry: false }) !== undefined;
    return isThere ? machine.read(path) : null;
  };

  test("killed at any step, it is the old one or the new one", () => {
    const counter = dyingAt(Number.POSITIVE_INFINITY);
    using first = new Machine();
    expect(applyChange(writer(counter.files), change(start(first), before, after))).toBe(true);
    const seen = new Set<string | null>();
    for (let n = 1; n <= counter.uses(); n++) {
      using machine = new Machine();
      const path = start(machine);
      try {
        applyChange(writer(dyingAt(n).files), change(path, before, after));
      } catch {
        // What the dead process would have said.
      }
      const left = now(machine, path);
      expect([before, after]).toContain(left as never);
      seen.add(left);
      const folder = `${machine.userHome}/deep`;
      const names = statSync(folder, { throwIfNoEntry: false }) ? readdirSync(folder) : [];
      for (const name of names) expect(name).toMatch(/^(settings\.json|\.mm-[0-9a-f-]{36}\.tmp)$/u);
      // The next one gets through.
      expect(applyChange(writer(), change(path, left, after))).toBe(true);
      expect(now(machine, path)).toBe(after);
    }
    expect(seen).toEqual(new Set([before, after]));
  });

  test("changed by somebody else meanwhile, it is left alone", () => {
    using machine = new Machine();
    const path = start(machine);
    machine.put(path, "theirs");
    expect(applyChange(writer(), change(path, before, after))).toBe(false);
    expect(machine.read(path)).toBe("theirs");
    expect(readdirSync(`${machine.userHome}/deep`)).toEqual(["settings.json"]);
  });
});

test("somebody changes it between the writing and the last look", () => {
  using machine = new Machine();
  const path = machine.put(`${machine.userHome}/x.json`, "old");
  const files: Disk = {
    ...fs,
    fsyncSync: (fd) => {
      fs.fsyncSync(fd);
      machine.put(path, "theirs");
    },
  };
  expect(applyChange(writer(files), change(path, "old", "new"))).toBe(false);
  expect(machine.read(path)).toBe("theirs");
});

test.each([
  ["openSync", "EACCES"],
  ["writeSync", "ENOSPC"],
  ["fsyncSync", "EIO"],
  ["renameSync", "EROFS"],
  ["fchmodSync", "EPERM"],
] as const)("%s fails with %s: said with the file's name, the old file stays", (name, code) => {
  using machine = new Machine();
  const path = machine.put(`${machine.userHome}/x.json`, "old");
  const write = () => applyChange(writer(failing(name, code)), change(path, "old", "new"));
  expect(write).toThrow(new UserError("settings_unwritable", `can't write ${path}: ${code}`));
  expect(machine.read(path)).toBe("old");
  expect(readdirSync(machine.userHome)).toEqual(["x.json"]);
});

test.each([0o600, 0o644, 0o664, 0o400])("mode %o is kept", (mode) => {
  using machine = new Machine();
  const path = machine.put(`${machine.userHome}/x.json`, "old");
  chmodSync(path, mode);
  applyChange(writer(), change(path, "old", "new"));
  expect(statSync(path).mode & 0o7777).toBe(mode);
});

const testBound = needs(...UNPRIVILEGED_TOOLS);

testBound("a folder that may not be written is said before anything is", async () => {
  using sandbox = new Sandbox();
  const folder = `${sandbox.folder}/.claude`;
  mkdirSync(folder);
  await Bun.write(`${folder}/settings.json`, "{}");
  chmodSync(folder, 0o555);
  const install = [BINARY, "hooks", "install", "claude", "codex", "--yes"];
  const child = Bun.spawn([...UNPRIVILEGED, ...install], {
    env: sandbox.env({ PATH: "/usr/bin:/bin" }),
    cwd: sandbox.folder,
    stdout: "pipe",
    stderr: "pipe",
  });
  const [err] = await Promise.all([child.stderr.text(), child.exited]);
  chmodSync(folder, 0o755);
  expect(child.exitCode).toBe(1);
  expect(err).toContain(`mm: can't write ${folder}/settings.json: EACCES`);
  expect(readdirSync(folder)).toEqual(["settings.json"]);
  expect(readdirSync(sandbox.folder).sort()).toEqual([".claude", "home"]);
  expect(readdirSync(sandbox.home)).toEqual(["hooks"]);
});

test("a link stays one, also through another folder and when it dangles", () => {
  using machine = new Machine();
  const dotfiles = `${machine.folder}/dotfiles`;
  mkdirSync(dotfiles);
  machine.put(`${dotfiles}/real.json`, "old");
  symlinkSync("../dotfiles/real.json", `${machine.userHome}/middle.json`);
  const path = `${machine.userHome}/x.json`;
  symlinkSync("middle.json", path);
  applyChange(writer(), change(path, "old", "new"));
  expect(machine.read(`${dotfiles}/real.json`)).toBe("new");
  expect(lstatSync(path).isSymbolicLink()).toBe(true);
  expect(readdirSync(machine.userHome).sort()).toEqual(["middle.json", "x.json"]);
  const dangling = `${machine.userHome}/y.json`;
  symlinkSync(`${dotfiles}/none.json`, dangling);
  applyChange(writer(), change(dangling, null, "new"));
  expect(machine.read(`${dotfiles}/none.json`)).toBe("new");
  symlinkSync("loop.json", `${machine.userHome}/loop.json`);
  const loop = () => applyChange(writer(), change(`${machine.userHome}/loop.json`, null, "new"));
  expect(loop).toThrow("can't");
});

test("a file without an end, whose size says nothing, is read up to a bound", () => {
  using machine = new Machine();
  // What reads a whole file knows no bound.
  const files = failing("readFileSync", "EIO");
  expect(readText(files, machine.put(`${machine.userHome}/x.json`, "old"))).toBe("old");
  if (!existsSync("/proc/self/pagemap")) return;
  symlinkSync("/proc/self/pagemap", `${machine.userHome}/y.json`);
  expect(() => readText(fs, `${machine.userHome}/y.json`)).toThrow("can't read");
});

test("what a killed process has left is removed after a while", () => {
  using machine = new Machine();
  const path = machine.put(`${machine.userHome}/x.json`, "old");
  const id = crypto.randomUUID();
  const old = machine.put(`${machine.userHome}/.mm-${id}.tmp`, "half");
  machine.put(`${machine.userHome}/.mm-${crypto.randomUUID()}.tmp`, "young");
  machine.put(`${machine.userHome}/.mm-mine.tmp`, "foreign");
  utimesSync(old, 1, 1);
  applyChange(writer(), change(path, "old", "new"));
  expect(readdirSync(machine.userHome)).toHaveLength(3);
  expect(readdirSync(machine.userHome)).not.toContain(`.mm-${id}.tmp`);
});
