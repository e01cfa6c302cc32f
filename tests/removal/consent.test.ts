import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { collecting } from "../support/collecting.ts";
import { HookWorld } from "../support/hook-world.ts";

let world: HookWorld;
beforeEach(() => {
  world = new HookWorld();
});
afterEach(() => world[Symbol.dispose]());

const { session } = collecting(() => world);

const GC = ["gc", "--older-than", "36h"];
const left = () => world.sessions().map(({ id }) => id);

async function sessions(count: number): Promise<string[]> {
  const ids: string[] = [];
  for (let n = 1; n <= count; n++) ids.push(await session(`s${n}`));
  return ids;
}

describe("at a terminal", () => {
  test("gc shows what would go, asks, and takes a yes", async () => {
    const ids = await sessions(3);
    world.answers = true;
    const { code, out, err } = await world.mm(...GC);
    expect({ code, left: left() }).toEqual({ code: 0, left: ids.slice(2) });
    expect(err).toStartWith(`Would delete: ${out.split("\n")[0]?.slice("Deleted: ".length)}\n`);
    expect(err).toContain("\nIn use: ");
    expect(err).toContain("\nDelete 2 sessions (4 events)? This can't be undone. [y/N] \n");
  });

  test("gc takes anything else for a no", async () => {
    const ids = await sessions(3);
    world.answers = false;
    expect(await world.mm(...GC)).toMatchObject({ code: 1, out: "" });
    expect((await world.mm(...GC, "--json")).out).toBe(
      '{"error":{"code":"declined","message":"nothing was deleted"}}\n',
    );
    expect(left()).toEqual(ids);
  });

  test("session delete asks, even for one", async () => {
    const [first = "", second = ""] = await sessions(2);
    world.answers = false;
    const { code, err } = await world.mm("session", "delete", first);
    expect({ code, left: left() }).toEqual({ code: 1, left: [first, second] });
    expect(err).toContain(`Would delete: ${first}\n  With: 2 events\nDelete 1 session (`);
    world.answers = true;
    expect((await world.mm("session", "delete", first)).code).toBe(0);
    expect(left()).toEqual([second]);
  });

  test.each([[[...GC, "--dry-run"]], [[...GC, "--yes"]], [["gc"]], [["gc", "--older-than", "9d"]]])(
    "%p doesn't ask",
    async (words) => {
      await sessions(3);
      world.answers = false;
      expect(await world.mm(...words)).toMatchObject({ code: 0, err: "" });
    },
  );
});

describe("where nobody can be asked", () => {
  test("gc refuses to delete more than half of the ended sessions", async () => {
    const ids = await sessions(3);
    const { code, out } = await world.mm(...GC, "--json");
    expect({ code, left: left() }).toEqual({ code: 2, left: ids });
    expect(JSON.parse(out)).toEqual({
      error: {
        code: "confirmation_needed",
        message: "this would delete 2 sessions (4 events), more than half of those that have ended",
        hint: "add --yes if you mean it, or --dry-run to see what would be deleted",
      },
    });
  });

  test("gc deletes half of them, and with --yes any number", async () => {
    const ids = await sessions(4);
    world.clock = new Date(world.clock.getTime() - 1);
    expect((await world.mm("gc", "--older-than", "60h")).code).toBe(0);
    expect(left()).toEqual(ids.slice(2));
    expect((await world.mm("gc", "--older-than", "0s", "-y")).code).toBe(0);
    expect(left()).toEqual([]);
  });

  test("so does session delete, except for a single one", async () => {
    const ids = await sessions(3);
    const [first = "", second = "", third = ""] = ids;
    expect((await world.mm("session", "delete", first, second)).code).toBe(2);
    expect(left()).toEqual(ids);
    expect((await world.mm("session", "delete", first)).code).toBe(0);
    expect((await world.mm("session", "delete", "-y", second, third)).code).toBe(0);
    expect(left()).toEqual([]);
  });
});

test("the daily deletion asks nobody", async () => {
  world.makeHome({ "mm.json": '{"gc":"1d"}' });
  await sessions(3);
  world.pass(10 * 86_400);
  await session("s4");
  expect(left()).toHaveLength(1);
});
