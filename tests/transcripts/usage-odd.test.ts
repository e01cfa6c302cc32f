import { expect, test } from "bun:test";
import { utimesSync } from "node:fs";
import { HistoryWorld } from "../support/backfilled.ts";
import { randomFrom } from "../support/random.ts";

const ID = "99999999-3333-4333-8333-333333333333";
const AN_HOUR_AGO = new Date("2026-11-27T11:00:00Z");
const FAKE = '"usage":{"input_tokens":9},"requestId":"req_9" \\"usage\\":{ -state" ,"content":[';

type Random = (below: number) => number;
type Entries = [string, unknown][];

const pick = <T>(random: Random, ...of: T[]): T => of[random(of.length)] as T;

/** The same in another order, now and then. */
function mixed(random: Random, entries: Entries): object {
  if (random(3) > 0) return Object.fromEntries(entries);
  return Object.fromEntries(entries.toSorted(() => random(3) - 1));
}

function usageOf(random: Random): object {
  return mixed(random, [
    ["input_tokens", random(50)],
    ["cache_creation_input_tokens", random(900)],
    ["cache_read_input_tokens", pick<unknown>(random, random(90_000), -1, "3", null)],
    ["output_tokens", random(3) * 100],
    ...pick<Entries>(random, [], [["cache_creation", { ephemeral_1h_input_tokens: 7 }]]),
    ...pick<Entries>(random, [], [], [["server_tool_use", { web_search_requests: random(3) }]]),
    ...pick<Entries>(random, [], [], [["speed", "fast"]]),
  ]);
}

function said(random: Random): unknown {
  const text = pick(random, "x", "é 日本 😀", FAKE, "\u0001\\", "y".repeat(3000), FAKE.repeat(40));
  const input = pick<object>(
    random,
    { usage: { input_tokens: 900, output_tokens: 900 }, content: FAKE },
    { usage: "daily", requestId: "abc" },
    { of: "get-state", more: [{ requestId: "abc" }] },
  );
  const parts = [
    { type: "text", text },
    { type: "tool_use", id: `t${random(9)}`, name: "get-state", input },
  ];
  return pick<unknown>(random, parts, parts.slice(0, 1), parts.slice(1), [], text);
}

const TYPES = ["assistant", "assistant", "assistant", "assistant", "progress", "user"];
const MODELS = ["claude-sonnet-5-5", "claude-opus-4", "claude-opus-4", "<synthetic>", null];

/** A line of an answer; several lines may be of one, and tell the same usage or a fuller one. */
function answer(random: Random, nth: number, usage: unknown): object {
  const message = mixed(random, [
    ["id", nth % 9 === 0 ? undefined : `msg_${nth}`],
    ["role", "assistant"],
    ["model", MODELS[nth % MODELS.length]],
    ["content", said(random)],
    ["stop_reason", pick<unknown>(random, null, "end_turn")],
    ["usage", usage],
  ]);
  return mixed(random, [
    ["parentUuid", null],
    ["isSidechain", nth % 5 === 0],
    ["type", TYPES[nth % TYPES.length]],
    ["message", message],
    ["data", nth % 8 === 0 ? { message: { message, requestId: `req_${nth}` } } : undefined],
    ["requestId", nth % 4 === 0 ? undefined : `req_${nth}`],
    ["uuid", `u${nth}-${random(1000)}`],
    ["timestamp", `2026-11-20T10:${10 + random(50)}:00.000Z`],
    ["cwd", "/home/ada"],
    ["sessionId", ID],
    ["version", "2.1.0"],
    ["gitBranch", pick(random, "main", "日本")],
  ]);
}

/** A transcript of odd lines, some of them broken. */
function transcript(random: Random): string {
  const lines: string[] = [];
  for (let nth = 1; nth <= 20; nth++) {
    let usage: unknown = usageOf(random);
    for (let block = random(4); block >= 0; block--) {
      if (random(3) === 0) usage = pick<unknown>(random, usageOf(random), usageOf(random), "none");
      const line = JSON.stringify(answer(random, nth, usage));
      lines.push(random(12) === 0 ? line.slice(0, random(line.length)) : line);
    }
    if (random(4) === 0) lines.push(pick(random, "", " ", FAKE, "null", `[${FAKE}]`, "{}"));
  }
  return lines.join(pick(random, "\n", "\r\n")) + pick(random, "", "\n");
}

/** What is stored of calls, whichever way they were read. */
async function counted(text: string, ...words: string[]): Promise<object[]> {
  using world = new HistoryWorld();
  const name = `.claude/projects/-home-ada/${ID}.jsonl`;
  world.leave(name, text);
  utimesSync(`${world.user}/${name}`, AN_HOUR_AGO, AN_HOUR_AGO);
  await world.backfill("claude", ...words);
  const rows = world.rows("SELECT * FROM mm_usage ORDER BY call_id");
  return rows.map(({ session_id: _, ...row }) => row);
}

test("odd lines are counted the same whether all of a transcript is read or calls alone", async () => {
  const next = randomFrom(11);
  const random = (below: number) => Math.floor(next() * below);
  let calls = 0;
  for (let round = 0; round < 16; round++) {
    const text = transcript(random);
    const whole = await counted(text);
    expect(await counted(text, "--usage-only")).toEqual(whole);
    calls += whole.length;
  }
  expect(calls).toBeGreaterThan(150);
});
