import { describe, expect, test } from "bun:test";
import { seededRandom } from "../../../bench/random.ts";
import { AGENT_NAMES, type AnyAgent, GENERIC } from "../../../src/agents/agents.ts";
import { HOOKS } from "../../../src/agents/hooks.ts";
import { detectCaller } from "../../../src/agents/wire/caller.ts";
import { decodeHook } from "../../../src/agents/wire/decode.ts";
import { type Payload, parsePayload } from "../../../src/agents/wire/payload.ts";
import { salvagePayload } from "../../../src/agents/wire/salvage.ts";
import { cpuClock } from "../../support/time.ts";
import { faults, SAMPLES } from "./samples.ts";
import { TELLS } from "./tells.ts";

const CALLERS: readonly AnyAgent[] = [...AGENT_NAMES, GENERIC];

/** As `decodeHook`, without waiting. */
function decodeNow(named: AnyAgent, event: string, payload: Payload, env = {}) {
  return HOOKS[detectCaller(named, payload, env)].decode(event, payload);
}

const HUGE = "x".repeat(100_000);
const WRONG = [
  null,
  0,
  -1,
  1.5,
  1e300,
  true,
  "",
  "x",
  "\0",
  HUGE,
  [],
  [null],
  ["x"],
  {},
  { a: {} },
];

/** Every copy of a value in which one place, at any depth, holds something else or is missing. */
function* spoilt(value: Payload): Generator<Payload> {
  for (const key of Object.keys(value)) {
    const { [key]: _, ...rest } = value;
    yield rest;
    for (const wrong of WRONG) yield { ...value, [key]: wrong };
    const inner = value[key];
    if (typeof inner === "object" && inner !== null && !Array.isArray(inner)) {
      for (const each of spoilt(inner as Payload)) yield { ...value, [key]: each };
    }
  }
}

test.each([...AGENT_NAMES])("%s: a field of a wrong type is no more than missing", (agent) => {
  for (const { name, payload } of SAMPLES.filter((each) => each.agent === agent)) {
    const event = TELLS[agent][name]?.[0] ?? "";
    for (const wrong of spoilt(payload)) {
      for (const named of [agent, "claude", GENERIC] as const) {
        expect(faults(decodeNow(named, event, wrong))).toEqual([]);
      }
    }
  }
});

describe.each([...CALLERS])("%s", (caller) => {
  test("nothing comes of nothing", async () => {
    for (const input of ["", "{}", "null", "[]", '"x"', '{"session_id":"a', "7"]) {
      const payload = parsePayload(new TextEncoder().encode(input)) ?? {};
      expect(await decodeHook(caller, "session-start", payload, {})).toBeNull();
    }
  });

  test("nor of an event that no one knows", async () => {
    for (const event of ["", "toString", "__proto__", "sesion-start", HUGE]) {
      const payload = { session_id: "s", trajectory_id: "s", taskId: "s", thread: { id: "s" } };
      expect(HOOKS[caller].decode(event, payload)).toBeNull();
    }
  });
});

test("100,000 mutated payloads never throw and never tell what is not well typed", () => {
  const next = seededRandom(20_261_122);
  const pick = <T>(list: readonly T[]): T => list[Math.floor(next() * list.length)] as T;
  const samples = SAMPLES.map(({ agent, name, payload }) => ({
    agent,
    event: TELLS[agent][name]?.[0] ?? "",
    bytes: new TextEncoder().encode(JSON.stringify(payload)),
  }));
  const keys = [...new Set(SAMPLES.flatMap(({ payload }) => Object.keys(payload)))];
  const events = samples.map(({ event }) => event);
  const envs = [{}, { COPILOT_CLI: "1" }, { CLAUDE_CODE_SESSION_ID: "x", GEMINI_SESSION_ID: "y" }];
  const took = cpuClock();
  let decoded = 0;

  for (let round = 0; round < 100_000; round++) {
    const { agent, event, bytes } = pick(samples);
    const mutated = bytes.slice();
    for (let flips = Math.floor(next() * 4); flips > 0; flips--) {
      mutated[Math.floor(next() * mutated.length)] = pick([
        34, 92, 123, 125, 91, 44, 58, 48, 0xff, 0,
      ]);
    }
    const input = next() < 0.1 ? mutated.subarray(0, Math.floor(next() * bytes.length)) : mutated;
    const parsed = parsePayload(input) ?? salvagePayload(input, input.subarray(-40));
    const payload = { ...parsed, [pick(keys)]: pick(WRONG), [pick(keys)]: parsed[pick(keys)] };
    const typed = next() < 0.8 ? event : pick(events);
    const told = decodeNow(next() < 0.5 ? agent : pick(CALLERS), typed, payload, pick(envs));
    if (told !== null) decoded++;
    const wrong = faults(told);
    if (wrong.length > 0) throw new Error(`round ${round}: ${wrong} in ${JSON.stringify(told)}`);
  }
  expect(decoded).toBeGreaterThan(20_000);
  expect(took()).toBeLessThan(15_000);
});
