import { describe, expect, test } from "bun:test";
import { allRows, OrderWorld, type Step } from "../support/orders.ts";
import { randomFrom } from "../support/random.ts";
import { AGENTS_WITH_FIXTURES, served } from "../support/transcripts.ts";

const SEEDS = Number(process.env["ORDERS"] ?? 3);
const FIRST = Number(process.env["ORDERS_FROM"] ?? 1);

/** What may happen, and how often. */
const HAPPENS: readonly (readonly [number, (random: () => number) => Step])[] = [
  [3, (random) => ({ do: "hooks", to: random() })],
  [
    1,
    (random) => {
      const [from, to] = [random() / 2, (1 + random()) / 2];
      const [hours, spooled] = [random() < 0.5 ? 0 : 5, random() < 0.3];
      // At the same time, a part of it without the last ends would be a clock that was set back.
      return { do: "again", from, to: hours === 0 ? 1 : to, hours, spooled };
    },
  ],
  [3, (random) => ({ do: "read", words: [], early: random() < 0.5 })],
  [1, () => ({ do: "read", words: ["--usage-only"], early: false })],
  [1, () => ({ do: "read", words: ["--known"], early: false })],
  [2, (random) => ({ do: "cut", file: random(), at: random(), fresh: random() < 0.5 })],
  [1, () => ({ do: "complete" })],
  [1, () => ({ do: "move" })],
];
const KINDS = HAPPENS.flatMap(([often, kind]) => Array.from({ length: often }, () => kind));

/** A few things that happen before the rest does. */
function steps(random: () => number): Step[] {
  const one = () => KINDS[Math.floor(random() * KINDS.length)]?.(random) ?? READ;
  return Array.from({ length: 2 + Math.floor(random() * 8) }, one);
}

const AGENTS = [
  ...AGENTS_WITH_FIXTURES.map((agent) => [agent, agent, false] as const),
  ["opencode without our plugin", "opencode", true] as const,
];

const HOOKS: Step = { do: "hooks", to: 1 };
const READ: Step = { do: "read", words: [], early: false };
const again = (hours: number): Step => ({ do: "again", from: 0, to: 1, hours, spooled: false });

/** After these nothing else has to happen. */
const WHOLE: Readonly<Record<string, readonly Step[]>> = {
  "the transcript first": [READ, HOOKS],
  "both twice": [HOOKS, READ, again(0)],
  "both twice, and read again": [READ, HOOKS, again(0), READ],
  "hooks again hours later": [HOOKS, READ, again(5), READ],
  "hooks twice before the transcript": [HOOKS, again(5), READ],
};

describe.each(["qwen", "gemini", "copilot"] as const)(
  "%s tells when something happened",
  (agent) => {
    const LATE: Step = { do: "hooks", to: 1, late: true };
    test.each([
      ["whose process is unknown", null],
      ["whose process runs", { pid: 7, startedTicks: 1, namespace: 1 }],
    ])("%s", async (_, process) => {
      const stored = async (...order: Step[]) => {
        using world = new OrderWorld(agent);
        world.agent = process;
        for (const step of order) await world.step(step);
        return allRows(world);
      };
      expect(await stored(READ, LATE)).toEqual(await stored(LATE, READ));
    });
  },
);

// OpenCode's call for a title is stored nowhere.
test.each(AGENTS_WITH_FIXTURES.filter((agent) => agent !== "opencode"))(
  "%s: what was served is counted in every order, which all are as this one",
  async (agent) => {
    using world = new OrderWorld(agent);
    await world.finish();
    const [sum] = world.rows(
      "SELECT sum(input) AS input, sum(cache_read) AS cache_read, sum(output) AS output FROM mm_usage",
    );
    expect(sum).toEqual(served(agent));
  },
);

test("a fork that was cut within its parent's lines begins when its hook says, not when they do", async () => {
  using plain = new OrderWorld("claude");
  await plain.finish();
  using world = new OrderWorld("claude");
  await world.step({ do: "cut", file: 0.95, at: 0.26, fresh: true });
  await world.step({ do: "hooks", to: 0.59 });
  await world.step(READ);
  await world.finish();
  expect(allRows(world)).toEqual(allRows(plain));
});

describe.each(AGENTS)("%s", (_, agent, isRaw) => {
  test.each(Object.entries(WHOLE))("%s", async (__, order) => {
    using plain = new OrderWorld(agent, isRaw);
    await plain.finish();
    using world = new OrderWorld(agent, isRaw);
    for (const step of order) await world.step(step);
    expect(allRows(world, order)).toEqual(allRows(plain, order));
  });

  test("no text kept, in either order", async () => {
    const said = async (order: readonly Step[], capture: string) => {
      using world = new OrderWorld(agent, isRaw);
      world.settings({ capture });
      for (const step of order) await world.step(step);
      return allRows(world, [READ, HOOKS]);
    };
    const wanted = await said([HOOKS, READ], "none");
    expect(await said([READ, HOOKS], "none")).toEqual(wanted);
    const prompts = ({ events }: typeof wanted) =>
      events.filter((event) => "type" in event && event.type === "prompt").length;
    expect(prompts(wanted)).toBe(prompts(await said([HOOKS, READ], "summary")));
  });

  test.each(Array.from({ length: SEEDS }, (_, nth) => FIRST + nth))("order %d", async (seed) => {
    const order = steps(randomFrom(seed));
    using plain = new OrderWorld(agent, isRaw);
    await plain.finish();
    using world = new OrderWorld(agent, isRaw);
    for (const step of order) await world.step(step);
    await world.finish();
    expect({ order, ...allRows(world, order) }).toEqual({
      order,
      ...allRows(plain, order),
    });
  });
});
