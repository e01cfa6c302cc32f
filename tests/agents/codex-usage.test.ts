import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { appendFileSync } from "node:fs";
import { HistoryWorld } from "../support/backfilled.ts";

const ID = "01a217a1-41fe-77b3-9bb4-64e9fb2155b1";
const PATH = `.codex/sessions/2026/11/26/rollout-2026-11-26T11-32-53-${ID}.jsonl`;
const AT = "2026-11-26T11:32:53.000Z";

const line = (type: string, payload: object) => ({ timestamp: AT, type, payload });
const total = (input: number, output: number) =>
  line("event_msg", {
    type: "token_count",
    info: { total_token_usage: { input_tokens: input, output_tokens: output } },
  });

const META = line("session_meta", { id: ID, cwd: "/w" });
const PROMPT = line("event_msg", { type: "user_message", message: "go" });
const tool = { call_id: "call_1", name: "shell", arguments: "{}" };
const CALL = line("response_item", { type: "function_call", ...tool });
const RESULT = line("response_item", { type: "function_call_output", ...tool, output: "a" });

/** Where the total falls, it begins anew, and may come to the same as before. */
const LINES = [
  ...[META, PROMPT, total(1000, 100), total(2000, 200), total(2000, 200), CALL, total(1000, 100)],
  ...[total(2500, 250), total(900, 90), total(2000, 200), RESULT, total(1000, 100), total(50, 80)],
];

const CALLS = {
  [`${ID}:1000:100`]: [1000, 0, 0, 100, null],
  [`${ID}:1000:100:2`]: [1000, 0, 0, 100, null],
  [`${ID}:1000:100:3`]: [1000, 0, 0, 100, null],
  [`${ID}:2000:200`]: [1000, 0, 0, 100, null],
  [`${ID}:2000:200:2`]: [1100, 0, 0, 110, null],
  [`${ID}:2500:250`]: [1500, 0, 0, 150, null],
  [`${ID}:50:80`]: [50, 0, 0, 80, null],
  [`${ID}:900:90`]: [900, 0, 0, 90, null],
};

let world: HistoryWorld;
let path: string;
beforeEach(() => {
  world = new HistoryWorld();
  path = world.leave(PATH, []);
});
afterEach(() => world[Symbol.dispose]());

/** Reads the file as it grows. */
async function read(stops: readonly number[], words: readonly string[] = []): Promise<void> {
  for (const [nth, each] of LINES.entries()) {
    if (stops.includes(nth)) await world.backfill("codex", ...words);
    appendFileSync(path, `${JSON.stringify(each)}\n`);
  }
  await world.backfill("codex", ...words);
}

/** As if it had been rewritten. */
async function readWhole(): Promise<void> {
  world.exec("UPDATE mm_transcripts SET size = size + 1");
  await world.backfill("codex");
}

const everywhere = LINES.map((_, nth) => nth);

describe.each([
  ["all", []],
  ["calls alone", ["--usage-only"]],
])("a total that begins anew comes to the same again, in calls of its own, of %s", (_, words) => {
  test.each([
    ["at once", []],
    ["line by line", everywhere],
    ...everywhere.map((nth) => [`up to line ${nth} first`, [nth]] as const),
  ])("read %s", async (__, stops) => {
    await read(stops, words);
    expect(world.calls()).toEqual(CALLS);
    await readWhole();
    expect(world.calls()).toEqual(CALLS);
  });
});

test("calls that an earlier version has stored after a fall keep their names", async () => {
  const lines = [
    [1000, 100],
    [2500, 200],
    [300, 50],
    [900, 90],
    [2000, 150],
  ] as const;
  world.leave(PATH, [META, PROMPT, ...lines.map(([input, output]) => total(input, output))]);
  await world.backfill("codex");
  const names = lines.map(([input, output]) => `${ID}:${input}:${output}`);
  expect(Object.keys(world.calls())).toEqual(names.toSorted());
});

test("what an earlier version has kept for the next pass is enough for a pass", async () => {
  world.leave(PATH, LINES.slice(0, 6));
  await world.backfill("codex");
  world.exec(`UPDATE mm_transcripts SET state = json_remove(state, '$.reader."${path}".totals')`);
  for (const upTo of [8, LINES.length]) {
    world.leave(PATH, LINES.slice(0, upTo));
    await world.backfill("codex");
  }
  expect(world.calls()).toEqual(CALLS);
});
