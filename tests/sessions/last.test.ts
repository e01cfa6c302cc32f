import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { World } from "../support/world.ts";

let world: World;
beforeEach(() => {
  world = new World();
});
afterEach(() => world[Symbol.dispose]());

const titleOf = async (...words: string[]) => {
  const { title } = await world.json<{ title: string | null }>(...words);
  return title;
};

/** A session of which nothing but its start is known. */
async function started(title: string): Promise<void> {
  await world.mm("session", "start", "-t", title);
}

async function logged(title: string): Promise<void> {
  await started(title);
  await world.mm("activity", "log", "-c", `of ${title}`);
}

describe("`last`", () => {
  test("is the session that was last active, and not the one that was started last", async () => {
    await logged("first");
    const [{ id } = { id: "" }] = world.rows<{ id: string }>("SELECT id FROM sessions");
    world.pass(60);
    await logged("second");
    world.pass(60);
    await world.mm("activity", "log", "--session", id, "-c", "once more");
    expect(await titleOf("show", "last")).toBe("first");
  });

  test("of those active at the same moment is the one that was started last", async () => {
    await logged("first");
    await logged("second");
    expect(await titleOf("show", "last")).toBe("second");
  });

  test("is none without events, and none that wraps a command, where there is another", async () => {
    await started("empty");
    expect(await titleOf("show", "last")).toBe("empty");
    world.pass(60);
    await logged("worked");
    world.pass(60);
    await started("also empty");
    world.program = () => 0;
    expect((await world.mm("session", "wrap", "--", "true")).code).toBe(0);
    expect(await titleOf("show", "last")).toBe("worked");
    for (const words of [["export"], ["events"]]) {
      expect((await world.mm(...words, "last")).out).toContain("of worked");
    }
  });
});
