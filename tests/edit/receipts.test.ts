import { expect, test } from "bun:test";
import { readdirSync, readFileSync, unlinkSync, utimesSync, writeFileSync } from "node:fs";
import { locked } from "../../src/edit/lock.ts";
import { Machine } from "../support/machine.ts";

test.each([
  ["cut short", new TextEncoder().encode('{"client":')],
  ["of another shape", new TextEncoder().encode("[]")],
  ["no text", new Uint8Array([0xff, 0xfe])],
])("a receipt that is %s goes with the hooks, named or not", async (_, bytes) => {
  for (const words of [["claude"], []]) {
    using machine = new Machine();
    machine.put(machine.claudeSettings, '{"model":"opus"}\n');
    await machine.install("claude");
    const name = readdirSync(`${machine.home}/hooks`).find((each) => each.startsWith("claude-"));
    machine.put(`${machine.home}/hooks/${name}`, bytes);
    // One that is written over is as good as none.
    if (words.length === 0) await machine.install("claude", "--events=sessions");
    await machine.hooks("uninstall", ...words);
    expect(machine.read(machine.claudeSettings)).not.toContain("hook claude");
    expect(readdirSync(`${machine.home}/hooks`)).toEqual([]);
  }
});

test("a receipt that can't be read of a file without hooks goes, too", async () => {
  using machine = new Machine();
  await machine.install("claude");
  const name = readdirSync(`${machine.home}/hooks`).find((each) => each.startsWith("claude-"));
  machine.put(`${machine.home}/hooks/${name}`, "?");
  machine.put(machine.claudeSettings, "{}\n");
  await machine.hooks("uninstall");
  expect(readdirSync(`${machine.home}/hooks`)).toEqual([]);
  expect(machine.read(machine.claudeSettings)).toBe("{}\n");
});

test("a lock that somebody else has taken over meanwhile is left to them", async () => {
  using machine = new Machine();
  const path = `${machine.home}/hooks/lock`;
  await locked(machine.editContext, () => {
    // As if this process had slept so long that another one took it for dead.
    utimesSync(path, 1, 1);
    writeFileSync(path, "theirs");
  });
  expect(readFileSync(path, "utf8")).toBe("theirs");
  utimesSync(path, 1, 1);
  await locked(machine.editContext, () => {
    expect(readFileSync(path, "utf8")).not.toBe("theirs");
  });
  expect(readdirSync(`${machine.home}/hooks`)).toEqual([]);
});

test("one that was removed meanwhile is no failure", async () => {
  using machine = new Machine();
  await locked(machine.editContext, () => unlinkSync(`${machine.home}/hooks/lock`));
  expect(readdirSync(`${machine.home}/hooks`)).toEqual([]);
});
