import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { existsSync } from "node:fs";
import type { AgentName } from "../../src/agents/agents.ts";
import { HookWorld } from "../support/hook-world.ts";
import { play, playedHooks } from "../support/played-hooks.ts";
import { AGENTS_WITH_FIXTURES, copyHome } from "../support/transcripts.ts";

const NOW = new Date("2026-11-27T12:00:00Z");

/**
 * What is stored, but for what isn't the same in every order: row ids, who told an event first, and how often a
 * session was ended and taken up again before its last end.
 */
function stored(world: HookWorld, isComplete: boolean) {
  const rows = world.rows(
    `SELECT m.external_id, m.agent_id, m.cwd, m.model, p.external_id AS parent, json_extract(s.metadata, '$.title') AS title,
      m.ended_by FROM sessions s JOIN mm_sessions m ON m.session_id = s.id
      LEFT JOIN mm_sessions p ON p.session_id = m.parent_id ORDER BY 2, 1`,
  );
  // An end that a late hook has undone is told again by the next pass.
  const sessions = rows.map((row) => (isComplete ? row : { ...row, ended_by: null }));
  const events = world.rows<{ type: string; content: string; session: string; ok: number | null }>(
    `SELECT m.external_id AS session, e.event_type AS type, e.content, json_extract(e.metadata, '$.ok') AS ok,
      json_extract(e.metadata, '$.error') AS error
      FROM session_events e JOIN mm_sessions m ON m.session_id = e.session_id
      WHERE e.event_type NOT IN ('session_resume', 'turn_end', 'notification') ORDER BY 1, 2, 3, 4, 5`,
  );
  const usage = world.rows("SELECT * FROM mm_usage").map(({ session_id: _, ...row }) => row);
  return { sessions, events, usage };
}

/** Whether the row ids of every session are in the order of the times. */
function areInOrder(world: HookWorld): boolean {
  const wrong = world.rows(
    `SELECT 1 FROM (SELECT at_ms, lag(at_ms) OVER (PARTITION BY session_id ORDER BY event_id) AS before FROM mm_events)
      WHERE at_ms < before`,
  );
  return wrong.length === 0;
}

async function backfill(world: HookWorld, agent: AgentName, ...only: string[]): Promise<void> {
  world.clock = NOW;
  world.env = { ...world.env, HOME: `${world.folder}/user` };
  // As if the agent had gone on writing.
  if (existsSync(world.database)) world.exec("DELETE FROM mm_transcripts");
  const { agents } = await world.json<{ agents: { problems: string[] }[] }>(
    "backfill",
    agent,
    ...only,
  );
  expect(agents.flatMap(({ problems }) => problems)).toEqual([]);
}

/** Whose hooks tell when something happened. */
const OWN_TIMES: readonly AgentName[] = ["copilot", "gemini", "qwen"];
const HOOKED = AGENTS_WITH_FIXTURES.filter((agent) => agent !== "cline");

describe.each(HOOKED)("%s", (agent) => {
  type Step = (world: HookWorld) => Promise<void>;
  const some =
    (from: number, to: number): Step =>
    (world) => {
      const hooks = playedHooks(agent, `${world.folder}/user`);
      const at = (part: number) => Math.round(hooks.length * part);
      return play(world, agent, hooks.slice(at(from), at(to)));
    };
  const hooks = some(0, 1);
  /** Hooks that couldn't store what they told until now. */
  const spooled: Step = async (world) => {
    await world.whileBroken(async () => await hooks(world));
    world.clock = NOW;
    await world.mm("doctor", "--fix");
    expect(world.spooled()).toEqual([]);
  };
  const read: Step = (world) => backfill(world, agent);
  /** Hooks whose clock is so many hours ahead of the transcript's, or that came so late. */
  const late =
    (hours: number): Step =>
    (world) => {
      const hooks = playedHooks(agent, `${world.folder}/user`);
      const delay = hours * 3_600_000;
      return play(
        world,
        agent,
        hooks.map((hook) => ({ ...hook, at: hook.at + delay })),
      );
    };
  const shifted = (hours: number, named: string): Readonly<Record<string, readonly Step[]>> => ({
    [`${named}, before`]: [late(hours), read],
    [`${named}, after`]: [read, late(hours), read],
  });
  const count: Step = (world) => backfill(world, agent, "--usage-only");
  const ORDERS: Readonly<Record<string, readonly Step[]>> = {
    "transcript first": [read, spooled],
    twice: [hooks, read, read],
    "transcript first, and again": [read, spooled, read],
    "in between": [some(0, 0.5), read, some(0.5, 1), read],
    "tokens first": [count, spooled, read],
    "tokens in between": [hooks, count, read],
    "tokens again": [hooks, read, count, read],
    "hooks twice": [hooks, read, spooled],
    ...shifted(0.02, "a minute late"),
    ...shifted(5, "hours late"),
    ...shifted(23, "a day late"),
    // What an agent tells itself of the time is never so far ahead.
    ...(OWN_TIMES.includes(agent) ? {} : shifted(-5, "too early")),
  };

  async function outcome(steps: readonly Step[], isComplete: boolean) {
    using world = new HookWorld();
    copyHome(agent, `${world.folder}/user`);
    for (const step of steps) await step(world);
    // What hooks tell late stands last until the transcript is read again.
    if (isComplete && steps.at(-1) === read) expect(areInOrder(world)).toBe(true);
    return stored(world, isComplete);
  }

  test.each(Object.entries(ORDERS))("%s", async (_, steps) => {
    const isComplete = steps.at(-1) === read;
    const wanted = await outcome([hooks, read], isComplete);
    expect(wanted.usage.length).toBeGreaterThan(0);
    expect(await outcome(steps, isComplete)).toEqual(wanted);
  });

  test("a second pass changes nothing", async () => {
    using world = new HookWorld();
    copyHome(agent, `${world.folder}/user`);
    await read(world);
    const before = world.rows("SELECT * FROM session_events");
    await read(world);
    expect(world.rows("SELECT * FROM session_events")).toEqual(before);
  });
});

describe("hooks that come after a transcript was read", () => {
  const ID = "session_a19dd5ae-c9bd-4895-bb6f-1d9e73c38c22";
  let world: HookWorld;
  beforeEach(async () => {
    world = new HookWorld();
    copyHome("kimi", `${world.folder}/user`);
    await backfill(world, "kimi");
  });
  afterEach(() => world[Symbol.dispose]());

  const hook = (event: string, fields: object) =>
    world.hook("kimi", event, { session_id: ID, cwd: "/w", ...fields });
  const count = (type: string, content: string) =>
    world.told(ID).filter((told) => told === `${type}: ${content}`).length;

  test("a start resumes nothing, and a resume does", async () => {
    await hook("SessionStart", { source: "startup" });
    expect(count("session_resume", "startup")).toBe(0);
    expect(world.session(ID).ended_at).toBe(null);
    await hook("SessionStart", { source: "resume" });
    expect(count("session_resume", "resume")).toBe(1);
  });

  test("a prompt of which an older one has the same words is another one", async () => {
    await hook("UserPromptSubmit", { prompt: "errormodel please" });
    expect(count("prompt", "errormodel please")).toBe(2);
  });

  test("the next prompt of the transcript is the same one, and becomes the hook's", async () => {
    await hook("UserPromptSubmit", { prompt: "usetool please" });
    expect(count("prompt", "usetool please")).toBe(1);
    expect(world.events(ID).at(-1)).toMatchObject({
      content: "usetool please",
      created_at: "2026-11-27T12:00:00+00:00",
      metadata: { event: "UserPromptSubmit" },
    });
  });
});
