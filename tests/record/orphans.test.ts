import { afterEach, beforeEach, expect, test } from "bun:test";
import { existsSync } from "node:fs";
import { doctor } from "../support/doctor.ts";
import { HookWorld } from "../support/hook-world.ts";

let world: HookWorld;
beforeEach(() => {
  world = new HookWorld();
  world.env = { ...world.env, HOME: world.folder };
});
afterEach(() => world[Symbol.dispose]());

/** What another program does, for which SQLite looks at no reference. */
const without = (words: string) => world.exec(`PRAGMA foreign_keys = OFF; ${words}`);

test.each(["DELETE FROM sessions", "DELETE FROM sessions; DELETE FROM session_events"])(
  "a session that another program has deleted by %s begins anew with the next call",
  async (words) => {
    await world.start();
    await world.prompt("one");
    without(words);
    await world.prompt("two");
    await world.tool("t1");
    expect(world.sessions()).toHaveLength(1);
    expect(world.told().slice(-2)).toEqual(["prompt: two", "tool_call: Bash: run t1"]);
    expect(existsSync(`${world.home}/spool`)).toBe(false);
  },
);

test.each(["sessions", "session_events", "mm_events"])(
  "what comes while the table %s is missing waits until doctor has made it",
  async (table) => {
    await world.start();
    without(`DROP TABLE ${table}`);
    for (const text of ["one", "two", "three"]) await world.prompt(text);
    expect(world.spooled()).toHaveLength(3);
    await doctor(world, "--fix");
    await world.prompt("four");
    expect(world.told().filter((line) => line.startsWith("prompt"))).toEqual(
      ["one", "two", "three", "four"].map((text) => `prompt: ${text}`),
    );
    expect(existsSync(`${world.home}/logs/lost-events`)).toBe(false);
  },
);
