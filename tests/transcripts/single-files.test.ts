import { describe, expect, test } from "bun:test";
import { readdirSync, rmSync } from "node:fs";
import { allRows, OrderWorld } from "../support/orders.ts";
import { randomFrom } from "../support/random.ts";
import { AGENTS_WITH_FIXTURES } from "../support/transcripts.ts";

const READ = { do: "read", words: [], early: false } as const;

class SingleWorld extends OrderWorld {
  /** All files that are transcripts, or parts of one. */
  get transcripts(): string[] {
    return readdirSync(this.user, { recursive: true, encoding: "utf8" })
      .filter((name) => /(?:\.jsonl|\.messages\.json|\.db)$/u.test(name))
      .filter((name) => !/(?:session_index|usage_record)\.jsonl$/u.test(name))
      .map((name) => `${this.user}/${name}`)
      .sort();
  }

  async import(path: string): Promise<void> {
    const { code, out, err } = await this.mm("import", path);
    expect({ code, err }).toEqual({ code: 0, err: "" });
    // Nothing that was added is less than nothing.
    expect(out).not.toMatch(/ -\d/u);
  }
}

function shuffled<T>(list: readonly T[], random: () => number): T[] {
  const keyed = list.map((one) => [random(), one] as const);
  return keyed.sort(([a], [b]) => a - b).map(([, one]) => one);
}

describe.each(AGENTS_WITH_FIXTURES)("%s: transcripts that are imported one by one", (agent) => {
  test.each([1, 2, 3])("in order %d, are the same as in one pass", async (seed) => {
    using plain = new SingleWorld(agent);
    await plain.step(READ);
    using world = new SingleWorld(agent);
    world.clock = plain.clock;
    for (const path of shuffled(world.transcripts, randomFrom(seed))) await world.import(path);
    expect(allRows(world, [READ])).toEqual(allRows(plain, [READ]));
    await world.step(READ);
    expect(allRows(world, [READ])).toEqual(allRows(plain, [READ]));
  });

  test("bring the rest of their session with them, whichever is named", async () => {
    using plain = new SingleWorld(agent);
    await plain.step(READ);
    for (const path of plain.transcripts.filter((each) => /subagents|agent_/u.test(each))) {
      using world = new SingleWorld(agent);
      world.clock = plain.clock;
      await world.import(path.replace(plain.user, world.user));
      const [row] = world.rows<{ id: string }>("SELECT external_id AS id FROM mm_sessions");
      expect(world.timeline(row?.id ?? "")).toEqual(plain.timeline(row?.id ?? ""));
      expect(world.timeline(row?.id ?? "").length).toBeGreaterThan(5);
    }
  });
});

test("what a session's own file has told stays when only its subagent's is left", async () => {
  using world = new SingleWorld("claude");
  await world.step(READ);
  const sum = () =>
    world.rows("SELECT sum(input + output) AS tokens, sum(hidden) AS hidden FROM mm_usage");
  const before = sum();
  for (const path of world.transcripts.filter((each) => !each.includes("/subagents/"))) {
    rmSync(path);
  }
  // As if a new version read everything again.
  world.exec("UPDATE mm_transcripts SET version = 0");
  await world.step(READ);
  expect(sum()).toEqual(before);
});
