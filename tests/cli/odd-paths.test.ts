import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { mkdirSync, rmSync } from "node:fs";
import { HookWorld } from "../support/hook-world.ts";

let world: HookWorld;
beforeEach(() => {
  world = new HookWorld();
  world.env = { ...world.env, HOME: world.folder };
});
afterEach(() => world[Symbol.dispose]());

/** Whatever is wrong with a path, each of these says so, in plain words. */
async function expectAnswers(message: RegExp): Promise<void> {
  for (const words of ["session start", "session list", "ps", "doctor", "hooks status", "gc"]) {
    const { code, out, err } = await world.mm(...words.split(" "));
    expect({ words, said: out + err }).toEqual({
      words,
      said: expect.not.stringContaining("unexpected"),
    });
    if (code !== 0) expect(err.split("\n")[0]?.length ?? 0).toBeLessThan(300);
  }
  const { err } = await world.mm("session", "start");
  expect(err).toMatch(message);
}

describe("a path that is too long is said to be", () => {
  const NAME = "x".repeat(300);
  const DEEP = "x/".repeat(2500);

  test.each([NAME, DEEP, "é".repeat(200)])("that of the home", async (name) => {
    world.env = { ...world.env, MM_HOME: `${world.folder}/${name}` };
    await expectAnswers(/too long/u);
  });

  test.each([NAME, DEEP, "x".repeat(253)])("that of the database", async (name) => {
    const sqlite_path = `${world.folder}/${name}`;
    world.makeHome({ "config.json": JSON.stringify({ storage: { sqlite_path } }) });
    await expectAnswers(/too long/u);
  });
});

describe("a folder in the place of a file of the database", () => {
  test.each(["-shm", "-wal", "-journal", ".new", ".lock"])("%s", async (end) => {
    world.makeHome();
    // Beside no database what is in SQLite's way is moved; `.new` and `.lock` are used only to make one.
    if (end.startsWith("-")) {
      await world.prompt("first", { session_id: "c0" });
      for (const each of ["-shm", "-wal"]) rmSync(`${world.database}${each}`, { force: true });
    }
    mkdirSync(`${world.database}${end}`);
    await expectAnswers(/is not a file|it is a directory/u);
    await world.prompt("kept");
    expect(world.spooled()).toHaveLength(1);
  });
});
