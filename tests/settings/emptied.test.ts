import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { SETTINGS } from "../../src/settings/settings.ts";
import { HookWorld } from "../support/hook-world.ts";
import { Machine } from "../support/machine.ts";

let world: HookWorld;
beforeEach(() => {
  world = new HookWorld();
});
afterEach(() => world[Symbol.dispose]());

const UNREADABLE = [
  ["emptied", ""],
  ["blank", " \n"],
  ["a byte order mark alone", "\uFEFF"],
  ["zeros, as a power cut leaves them", "\0\0\0\0"],
  ["cut short", '{"capt'],
  ["a list", "[]"],
] as const;

test.each(UNREADABLE)("an mm.json that is %s keeps names and counts only", async (_, text) => {
  world.makeHome({ "mm.json": text });
  await world.start();
  await world.prompt("private");
  expect(world.told()).toEqual(["prompt: 7 characters"]);
});

test("without one the start of a prompt is kept", async () => {
  await world.start();
  await world.prompt("private");
  expect(world.told()).toEqual(["prompt: private"]);
});

describe.each(["", "\n", "\uFEFF"])("installing beside %j", (text) => {
  test("keeps what has been in force, and says so", async () => {
    using machine = new Machine();
    machine.makeHome({ "mm.json": text });
    const { out } = await machine.install("qwen");
    expect(out).toContain("Capture: none\n");
    const stored = JSON.parse(machine.read(`${machine.home}/mm.json`));
    expect(stored).toEqual({ capture: SETTINGS.capture.fallback, prompts: ["qwen"] });
  });

  test("takes a choice that is made", async () => {
    using machine = new Machine();
    machine.makeHome({ "mm.json": text });
    const { out } = await machine.install("qwen", "--capture=full", "--events=sessions");
    expect(out).toContain("Capture: full\n");
    expect(JSON.parse(machine.read(`${machine.home}/mm.json`))).toEqual({ capture: "full" });
  });
});
