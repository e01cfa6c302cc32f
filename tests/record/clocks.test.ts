import { Database } from "bun:sqlite";
import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import type { HookKind } from "../../src/agents/wire/event.ts";
import { applyHook } from "../../src/record/apply/apply.ts";
import * as subagents from "../../src/record/known/subagents.ts";
import * as retold from "../../src/store/history/retold.ts";
import { createMissing } from "../../src/store/schema.ts";
import { type Call, recordOf } from "../support/calls.ts";
import { HookWorld } from "../support/hook-world.ts";
import { randomFrom } from "../support/random.ts";

const T = 1_795_348_800_000;
const HOUR = 3_600_000;
const DAY = 24 * HOUR;
/** Longer than what makes a session stale, by what clocks may differ and a minute. */
const SILENT_MS = DAY + 6 * 60_000 + 1;

describe("calls at random clocks", () => {
  let db: Database;
  beforeEach(() => {
    db = new Database(":memory:", { strict: true });
    createMissing(db, ":memory:");
  });
  afterEach(() => db.close(true));

  /** One hook at work, on a machine whose clock shows `now`. */
  function deliver(key: string, kind: HookKind, now: number, rest: Partial<Call> = {}): void {
    const isState = kind === "session-start" || kind === "session-end";
    const name = isState ? null : `${kind} ${now}`;
    const source = kind === "session-start" ? "startup" : null;
    applyHook(db, recordOf({ key, kind, at: now, source, name, ...rest }), {
      newId: crypto.randomUUID(),
      now,
      ownMicros: 1000,
      mayRemove: true,
      history: { ...retold, ...subagents },
      stale: { ms: DAY, typed: "24h" },
    });
  }

  function stateOf(key: string): { ended_ms: number | null; ended_by: string | null } | null {
    return db
      .query<{ ended_ms: number | null; ended_by: string | null }, [string]>(
        "SELECT ended_ms, ended_by FROM mm_sessions WHERE external_id = ?1",
      )
      .get(key);
  }

  const BESIDE = ["prompt", "tool-call", "tool-error", "tool-start", "turn-end"] as const;

  test("two hooks of the same moment have one outcome in 1,000 rounds", () => {
    const random = randomFrom(31);
    for (let round = 0; round < 1000; round++) {
      const kind = BESIDE[Math.floor(random() * BESIDE.length)] ?? "prompt";
      const [end, other] = [T + Math.floor(random() * 500), T + Math.floor(random() * 500)];
      for (const order of ["end first", "end last"]) {
        const key = `${round} ${order}`;
        deliver(key, "session-start", T - HOUR);
        if (order === "end first") deliver(key, "session-end", end);
        deliver(key, kind, other);
        if (order === "end last") deliver(key, "session-end", end);
        const outcome = { key, kind, ...stateOf(key) };
        expect(outcome).toEqual({ key, kind, ended_ms: end, ended_by: "client" });
      }
    }
  });

  const KINDS = ["prompt", "tool-call", "turn-end", "session-start", "session-end"] as const;

  /** Calls in the order of their arrival, minutes apart, while the clock is set to anything; some come twice. */
  function wander(random: () => number, key: string): { last: HookKind; clock: number } {
    const twice = () => (random() < 0.3 ? [1, 2] : [1]);
    let offset = 0;
    let last: HookKind = "session-start";
    let clock = T;
    deliver(key, last, clock);
    for (let n = 0; n < 20; n++) {
      if (random() < 0.3) offset = Math.round((random() - 0.5) * 10 ** (3 + random() * 7));
      clock += 60_000 + Math.floor(random() * HOUR);
      last = KINDS[Math.floor(random() * KINDS.length)] ?? "prompt";
      for (const _ of twice()) deliver(key, last, clock + offset, { name: `event ${n}` });
      if (last === "session-end") expect(stateOf(key)?.ended_ms).not.toBeNull();
    }
    return { last, clock };
  }

  test.each([1, 2, 3])("what comes last counts, and what is dead ends: seed %d", (seed) => {
    const random = randomFrom(seed);
    for (let run = 0; run < 100; run++) {
      const key = `run ${run}`;
      const { clock } = wander(random, key);
      // The clock is right again.
      deliver(key, "prompt", clock + 60_000, { name: "the last prompt" });
      expect({ key, ended: stateOf(key)?.ended_ms }).toEqual({ key, ended: null });
      if (run % 2 === 0) {
        deliver(key, "session-end", clock + 120_000);
        expect({ key, ended: stateOf(key)?.ended_ms }).toEqual({ key, ended: clock + 120_000 });
      } else {
        deliver(`beside ${key}`, "session-start", clock + SILENT_MS);
        expect({ key, by: stateOf(key)?.ended_by }).toEqual({ key, by: "stale" });
      }
    }
  });

  test("no wrong clock keeps a killed session for more than a day and a start", () => {
    const random = randomFrom(5);
    for (let run = 0; run < 100; run++) {
      const { clock, last } = wander(random, `run ${run}`);
      if (last === "session-end") continue;
      deliver(`first after ${run}`, "session-start", clock + 60_000);
      deliver(`second after ${run}`, "session-start", clock + SILENT_MS);
      expect({ run, isOpen: stateOf(`run ${run}`)?.ended_ms === null }).toEqual({
        run,
        isOpen: false,
      });
    }
  });
});

describe("a clock", () => {
  let world: HookWorld;
  beforeEach(() => {
    world = new HookWorld();
  });
  afterEach(() => world[Symbol.dispose]());

  const copilot = (event: string, agoMs: number, fields: object = {}) =>
    world.hook("copilot", event, {
      sessionId: "c1",
      cwd: "/w",
      timestamp: world.clock.getTime() - agoMs,
      ...fields,
    });

  test("of the agent that was set back by seconds doesn't hold up its end", async () => {
    await copilot("sessionStart", 60_000, { source: "new" });
    await copilot("userPromptSubmitted", 0, { prompt: "x" });
    await copilot("sessionEnd", 5000, { reason: "complete" });
    expect(world.session().ended_at).toBe("2026-11-22T11:59:55+00:00");
  });

  test.each([28, 3600, 30 * 86_400])(
    "of the machine that was %d s ahead neither",
    async (ahead) => {
      world.pass(ahead);
      await world.start();
      await world.prompt("x");
      world.pass(3 - ahead);
      await world.end("prompt_input_exit");
      expect(world.session()).toMatchObject({ ended_at: "2026-11-22T12:00:03+00:00" });
      world.pass(60);
      await world.start("resume");
      expect(world.session().ended_at).toBeNull();
      expect((await world.json<{ sessions: object[] }>("ps")).sessions[0]).toMatchObject({
        age_seconds: 0,
      });
    },
  );

  test("that was ahead at the end leaves the session to the next prompt", async () => {
    await world.start();
    world.pass(86_400);
    await world.end();
    // Gemini tells its end three times.
    world.pass(1);
    await world.end();
    world.pass(-86_400);
    await world.tool("late");
    expect(world.session().ended_at).not.toBeNull();
    await world.prompt("again");
    expect(world.session().ended_at).toBeNull();
    await world.end();
    expect(world.session().ended_at).toBe("2026-11-22T12:00:01+00:00");
  });

  test("that was ahead is named by doctor, and no more when the session has been heard of", async () => {
    await world.start();
    world.pass(7200);
    await world.claude("PreToolUse", { tool_name: "Bash", tool_input: {} });
    world.pass(-7200);
    const clock = async () => {
      const { out } = await world.mm("doctor", "--json");
      const { findings } = JSON.parse(out) as { findings: { check: string; what: string }[] };
      return findings.filter(({ check }) => check === "clock").map(({ what }) => what);
    };
    expect(await clock()).toEqual(["the newest entry is 2h in the future"]);
    await world.prompt("here");
    expect(await clock()).toEqual([]);
  });
});
