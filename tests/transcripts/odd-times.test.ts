import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { utimesSync } from "node:fs";
import { HistoryWorld } from "../support/backfilled.ts";

const ID = "00000000-1111-4222-8333-444444444444";
const OTHER = "00000000-1111-4222-8333-555555555555";
const CLAUDE = `.claude/projects/-w/${ID}.jsonl`;
const AT = "2026-11-20T10:00:00.000Z";
/** When files were last written. */
const WRITTEN = "2026-11-26T12:00:00.123Z";

let world: HistoryWorld;
beforeEach(() => {
  world = new HistoryWorld();
});
afterEach(() => world[Symbol.dispose]());

/** Leaves a file that was written at a fraction of a millisecond, as most are. */
function leave(path: string, content: unknown): void {
  const seconds = Date.parse(WRITTEN) / 1000 + 0.000_456;
  utimesSync(world.leave(path, content), seconds, seconds);
}

const eventTimes = () =>
  world
    .rows<{ at: number }>("SELECT at_ms AS at FROM mm_events ORDER BY event_id")
    .map(({ at }) => (Number.isInteger(at) ? new Date(at).toISOString() : at));

const prompt = (words: string, known: object = {}) => ({
  type: "user",
  uuid: words,
  sessionId: ID,
  cwd: "/w",
  message: { content: words },
  ...known,
});

test("a line without a time has that of the file, in whole milliseconds", async () => {
  leave(CLAUDE, [prompt("one")]);
  await world.backfill();
  expect(eventTimes()).toEqual([WRITTEN]);
  const { code } = await world.mm("show", "last", "--json");
  expect(code).toBe(0);
});

test.each([
  ["beyond all numbers", 1e308],
  ["before there was Kimi", 1],
  ["in seventy years", 4_000_000_000],
])("Kimi's old files count seconds; one %s is none", async (_, timestamp) => {
  const begin = (at: number, words: string) => ({
    timestamp: at,
    message: { type: "TurnBegin", payload: { user_input: words } },
  });
  const lines = [begin(Date.parse(AT) / 1000, "one"), begin(timestamp, "two")];
  leave(".kimi/sessions/0/1/wire.jsonl", lines);
  const problems = (await world.backfill()).flatMap((report) => report.problems);
  expect(problems).toEqual([]);
  // What a clock tells that is ahead happened before the file was written.
  const second = timestamp === 4_000_000_000 ? WRITTEN : AT;
  expect(eventTimes()).toEqual([AT, second]);
});

describe("one wrong time in a list of all that was typed", () => {
  const typed = (id: string, ts: number, text: string) => ({ session_id: id, ts, text });
  const LOG = ".codex/history.jsonl";
  const seconds = (time: string) => Date.parse(time) / 1000;

  test.each([1e308, 4_000_000_000])("hides nothing that comes later: %d", async (wrong) => {
    const lines = [
      typed(ID, seconds("2026-11-10T10:00:00Z"), "one"),
      typed("elsewhere", wrong, "of tomorrow"),
      typed("latest", seconds("2026-11-12T10:00:00Z"), "latest"),
    ];
    leave(LOG, lines);
    await world.backfill();
    expect(world.timeline(ID)).toEqual(["prompt: one"]);
    const later = typed(OTHER, seconds("2026-11-20T10:00:00Z"), "two");
    const last = typed("latest", seconds("2026-11-25T10:00:00Z"), "three");
    leave(LOG, [...lines, later, last]);
    await world.backfill();
    expect(world.timeline(OTHER)).toEqual(["prompt: two"]);
    expect(world.timeline("elsewhere")).toEqual([]);
  });

  test.each([
    ["codex", LOG, (id: string, time: string) => typed(id, seconds(time), "one")],
    [
      "claude",
      ".claude/history.jsonl",
      (id: string, time: string) => ({
        sessionId: id,
        timestamp: Date.parse(time),
        display: "one",
      }),
    ],
  ])("hides nothing after a version that noted it: %s", async (agent, log, line) => {
    const before = [line(ID, "2026-11-10T10:00:00Z"), line("latest", "2026-11-20T10:00:00Z")];
    world.leave(log, before);
    await world.backfill(agent);
    world.exec(`UPDATE mm_transcripts SET mark = ${Date.parse("2029-11-27T12:00:00Z")}`);
    const later = [line(OTHER, "2026-11-26T00:00:00Z"), line("latest", "2026-11-27T11:00:00Z")];
    const path = world.leave(log, [...before, ...later]);
    utimesSync(path, world.clock, world.clock);
    await world.backfill(agent);
    expect(world.timeline(OTHER)).toEqual(["prompt: one"]);
    expect(world.timeline(ID)).toEqual(["prompt: one"]);
    const [noted] = world.rows<{ mark: number }>("SELECT max(mark) AS mark FROM mm_transcripts");
    expect(noted?.mark).toBe(Date.parse("2026-11-26T11:00:00Z"));
  });
});

test("a type that is none takes nothing along", async () => {
  leave(CLAUDE, [
    prompt("one", { timestamp: AT }),
    { sessionId: ID, type: { toString: 1 } },
    prompt("two", { timestamp: AT }),
  ]);
  await world.backfill();
  expect(world.timeline(ID)).toEqual(["prompt: one", "prompt: two"]);
});

test("half a character, in an id or in words, makes nothing twice", async () => {
  const half = "half \ud83d";
  leave(CLAUDE, [prompt("one", { timestamp: AT, uuid: "\ud800" })]);
  const chat = `.qwen/projects/-w/chats/${OTHER}.jsonl`;
  const parts = [{ text: half }];
  const said = { uuid: "q", sessionId: OTHER, timestamp: AT, type: "user", message: { parts } };
  leave(chat, [said]);
  world.clock = new Date(AT);
  const hook = { session_id: OTHER, cwd: "/w", prompt: half };
  await world.hook("qwen", "UserPromptSubmit", hook);
  world.clock = new Date("2026-11-27T12:00:00Z");
  await world.backfill();
  // As if both had been rewritten.
  world.exec("UPDATE mm_transcripts SET size = size + 1");
  await world.backfill();
  expect(world.timeline(ID)).toEqual(["prompt: one"]);
  expect(world.timeline(OTHER)).toEqual([`prompt: ${half.toWellFormed()}`]);
});

test("an address with a bare % is a folder as it stands", async () => {
  leave(".local/share/amp/threads/T-1.json", {
    env: { initial: { trees: [{ uri: "file:///home/ada/100%/shop" }] } },
    messages: [{ role: "user", content: "go", meta: { sentAt: Date.parse(AT) } }],
  });
  await world.backfill();
  expect(world.timeline("T-1")).toEqual(["prompt: go"]);
  expect(world.fact("T-1", "cwd")).toBe("/home/ada/100%/shop");
});

test.each([-3, 1e308, "5"])("a cost of %p that an agent tells is none", async (costUSD) => {
  const message = {
    id: "m1",
    model: "house-model",
    content: [{ type: "text", text: "answer" }],
    usage: { input_tokens: 10, output_tokens: 2 ** 53 - 1 },
  };
  const line = { type: "assistant", uuid: "u1", sessionId: ID, timestamp: AT, costUSD, message };
  leave(CLAUDE, [line, { ...line, uuid: "u2", message: { ...message, id: "m2" } }]);
  await world.backfill();
  expect(world.calls()).toEqual({ m1: [10, 0, 0, 0, null], m2: [10, 0, 0, 0, null] });
  expect((await world.mm("stats", "cost", "--by", "model")).out).toMatch(/house-model +\? /u);
});
