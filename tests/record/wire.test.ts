import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { AGENT_NAMES } from "../../src/agents/agents.ts";
import { SAMPLES } from "../agents/wire/samples.ts";
import { TELLS } from "../agents/wire/tells.ts";
import { HookWorld } from "../support/hook-world.ts";

let world: HookWorld;
beforeEach(() => {
  world = new HookWorld();
});
afterEach(() => world[Symbol.dispose]());

/** The event of a sample, by its payload or else by the name of its file. */
function eventOf({ name, payload }: (typeof SAMPLES)[number]): string {
  const said =
    payload["hook_event_name"] ??
    payload["hookEventName"] ??
    payload["hookName"] ??
    payload["agent_action_name"] ??
    payload["type"];
  return typeof said === "string" ? said : name.replace(/-(?:new(?:-2)?|subagent)$/u, "");
}

const BYTES = SAMPLES.map((sample) => ({
  ...sample,
  event: eventOf(sample),
  bytes: new TextEncoder().encode(JSON.stringify(sample.payload)),
}));
const ROWS = BYTES.map((sample) => [sample.agent, sample.name, sample] as const);

/** Whether a sample makes no session: it tells nothing, or an end alone. */
function makesNone({ agent, name }: (typeof SAMPLES)[number]): boolean {
  const tells = TELLS[agent][name]?.[1] ?? null;
  return tells === null || tells.kind === "session-end";
}

test("there are samples of every client", () => {
  expect(new Set(SAMPLES.map(({ agent }) => agent))).toEqual(new Set(AGENT_NAMES));
  expect(SAMPLES.length).toBeGreaterThan(50);
});

test.each(ROWS)("%s %s is taken in silence", async (agent, _, sample) => {
  await world.hook(agent, sample.event, sample.bytes);
  expect(world.log()).toEqual([]);
  if (makesNone(sample)) expect(world.sessions()).toEqual([]);
  else expect(world.sessions()).toMatchObject([{ client: agent, ended_at: null }]);
});

const text = (value: string) => new TextEncoder().encode(value);
const joined = (...parts: Uint8Array[]) => Uint8Array.from(Buffer.concat(parts));

/** Every way in which a payload may come mangled; what it tells then need not be anything. */
const MANGLED: readonly [string, (bytes: Uint8Array) => Uint8Array][] = [
  ["nothing", () => new Uint8Array()],
  ["white space", () => text(" \r\n\t ")],
  ["null", () => text("null")],
  ["a list", () => text("[]")],
  ["a list of it", (bytes) => joined(text("["), bytes, text("]"))],
  ["a number", () => text("7")],
  ["text", () => text('"text"')],
  ["an empty object", () => text("{}")],
  ["one byte less", (bytes) => bytes.slice(0, -1)],
  ["half of it", (bytes) => bytes.slice(0, bytes.length / 2)],
  ["its first byte", (bytes) => bytes.slice(0, 1)],
  ["twice", (bytes) => joined(bytes, bytes)],
  ["zeros behind it", (bytes) => joined(bytes, new Uint8Array(9))],
  ["bytes that are no UTF-8", (bytes) => bytes.map((byte) => (byte === 0x73 ? 0xff : byte))],
  ["NaN", (bytes) => text(new TextDecoder().decode(bytes).replace(/:\s*"[^"]*"/u, ":NaN"))],
];

describe.each(MANGLED)("%s instead of a payload", (_, mangle) => {
  test("is taken in silence for every sample", async () => {
    for (const { agent, event, bytes } of BYTES) await world.hook(agent, event, mangle(bytes));
  });
});

/** Ways in which it may be written that change nothing. */
const WRITTEN: readonly [string, (payload: object) => string][] = [
  ["with a BOM", (payload) => `\ufeff${JSON.stringify(payload)}`],
  ["with a newline behind", (payload) => `${JSON.stringify(payload)}\n`],
  ["with CRLF", (payload) => JSON.stringify(payload, null, 2).replaceAll("\n", "\r\n")],
  ["indented", (payload) => JSON.stringify(payload, null, "\t")],
  ["with unknown fields", (payload) => JSON.stringify({ new_field: { a: [null] }, ...payload })],
  ["with a key twice", (payload) => `{"cwd":7,${JSON.stringify(payload).slice(1)}`],
  ["with NaN", (payload) => `{"cost_usd": NaN, ${JSON.stringify(payload).slice(1)}`],
];

/** One of each agent that makes a session. */
const ONE_EACH = AGENT_NAMES.flatMap((agent) =>
  BYTES.filter((sample) => sample.agent === agent)
    .filter((sample) => !makesNone(sample))
    .slice(-1),
);

test.each(WRITTEN)("a payload %s tells the same", async (_, write) => {
  for (const { agent, event, payload } of ONE_EACH) {
    const seen: unknown[] = [];
    for (const stdin of [write(payload), JSON.stringify(payload)]) {
      using fresh = new HookWorld();
      await fresh.hook(agent, event, stdin);
      seen.push(fresh.sessions());
    }
    expect(seen[0]).toHaveLength(1);
    expect(seen[0]).toEqual(seen[1]);
  }
});

const WRONG: readonly unknown[] = [null, 7, true, "", "x\0y", [], ["x"], {}, { message: "x" }];

test("fields of the wrong type are taken in silence", async () => {
  const one = SAMPLES.filter(({ name }) => /post-tool|prompt|start/u.test(name));
  for (const sample of one) {
    for (const key of Object.keys(sample.payload)) {
      const wrong = WRONG[key.length % WRONG.length];
      await world.hook(sample.agent, eventOf(sample), { ...sample.payload, [key]: wrong });
    }
  }
  const ids = world.rows<{ external_id: unknown }>("SELECT external_id FROM mm_sessions");
  expect(ids.filter(({ external_id }) => typeof external_id !== "string")).toEqual([]);
});

test("what is nested more deeply than the stack counts all the same", async () => {
  const deep = `${"[".repeat(60_000)}${"]".repeat(60_000)}`;
  const head = '{"session_id":"c1","cwd":"/w","tool_name":"X","tool_use_id":';
  await world.hook("claude", "PostToolUse", `${head}"t1","tool_input":${deep}}`);
  world.settings({ capture: "full" });
  await world.hook("claude", "PostToolUse", `${head}"t2","tool_response":${deep}}`);
  expect(world.told()).toEqual(Array(2).fill("tool_call: X"));
});

test.each(AGENT_NAMES)(
  "every event name of every client is taken in silence by %s",
  async (agent) => {
    for (const { event, payload } of BYTES) await world.hook(agent, event, payload);
  },
);

describe("in any order", () => {
  test("end before start", async () => {
    await world.end();
    world.pass(1);
    await world.start();
    expect(world.session().ended_at).toBeNull();
  });

  test("start after end", async () => {
    await world.start();
    await world.end();
    world.pass(1);
    await world.start();
    expect(world.sessions()).toHaveLength(1);
    expect(world.session().ended_at).toBeNull();
  });
});
