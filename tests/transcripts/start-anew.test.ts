import { describe, expect, test } from "bun:test";
import { HistoryWorld } from "../support/backfilled.ts";
import { Sandbox } from "../support/binary.ts";

const ID = "99999999-1111-4111-8111-111111111111";
const PROMPT = JSON.stringify({
  type: "user",
  sessionId: ID,
  uuid: "u1",
  timestamp: "2026-11-26T12:00:00.000Z",
  message: { role: "user", content: "said" },
});

/** A world with a transcript of so many megabytes. */
function worldOf(megabytes: number): HistoryWorld {
  const world = new HistoryWorld();
  const line = `"${"x".repeat(1024 * 1024)}"\n`;
  world.leave(`.claude/projects/-home-ada/${ID}.jsonl`, `${PROMPT}\n${line.repeat(megabytes)}`);
  return world;
}

describe("without the engine's last compiler", () => {
  test.each([
    ["much", 33, [], ["BUN_JSC_useFTLJIT=0"]],
    ["little", 1, [], []],
    ["a dry run", 33, ["--dry-run"], []],
    ["what hooks have recorded", 33, ["--known"], []],
  ] as const)("%s", async (_, megabytes, words, anew) => {
    using world = worldOf(megabytes);
    await world.mm("backfill", "claude", ...words);
    expect(world.anew).toEqual([...anew]);
  });

  test("the program that starts anew does what it was asked for, once", async () => {
    using world = worldOf(33);
    using box = new Sandbox();
    const env = { HOME: world.user };
    const { out, err, code } = await box.mm(["backfill", "claude", "--json"], { env });
    expect({ err, code }).toEqual({ err: "", code: 0 });
    const { agents } = JSON.parse(out) as { agents: { agent: string; events: number }[] };
    expect(agents.map(({ agent, events }) => ({ agent, events }))).toEqual([
      { agent: "claude", events: 1 },
    ]);
  });
});
