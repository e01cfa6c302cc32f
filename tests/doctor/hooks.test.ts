import { Database } from "bun:sqlite";
import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { chmodSync, existsSync, readdirSync, writeFileSync } from "node:fs";
import { found } from "../support/doctor.ts";
import { Machine } from "../support/machine.ts";

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

describe("the spool", () => {
  const start = new TextEncoder().encode('{"session_id":"c1","source":"startup"}');

  test("that holds calls is taken in by --fix, however many they are", async () => {
    await machine.mm("session", "start");
    machine.waitMs = 0;
    using db = new Database(machine.database);
    db.run("BEGIN IMMEDIATE");
    machine.stdin = new TextEncoder().encode('{"session_id":"c1","prompt":"hello"}');
    await machine.mm("hook", "claude", "UserPromptSubmit");
    db.run("ROLLBACK");
    const folder = `${machine.home}/spool`;
    const [first = ""] = readdirSync(folder);
    const call = JSON.parse(machine.read(`${folder}/${first}`));
    for (let i = 1; i < 120; i++) {
      const id = Machine.id(1000 + i);
      const other = { ...call, id, dedupKey: `prompt:${i}` };
      writeFileSync(`${folder}/${call.at + i}-${id}.json`, JSON.stringify(other), { mode: 0o600 });
    }
    expect(await found(machine, "spool")).toEqual(["note: 120 hook calls wait in the spool"]);
    expect(await found(machine, "spool", "--fix")).toEqual([
      "fixed: 120 hook calls wait in the spool",
    ]);
    expect(machine.rows("SELECT count(*) AS n FROM mm_events")).toEqual([{ n: 120 }]);
    expect(existsSync(`${machine.home}/spool`)).toBe(false);
  });

  test("with a file that can't be read as a call: it is set aside and counts as lost", async () => {
    machine.stdin = start;
    await machine.mm("hook", "claude", "SessionStart");
    machine.makeHome({ "spool/1-00000000-0000-4000-8000-000000000000.json": "{cut" });
    expect((await machine.mm("doctor", "--fix")).err).toContain("a spooled event was set aside");
    expect(await found(machine, "spool")).toEqual([]);
    expect(await found(machine, "lost-events")).toEqual([
      "problem: 1 hook call was lost since 2026-03-10T12:00:00.000Z",
    ]);
  });
});
