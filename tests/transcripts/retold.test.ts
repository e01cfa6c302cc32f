import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { HistoryWorld } from "../support/backfilled.ts";

let world: HistoryWorld;
beforeEach(() => {
  world = new HistoryWorld();
});
afterEach(() => world[Symbol.dispose]());

const idOf = (n: number) => `0000000${n}-1111-4222-8333-444444444444`;

/** A transcript of Claude Code's with a prompt at each of these times of one day. */
function typed(n: number, prompts: Readonly<Record<string, string>>, more: object = {}): void {
  const lines = Object.entries(prompts).map(([time, content]) => ({
    type: "user",
    sessionId: idOf(n),
    uuid: `u${time}`,
    timestamp: `2026-11-20T${time}:00Z`,
    cwd: "/w",
    message: { role: "user", content },
    ...more,
  }));
  world.leave(`.claude/projects/-w/${idOf(n)}.jsonl`, lines);
}

async function started(n: number, source: string): Promise<void> {
  await world.start(source, { session_id: idOf(n), cwd: "/w" });
}

const startOf = (n: number) => world.session(idOf(n)).started_at;

describe("a session that was resumed when its hooks were there", () => {
  const read = async () => void (await world.backfill("claude"));
  const resume = async () => await started(1, "resume");
  test.each([
    ["before its transcript was read", [resume, read]],
    ["after that", [read, resume]],
  ])("began with its first event: %s", async (_, steps) => {
    typed(1, { "10:00": "first", "11:00": "second" });
    for (const step of steps) await step();
    expect(startOf(1)).toBe("2026-11-20T10:00:00+00:00");
    expect(world.session(idOf(1)).ended_at).toBeNull();
  });

  test("a fork whose lines may be its parent's keeps the start that a hook told", async () => {
    await started(1, "startup");
    await started(2, "fork");
    typed(2, { "10:00": "the parent's" });
    await read();
    expect(startOf(2)).toBe("2026-11-27T12:00:00+00:00");
  });
});

test("the parent that a transcript tells counts, and not the session before", async () => {
  typed(1, { "10:00": "first" });
  await started(2, "startup");
  await started(3, "fork");
  expect(world.session(idOf(3)).parent_id).toBe(world.session(idOf(2)).id);
  typed(3, { "12:00": "on" }, { forkedFrom: { sessionId: idOf(1), messageUuid: "u10:00" } });
  await world.backfill("claude");
  expect(world.session(idOf(3)).parent_id).toBe(world.session(idOf(1)).id);
});

describe("an end that only a transcript's silence told", () => {
  beforeEach(async () => {
    typed(1, { "10:00": "first", "11:00": "second" });
    await world.backfill("claude");
    expect(world.session(idOf(1))).toMatchObject({
      ended_at: "2026-11-20T11:00:00+00:00",
      ended_by: "transcript",
    });
  });

  const call = (event: string, fields: object) =>
    world.claude(event, { session_id: idOf(1), cwd: "/w", ...fields });

  test("is undone without a word by what happens later", async () => {
    await call("UserPromptSubmit", { prompt: "third", prompt_id: "p" });
    expect(world.session(idOf(1))).toMatchObject({ ended_at: null, summary: null });
    expect(world.session(idOf(1)).metadata).not.toContain("event_count");
    expect(world.told(idOf(1))).toEqual(["prompt: first", "prompt: second", "prompt: third"]);
  });

  test("moves with what reopens nothing, and is counted again", async () => {
    await call("Stop", {});
    expect(world.session(idOf(1))).toMatchObject({
      ended_at: "2026-11-27T12:00:00+00:00",
      ended_by: "transcript",
      summary: "Session had 3 events: 2x prompt, 1x turn_end",
    });
  });
});

test("a spooled prompt reopens what its client had ended before, though its transcript told it first", async () => {
  const at = (time: string) => {
    world.clock = new Date(`2026-11-27T${time}:00Z`);
  };
  const call = (event: string, fields: object) =>
    world.claude(event, { session_id: idOf(1), cwd: "/w", ...fields });
  at("09:00");
  await started(1, "startup");
  at("09:05");
  await call("SessionEnd", { reason: "other" });
  at("10:00");
  await world.whileBroken(async () => {
    await call("UserPromptSubmit", { prompt: "on", prompt_id: "p" });
  });
  world.leave(`.claude/projects/-w/${idOf(1)}.jsonl`, [
    {
      type: "user",
      sessionId: idOf(1),
      uuid: "u1",
      timestamp: "2026-11-27T10:00:00Z",
      cwd: "/w",
      message: { role: "user", content: "on" },
    },
  ]);
  at("10:01");
  await world.backfill("claude");
  expect(world.told(idOf(1))).toEqual(["prompt: on"]);
  expect(world.session(idOf(1)).ended_at).not.toBeNull();
  await world.mm("doctor", "--fix");
  expect(world.spooled()).toEqual([]);
  expect(world.session(idOf(1)).ended_at).toBeNull();
  expect(world.told(idOf(1))).toContain("prompt: on");
});

test.each([
  ["plain", "p-1"],
  ["long", "p".repeat(600)],
  ["half a character", "p\ud800"],
  ["as answers have", "msg_01W6zdp8xTIIP3tAxsUPRpSK:req_01cn5AiIUNaxbeVkaMjExDFS"],
  ["like a secret", `sk-ant-api03-${"A".repeat(95)}`],
])("a fork that was cut within its parent's lines keeps none of them: ids %s", async (_, id) => {
  const known = { sessionId: idOf(2), timestamp: "2026-11-20T10:00:00Z", cwd: "/w" };
  const line = (type: string, uuid: string, content: unknown) => {
    return { ...known, type, uuid, message: { content } };
  };
  const text = (words: string) => [{ type: "text", text: words }];
  const parents = [line("user", id, "the parent's")];
  const path = `.claude/projects/-w/${idOf(2)}.jsonl`;
  world.leave(path, parents);
  await world.backfill("claude");
  expect(world.told(idOf(2))).toEqual(["prompt: the parent's"]);
  world.leave(path, [
    ...parents,
    { ...line("assistant", "u4", text("also")), requestSessionId: idOf(1) },
    line("user", "u5", "its own"),
    line("assistant", "u6", text("answer")),
  ]);
  await world.backfill("claude");
  expect(world.told(idOf(2))).toEqual(["prompt: its own", "assistant: answer"]);
});
