import { expect, test } from "bun:test";
import { existsSync, mkdirSync, symlinkSync } from "node:fs";
import { Machine } from "../support/machine.ts";

const words = ["hooks", "install", "claude", "--scope=project", "--yes"] as const;

test.each([
  [
    "settings",
    (user: string, project: string) => {
      mkdirSync(`${project}/.claude`);
      symlinkSync(`${user}/.claude/settings.json`, `${project}/.claude/settings.json`);
    },
  ],
  [
    "folder",
    (user: string, project: string) => symlinkSync(`${user}/.claude`, `${project}/.claude`),
  ],
] as const)("a repository's %s that lead out of it are not followed", async (_, link) => {
  // The user's folder lies beside the repository, not in it.
  using user = new Machine();
  using machine = new Machine();
  user.put(user.claudeSettings, "{}");
  link(user.userHome, machine.folder);
  const { code, out, err } = await machine.mm(...words);
  expect({ code, out }).toEqual({ code: 1, out: "" });
  expect(err).toContain("leads out of the project, to ");
  expect(machine.read(user.claudeSettings)).toBe("{}");
  expect(machine.files()).toEqual([]);
});

test("nor is a dangling one", async () => {
  using machine = new Machine();
  mkdirSync(`${machine.folder}/.claude`);
  const elsewhere = `/tmp/mm-test-nowhere-${process.pid}/settings.json`;
  symlinkSync(elsewhere, `${machine.folder}/.claude/settings.json`);
  expect((await machine.mm(...words)).code).toBe(1);
  expect(existsSync(elsewhere)).toBe(false);
});

test("a link within the project is", async () => {
  using machine = new Machine();
  mkdirSync(`${machine.folder}/.claude`);
  const real = machine.put(`${machine.folder}/config/claude.json`, "{}");
  symlinkSync("../config/claude.json", `${machine.folder}/.claude/settings.json`);
  expect((await machine.mm(...words)).code).toBe(0);
  expect(machine.read(real)).toContain("mm hook claude SessionStart");
});
