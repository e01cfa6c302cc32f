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
