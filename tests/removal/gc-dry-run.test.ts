import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { foreseeGc } from "../../src/removal/foresee.ts";
import { planGc } from "../../src/removal/gc.ts";
import { loadConfig } from "../../src/settings/home.ts";
import { Store } from "../../src/store/store.ts";
import { collecting } from "../support/collecting.ts";
import { HookWorld } from "../support/hook-world.ts";
import { oldSessions } from "../support/old-sessions.ts";

let world: HookWorld;
beforeEach(() => {
  world = new HookWorld();
});
afterEach(() => world[Symbol.dispose]());

const { gc } = collecting(() => world);
const PAGE = 4096;

/** As many old sessions as new ones, each with ten events. */
async function fill(each: number): Promise<void> {
  await world.start();
  world.exec(oldSessions("old", each, 10));
  world.exec(oldSessions("new", each, 10, "2026-11-22T00:00:00+00:00"));
}

const freed = (of: { used_before: number; used_after: number }) => of.used_before - of.used_after;

describe("the space that gc would free", () => {
  test.each([
    [5, ["--older-than", "30d"]],
    [1000, ["--older-than", "30d"]],
    [1000, ["--max-size", "3MB"]],
  ])("in a store of %i old sessions and as many others: %p", async (each, words) => {
    await fill(each);
    const before = await Bun.file(world.database).bytes();
    const dry = await gc(...words, "--dry-run");
    expect(await Bun.file(world.database).bytes()).toEqual(before);
    const done = await gc(...words);
    expect(freed(done)).toBeGreaterThan(0);
    expect(Math.abs(freed(dry) - freed(done))).toBeLessThanOrEqual(
      Math.max(PAGE, freed(done) / 10),
    );
    expect(dry.file_after - dry.used_after).toBe(done.file_after - done.used_after);
    expect(Math.abs(dry.sessions - done.sessions)).toBeLessThanOrEqual(20);
  });

  test("in a store that is too large to be copied, by an estimate", async () => {
    await fill(1000);
    const store = new Store(await loadConfig(world.env, () => undefined), {
      newId: () => crypto.randomUUID(),
      waitMs: 5000,
      warn: () => undefined,
    });
    const plan = await planGc(
      store,
      { before: Date.UTC(2026, 0), maxBytes: null },
      { most: -1, only: null },
    );
    if (plan === undefined) throw new Error("nothing is stored");
    const { before, after, ids } = await foreseeGc(
      { elapsedMicros: () => 0, now: () => world.clock },
      store,
      plan,
      0,
    );
    store.close();
    const done = await gc("--older-than", "30d");
    expect(ids).toHaveLength(done.sessions);
    const error = before.used - after.used - freed(done);
    expect(Math.abs(error)).toBeLessThan(freed(done) / 10);
  });
});

test("a file that can't shrink keeps its size", async () => {
  world.useMemtomemHome();
  await fill(50);
  const dry = await gc("--older-than", "30d", "--dry-run");
  expect(dry.file_after).toBeGreaterThanOrEqual(dry.file_before);
  expect(dry.used_after).toBeLessThan(dry.used_before);
  expect(await gc("--older-than", "30d")).toMatchObject({
    sessions: dry.sessions,
    used_after: dry.used_after,
    file_after: dry.file_after,
  });
});
