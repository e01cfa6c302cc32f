import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { existsSync } from "node:fs";
import { HookWorld } from "../support/hook-world.ts";
import { exported, fill, imported, stored } from "../support/transfer.ts";

let world: HookWorld;
let target: HookWorld;
beforeEach(() => {
  world = new HookWorld();
  target = new HookWorld();
});
afterEach(() => {
  world[Symbol.dispose]();
  target[Symbol.dispose]();
});

const lists = (depth: number) => `${"[".repeat(depth)}${"]".repeat(depth)}`;
const objects = (depth: number) => `${'{"a":'.repeat(depth)}1${"}".repeat(depth)}`;

describe("a line that is nested too deeply is named with its depth, and nothing is imported", () => {
  test.each([
    ["a session", 1, lists(100_000), 100_002],
    ["a session", 1, objects(30_000), 30_002],
    ["a session", 1, lists(1000), 1002],
    ["an event", 2, lists(100_000), 100_002],
  ])("%s (line %i)", async (_, index, nested, depth) => {
    await fill(world);
    const lines = (await exported(world, "--all", "--format=jsonl")).split("\n");
    lines[index] = (lines[index] ?? "").replace(
      /"metadata":\{/u,
      `"metadata":{"deep":${nested}${(lines[index] ?? "").includes('"metadata":{}') ? "" : ","}`,
    );
    const { code, error } = await imported(lines.join("\n"), target);
    expect(code).toBe(1);
    expect(error).toMatchObject({
      code: "import_invalid",
      message: `line ${index + 1} of standard input: it is nested ${depth} levels deep, and at most 1001 are read`,
      hint: expect.stringContaining("nothing was imported"),
    });
    expect(existsSync(target.database)).toBe(false);
  });

  test("beside the columns, where nothing of it would be stored", async () => {
    await fill(world);
    const text = await exported(world, "--all", "--format=jsonl");
    const deep = text.replace('"kind":"session"', `"kind":"session","more":${lists(5000)}`);
    expect(await imported(deep, target)).toMatchObject({ code: 1 });
  });
});

test.each([900, 1000, 1001, 30_000, 100_000])(
  "what %i levels another program stored comes through",
  async (depth) => {
    await fill(world);
    const metadata = `{"title":"deep","a":${lists(depth - 1)}}`;
    world.exec(`UPDATE sessions SET metadata = '${metadata}'`);
    world.exec(`UPDATE session_events SET metadata = '${metadata}'`);
    expect(await imported(await exported(world, "--all", "--format=jsonl"), target)).toMatchObject({
      code: 0,
      sessions: 2,
    });
    expect(stored(target)).toEqual(stored(world));
    for (const format of ["md", "html", "json"]) await exported(world, "last", "--format", format);
    const shown = await world.json("session", "show", "last");
    // What SQLite can't read is none.
    expect(shown["metadata"]).toEqual(depth > 1000 ? {} : JSON.parse(metadata));
    expect(await world.json("session", "events", "last")).toMatchObject({ count: 2 });
    expect((await world.mm("session", "events", "last")).code).toBe(0);
  },
);
