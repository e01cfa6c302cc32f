import { expect, test } from "bun:test";
import { rmSync } from "node:fs";
import { found } from "../support/doctor.ts";
import { Machine } from "../support/machine.ts";

test("a server whose program is gone is a problem, and none where it is there", async () => {
  using machine = new Machine();
  await machine.register("claude", "codex");
  await machine.mm("session", "start");
  expect(await found(machine, "servers")).toEqual([]);
  const program = `${machine.folder}/bin/mm`;
  rmSync(program);
  expect(await found(machine, "servers")).toEqual([
    `problem: Claude Code's server of mm can't start: there is no ${program}`,
    `problem: Codex CLI's server of mm can't start: there is no ${program}`,
  ]);
});

test("without a home of the user there is nothing to look at", async () => {
  using machine = new Machine();
  machine.env = { ...machine.env, HOME: undefined };
  expect(await found(machine, "servers")).toEqual([]);
});
