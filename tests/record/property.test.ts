import { Database } from "bun:sqlite";
import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { applyHook } from "../../src/record/apply/apply.ts";
import * as subagents from "../../src/record/known/subagents.ts";
import * as retold from "../../src/store/history/retold.ts";
import { createMissing } from "../../src/store/schema.ts";
import { sequence } from "../agents/wire/samples.ts";
import { type Call, recordOf } from "../support/calls.ts";
import { HookWorld } from "../support/hook-world.ts";
import { randomFrom } from "../support/random.ts";

const T = 1_795_348_800_000;
const RUNS = 400;

let world: HookWorld;
let db: Database;
beforeEach(() => {
  world = new HookWorld();
  world.makeHome();
  db = new Database(world.database, { strict: true, create: true });
  db.run("PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF; PRAGMA foreign_keys = ON");
  createMissing(db, world.database);
});
afterEach(() => {
  db.close(true);
  world[Symbol.dispose]();
});

const KINDS = [
  "prompt",
  "tool-call",
  "tool-call",
  "tool-error",
  "tool-start",
  "turn-end",
  "subagent-stop",
  "session-start",
  "session-end",
] as const;
const SOURCES = ["startup", "resume", "clear", "compact", "fork", null] as const;

function pick<T>(random: () => number, list: readonly T[]): T {
  return list[Math.floor(random() * list.length)] as T;
}

/** Calls of some keys with distinct times, most of them seconds and some of them hours apart. */
function generate(random: () => number, run: number): Call[] {
  const made: Call[] = [];
  const keys = Array.from(
    { length: 1 + Math.floor(random() * 3) },
    (_, n) => `run ${run} key ${n}`,
  );
  let at = T;
  for (let n = 0; n < 25; n++) {
    at += 1 + Math.floor(random() * (random() < 0.1 ? 7_200_000 : 9000));
    const kind = pick(random, KINDS);
    const isState = kind === "session-start" || kind === "session-end";
    made.push({
      key: pick(random, keys),
      kind,
      at,
      source: kind === "session-start" ? pick(random, SOURCES) : null,
      name: isState ? null : `event ${n}`,
    });
  }
  return made;
}

/** The same calls in another order, some of them more than once. */
function scramble(random: () => number, made: readonly Call[]): Call[] {
  const doubled = made.flatMap((call) => Array<Call>(random() < 0.3 ? 2 : 1).fill(call));
  // Between slightly and utterly out of order.
  const spread = 10 ** (random() * 8);
  const keyed = doubled.map((call) => ({ call, when: call.at + random() * spread }));
  return keyed.toSorted((a, b) => a.when - b.when).map(({ call }) => call);
}

function deliver(order: readonly Call[], stale: boolean): void {
  for (const call of order) {
    db.run("BEGIN IMMEDIATE");
    applyHook(db, recordOf(call), {
      newId: crypto.randomUUID(),
      // Later than all of them, so that times alone decide.
      now: T + 30 * 86_400_000,
      ownMicros: null,
      mayRemove: true,
      history: { ...retold, ...subagents },
      stale: stale ? { ms: 1_800_000, typed: "30m" } : null,
    });
    db.run("COMMIT");
  }
}

function expectInvariants(made: readonly Call[], exact: boolean): void {
  for (const key of new Set(made.map((call) => call.key))) {
    const own = made.filter((call) => call.key === key);
    const rows = db
      .query<{ id: string; ended_at: string | null; ended_ms: number | null }, [string]>(
        `SELECT s.id, s.ended_at, m.ended_ms FROM mm_sessions m JOIN sessions s ON s.id = m.session_id
          WHERE m.external_id = ?1`,
      )
      .all(key);
    const tells = own.some(({ kind }) => kind !== "session-end");
    expect({ key, rows: rows.length }).toEqual({ key, rows: tells ? 1 : 0 });
    const [row] = rows;
    if (row === undefined) continue;
    const stored = db
      .query<{ content: string }, [string]>(
        "SELECT content FROM session_events WHERE session_id = ?1 AND event_type <> 'session_resume'",
      )
      .all(row.id);
    const events = own.filter(({ kind, name }) => name !== null && kind !== "tool-start");
    expect(stored.map(({ content }) => content).toSorted()).toEqual(
      events.map(({ name }) => name ?? "").toSorted(),
    );
    const last = own.toSorted((a, b) => b.at - a.at)[0];
    if (last?.kind === "session-end") expect({ key, ...row }).not.toMatchObject({ ended_at: null });
    // Both of these say that the agent is at it again.
    const reopens = last?.kind === "prompt" || last?.kind === "session-start";
    if (exact && reopens) expect({ key, ended: row.ended_at }).toEqual({ key, ended: null });
    expect(row.ended_at === null).toBe(row.ended_ms === null);
  }
}

test.each([1, 2, 3, 4])("any calls in any order, seed %d", (seed) => {
  const random = randomFrom(seed);
  for (let run = 0; run < RUNS / 4; run++) {
    const made = generate(random, run);
    deliver(scramble(random, made), false);
    expectInvariants(made, true);
  }
  expect(db.query("PRAGMA integrity_check").get()).toEqual({ integrity_check: "ok" });
});

test("and while starts sweep what is idle", () => {
  const random = randomFrom(99);
  for (let run = 0; run < 100; run++) {
    const made = generate(random, run);
    deliver(scramble(random, made), true);
    expectInvariants(made, false);
  }
});

test("in the order of their times, the last word counts", () => {
  const random = randomFrom(7);
  for (let run = 0; run < 100; run++) {
    const made = generate(random, run);
    deliver(made, false);
    expectInvariants(made, true);
  }
});

describe("recorded calls of three clients at once, shuffled and doubled", () => {
  const ALL = ["claude", "codex", "gemini"].flatMap((agent) =>
    sequence(agent).map((call, n) => ({ ...call, agent, n })),
  );
  const MUST = {
    "claude-code": ["prompt: hello again", "prompt: usetool please", "tool_call: Bash: echo hi"],
    codex: ["prompt: hello again", "prompt: usetool please", "tool_call: Bash: echo hi; exit 3"],
    "gemini-cli": [
      "error: run_shell_command: echo hi; exit 3",
      "prompt: hello again",
      "prompt: usetool please",
    ],
  };

  test.each([11, 12, 13, 14, 15, 16, 17, 18])("seed %d", async (seed) => {
    const random = randomFrom(seed);
    const spread = 10 ** (random() * 1.5);
    const order = ALL.flatMap((call) => Array<typeof call>(random() < 0.3 ? 2 : 1).fill(call))
      .map((call) => ({ call, when: call.n + random() * spread }))
      .toSorted((a, b) => a.when - b.when);
    for (const { call } of order) {
      // Within two seconds all the same bytes are one event.
      await world.hook(call.agent, call.event, call.payload);
      world.pass(0.02);
    }
    expect(world.sessions()).toHaveLength(3);
    for (const [agentId, must] of Object.entries(MUST)) {
      const session = world.sessions().find(({ agent_id }) => agent_id === agentId);
      const told = world.told(session?.external_id ?? "");
      const calls = told.filter((line) => /^(prompt|tool_call|error)/u.test(line));
      expect(calls.toSorted()).toEqual(must);
    }
    // Gemini's own times say that its end is the last of all.
    const gemini = world.sessions().find(({ agent_id }) => agent_id === "gemini-cli");
    expect(gemini?.ended_at).toBe("2026-11-22T11:33:59+00:00");
  });
});
