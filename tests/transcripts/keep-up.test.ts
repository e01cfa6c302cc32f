import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { HookWorld } from "../support/hook-world.ts";
import { play, playedHooks } from "../support/played-hooks.ts";
import { AGENTS_WITH_FIXTURES, copyHome } from "../support/transcripts.ts";

let world: HookWorld;
beforeEach(() => {
  world = new HookWorld();
  world.env = { ...world.env, HOME: `${world.folder}/user` };
});
afterEach(() => world[Symbol.dispose]());

describe("hooks", () => {
  test("leave transcripts alone until they are told otherwise", async () => {
    await world.start();
    await world.prompt("x");
    await world.end();
    expect(world.later).toEqual([]);
  });

  test.each([
    [{ prompts: ["claude"] }, 2],
    [{ prompts: ["codex"] }, 0],
    [{ prompts: ["claude"], history: false }, 0],
    [{ prompts: ["claude"], history: "?" }, 0],
  ])(
    "have them read where they report prompts, unless a setting says otherwise: %o",
    async (settings, times) => {
      world.settings(settings);
      await world.start();
      await world.end();
      expect(world.later).toHaveLength(times);
    },
  );

  test("have them read after the start and the end of a session, and at nothing else", async () => {
    world.settings({ history: true });
    await world.start();
    expect(world.later).toEqual([["backfill", "claude", "--known"]]);
    await world.prompt("x");
    await world.tool("t1");
    expect(world.later).toHaveLength(1);
    await world.end();
    expect(world.later).toHaveLength(2);
  });
});

test.each(AGENTS_WITH_FIXTURES.filter((agent) => agent !== "cline"))(
  "%s: only what hooks have recorded is completed",
  async (agent) => {
    copyHome(agent, `${world.folder}/user`);
    await world.json("backfill", agent, "--known");
    expect(world.sessions()).toEqual([]);
    const hooks = playedHooks(agent, `${world.folder}/user`);
    const [first] = hooks;
    if (first === undefined) throw new Error("no hooks");
    const isStart = /^(?:SessionStart|sessionStart|session\.created)$/u;
    const start = hooks.find(({ event }) => isStart.test(event)) ?? first;
    await play(world, agent, [start]);
    const [{ external_id: id = null } = {}] = world.sessions();
    world.clock = new Date("2026-11-27T12:00:00Z");
    await world.json("backfill", agent, "--known");
    expect(world.sessions().map(({ external_id }) => external_id)).toEqual([id]);
    expect(world.events(String(id)).length).toBeGreaterThan(3);
    // What nobody asked for until now is read when somebody does.
    await world.json("backfill", agent);
    expect(world.sessions().length).toBeGreaterThan(agent === "copilot" ? 0 : 1);
  },
);

describe("one process at a time", () => {
  const claim = (until: number) =>
    world.exec(
      `INSERT OR REPLACE INTO mm_meta VALUES ('reading', '{"by":"other","until":${until},"again":[]}')`,
    );
  const claims = () =>
    world
      .rows<{ value: string }>("SELECT value FROM mm_meta WHERE key = 'reading'")
      .map(({ value }) => JSON.parse(value));
  const hasRead = () => world.rows("SELECT 1 FROM mm_transcripts").length > 0;

  beforeEach(async () => {
    copyHome("claude", `${world.folder}/user`);
    const [first] = playedHooks("claude", `${world.folder}/user`);
    if (first !== undefined) await play(world, "claude", [first]);
    world.clock = new Date("2026-11-27T12:00:00Z");
  });

  test("whoever comes meanwhile asks for what is new, and stores nothing", async () => {
    claim(world.clock.getTime() + 1000);
    const { code, err } = await world.mm("backfill", "claude", "--known");
    expect({ code, err }).toEqual({
      code: 0,
      err: "mm: warning: another mm is reading these transcripts already\n",
    });
    expect(hasRead()).toBe(false);
    expect(claims()).toMatchObject([{ by: "other", again: ["claude"] }]);
  });

  test.each([
    ["a process that was killed", -1],
    ["a clock that was set back", 86_400_000],
  ])("%s holds nobody up", async (_, ms) => {
    claim(world.clock.getTime() + ms);
    await world.json("backfill", "claude", "--known");
    expect(hasRead()).toBe(true);
    expect(claims()).toEqual([]);
  });

  test("it stops when its minute is over, and somebody else goes on", async () => {
    world.micros = 60_000_001;
    await world.json("backfill", "claude", "--known");
    expect(hasRead()).toBe(false);
    expect(claims()).toEqual([]);
    world.micros = 0;
    await world.json("backfill", "claude", "--known");
    expect(hasRead()).toBe(true);
  });
});
