import { describe, expect, test } from "bun:test";
import { textWithout } from "../../src/transcripts/left-out.ts";

const LEFT_OUT = { key: "result", followedBy: ["uuid", "cwd"] };
const LONG = "a long text, ".repeat(400);

function cut(text: string): string | null {
  const line = Buffer.from(text);
  const buffer = Buffer.concat([Buffer.from("before\n"), line, Buffer.from('\n,"result":')]);
  const [start, end] = [7, 7 + line.length];
  const known = { bytes: line.length + 1, before: 7, isCut: false, isOpen: false };
  return textWithout({ buffer, start, end, ...known }, LEFT_OUT);
}

const cutJson = (value: object) => cut(JSON.stringify(value));

describe("a long value that nobody wants is left out", () => {
  const rest = { uuid: "u", cwd: "/w" };

  test.each([
    ["a text", LONG],
    ["with quotes and braces", `${LONG}"}],"uuid":`],
    ["an object", { stdout: LONG, nested: [{ a: 1 }] }],
    ["null", null],
  ])("%s", (_, result) => {
    const text = cutJson({ type: "user", message: LONG, result, ...rest }) ?? "";
    expect(JSON.parse(text)).toEqual({ type: "user", message: LONG, ...rest });
  });

  test("with what follows it from the first wanted key on", () => {
    const text = cutJson({ type: "user", result: LONG, other: 1, cwd: "/w" }) ?? "";
    expect(JSON.parse(text)).toEqual({ type: "user", cwd: "/w" });
  });
});

describe("what is not the line's own is no JSON, or nothing at all", () => {
  const parses = (text: string | null) => {
    if (text === null) return false;
    try {
      JSON.parse(text);
      return true;
    } catch {
      return false;
    }
  };

  test.each([
    ["the key within another object", { type: "user", input: { result: LONG }, cwd: "/w" }],
    ["a wanted key within the value alone", { type: "user", result: [LONG, { a: 1, uuid: "u" }] }],
    [
      "a wanted key within a list of the value",
      { a: 1, result: { b: LONG, c: [{ d: 1, cwd: 2 }] } },
    ],
    ["no key", { type: "user", message: LONG }],
    ["the words in a text", { type: "user", message: `${LONG},"result":`, cwd: "/w" }],
  ])("%s", (_, value) => {
    expect(parses(cutJson(value))).toBe(false);
  });

  test("a short line is not cut", () => {
    expect(cutJson({ type: "user", result: "short", uuid: "u" })).toBeNull();
  });
});

test("a line of Claude's tells the same with and without what a tool returned once more", async () => {
  const { HistoryWorld } = await import("../support/backfilled.ts");
  const id = "00000001-1111-4222-8333-444444444444";
  const told = async (toolUseResult: object) => {
    using world = new HistoryWorld();
    const at = { sessionId: id, cwd: "/w", version: "2" };
    const timestamp = "2026-11-20T10:00:00Z";
    const call = { type: "tool_use", id: "toolu_1", name: "Read", input: { file_path: "/w/a" } };
    const result = { type: "tool_result", tool_use_id: "toolu_1", content: "one\ntwo" };
    world.leave(`.claude/projects/-w/${id}.jsonl`, [
      { type: "assistant", uuid: "u1", timestamp, ...at, message: { id: "m", content: [call] } },
      {
        type: "user",
        message: { role: "user", content: [result] },
        uuid: "u2",
        timestamp,
        toolUseResult,
        sourceToolAssistantUUID: "u1",
        ...at,
      },
    ]);
    await world.backfill("claude");
    return world.rows("SELECT content, metadata, created_at FROM session_events");
  };
  expect(await told({ file: { content: LONG, uuid: "x" } })).toEqual(await told({}));
  expect(await told({})).toHaveLength(1);
});
