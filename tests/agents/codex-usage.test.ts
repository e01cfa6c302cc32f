import { expect, test } from "bun:test";
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

/** Calls of 1,000 tokens each; where the total falls, it begins anew. */
const TOTALS = [1000, 2000, 2000, 1000, 2000, 3000, 1000];

test.each([
  ["read at once", []],
  ["read as it grows", [2, 4, 5]],
])(
  "a total that begins anew comes to the same again, in calls of its own: %s",
  async (_, stops) => {
    using world = new HistoryWorld();
    const meta = line("session_meta", { id: ID, cwd: "/w" });
    const prompt = line("event_msg", { type: "user_message", message: "go" });
    const path = world.leave(PATH, [meta, prompt]);
    for (const [nth, input] of TOTALS.entries()) {
      if (stops.includes(nth)) await world.backfill();
      appendFileSync(path, `${JSON.stringify(total(input, input / 10))}\n`);
    }
    for (let pass = 0; pass < 2; pass++) {
      await world.backfill();
      const [sum] = world.rows("SELECT count(*) AS calls, sum(input) AS input FROM mm_usage");
      expect(sum).toEqual({ calls: 6, input: 6000 });
      // As if it had been rewritten.
      world.exec("UPDATE mm_transcripts SET size = size + 1");
    }
  },
);
