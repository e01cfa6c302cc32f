import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { chmodSync } from "node:fs";
import { Machine } from "../install/machine.ts";
import { found } from "../support/doctor.ts";

let machine: Machine;
beforeEach(() => {
  machine = new Machine();
});
afterEach(() => machine[Symbol.dispose]());

describe("hooks", () => {
  test("never heard from, then heard from", async () => {
    await machine.install("claude");
    expect(await found(machine, "hooks")).toEqual([
      "note: Claude Code's hooks are installed but were never heard from",
    ]);
    machine.stdin = new TextEncoder().encode('{"session_id":"c1","source":"startup"}');
    await machine.mm("hook", "claude", "SessionStart");
    expect(await found(machine, "hooks")).toEqual([]);
  });

  test("that call a program that is gone, or another mm", async () => {
    await machine.install("claude");
    const hooksOf = machine.read(machine.claudeSettings);
    machine.put(machine.claudeSettings, hooksOf.replaceAll(`${machine.folder}/bin/mm`, "/gone/mm"));
    expect(await found(machine, "hooks")).toContain(
      "problem: Claude Code's hooks can't work: there is no /gone/mm",
    );
    const other = machine.put(`${machine.folder}/old/mm`, "#!/bin/sh\n");
    chmodSync(other, 0o755);
    machine.prints = { [other]: "mm 0.0.9\n" };
    machine.put(machine.claudeSettings, hooksOf.replaceAll(`${machine.folder}/bin/mm`, other));
    expect(await found(machine, "hooks")).toContain(
      `note: Claude Code's hooks call another mm: ${other} (it says "mm 0.0.9")`,
    );
  });

  test("installed twice", async () => {
    await machine.install("claude");
    await machine.install("claude", "--scope=project");
    const twice = (await found(machine, "hooks")).filter((line) =>
      line.includes("installed twice"),
    );
    expect(twice).toHaveLength(2);
  });
});

describe("mm on PATH", () => {
  test("is missing", async () => {
    machine.env = { ...machine.env, PATH: "/nowhere" };
    expect(await found(machine, "path")).toEqual(["note: there is no mm on PATH"]);
  });

  test("is another program", async () => {
    machine.executable = machine.put(`${machine.folder}/else/mm`, "");
    machine.prints = { [`${machine.folder}/bin/mm`]: "memtomem, version 0.4.0\n" };
    expect(await found(machine, "path")).toEqual([
      `problem: the mm that PATH finds first is another program: ${machine.folder}/bin/mm (it says "memtomem, version 0.4.0")`,
    ]);
  });
});
