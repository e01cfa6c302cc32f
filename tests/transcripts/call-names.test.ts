import { afterEach, beforeEach, expect, test } from "bun:test";
import { HistoryWorld } from "../support/backfilled.ts";

const ID = "00000000-1111-4222-8333-444444444444";
const UUID = "954c54f8-d6d5-4a42-a590-6bb9a4e17fde";

let world: HistoryWorld;
beforeEach(() => {
  world = new HistoryWorld();
});
afterEach(() => world[Symbol.dispose]());

/** Leaves a transcript of Claude Code's with an answer, and reads it. */
async function read(id: string, requestId: string, session = ID): Promise<void> {
  const usage = { input_tokens: 7, output_tokens: 3, server_tool_use: { web_search_requests: 2 } };
  const message = { id, model: "house-model", content: [{ type: "text", text: "answer" }], usage };
  const known = { sessionId: session, timestamp: "2026-11-20T10:00:00Z", cwd: "/w" };
  world.leave(`.claude/projects/-w/${session}.jsonl`, [
    { ...known, type: "assistant", uuid: "u1", requestId, message },
  ]);
  await world.backfill("claude");
}

test.each([
  ["msg_01W6zdp8xTIIP3tAxsUPRpwd", "req_01cn5AiIUNaxbeVkaMjExDFS"],
  ["msg_vrtx_01MeL2upgYy2opoJCgKSlpwd", "req_vrtx_01LGBaCHEhp30diwHTG0vWKM"],
  ["msg_bdrk_01MeL2upgYy2opoJCgKSlpwd", "req_bdrk_01LGBaCHEhp30diwHTG0vWKM"],
  ["msg_bdrk_01MeL2upgYy2opoJCgKSlpwd", UUID],
  ["msg_01W6zdp8xTIIP3tAxsUPRpwd", UUID],
])("a call is named after its message and request: %s, %s", async (message, request) => {
  await read(message, request);
  const name = `${message}:${request}`;
  expect(Object.keys(world.calls())).toEqual([name, `${name}:web-search`]);
});

test.each([
  [
    "of which an end looks like a name of a secret",
    "gen-01W6zdp8xTIIP3tA-pwd",
    "r01cn5AiIUNaxbeVka7jEx",
  ],
  ["that is a key", `sk-ant-api03-${"A".repeat(95)}`, "req_1"],
])("an earlier version's row of a call is the same call: one %s", async (_, message, request) => {
  await read(message, request);
  const names = Object.keys(world.calls());
  const raw = `${message}:${request}`;
  expect(names).not.toContain(raw);
  const rename = (to: string, nth: number) =>
    world.exec(`UPDATE mm_usage SET call_id = '${to}' WHERE call_id = '${names[nth]}'`);
  rename(raw, 0);
  rename(`${raw}:web-search`, 1);
  // As if it had been rewritten.
  world.exec("UPDATE mm_transcripts SET size = size + 1");
  await world.backfill("claude");
  expect(Object.keys(world.calls())).toEqual(names);
});
