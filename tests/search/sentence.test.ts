import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { searching } from "../support/searching.ts";
import { World } from "../support/world.ts";

let world: World;
beforeEach(() => {
  world = new World();
});
afterEach(() => world[Symbol.dispose]());

const { search, found } = searching(() => world);

const ids = World.id;

/** Starts a session with events of these types. The clock moves on by a minute. */
async function said(title: string, ...events: (readonly [type: string, content: string])[]) {
  await world.mm("session", "start", "-a", "x", "-t", title);
  for (const [type, content] of events)
    await world.mm("activity", "log", "-c", content, "--type", type);
  world.pass(60);
}

async function threeSessions(): Promise<void> {
  await said(
    "Payments",
    ["prompt", "customers are charged twice when they retry"],
    ["decision", "keep the idempotency key for a day"],
  );
  await said("Receipts", ["prompt", "show the card on the receipt when they pay"]);
  await said("Lists", ["prompt", "an empty list fails"]);
}

describe("a whole sentence", () => {
  test("finds the session that has its rare words, in several events and with other endings", async () => {
    await threeSessions();
    const answer = await search("which idempotency keys stop the charges of retries");
    expect(answer).toMatchObject({ exact: false, loose: true, more: false });
    expect(answer.sessions[0]).toMatchObject({ id: ids(1), match_count: 2 });
    const { out } = await world.mm("search", "which idempotency keys stop double charges");
    expect(out).toStartWith(
      "No prompt or answer has all of these words. Sessions with the rarest of them:\n\n00000001  Payments  ",
    );
  });

  test("of Chinese, Japanese or Korean too", async () => {
    await said("a", ["prompt", "限流器按固定窗口计数，换成令牌桶"]);
    await said("b", ["prompt", "リミッターをトークンバケットに置き換えた"]);
    await said("c", ["prompt", "제한기를 토큰 버킷으로 바꾸었다"]);
    expect(await found("限流器当初为什么选令牌桶")).toEqual([ids(1)]);
    expect(await found("なぜリミッターにトークンバケットを選んだのか")).toEqual([ids(2)]);
    expect(await found("왜 제한기에 토큰 버킷을 골랐지")).toEqual([ids(3)]);
  });

  test("finds what one rare word says, whatever else nobody ever wrote", async () => {
    await threeSessions();
    expect(await found("why did we choose that idempotency approach back then")).toEqual([ids(1)]);
    expect(await found("frobnicate", "widgets", "anew")).toEqual([]);
  });

  test("leaves out what has few of the words that are stored", async () => {
    await threeSessions();
    const words = "customers charged twice retry idempotency key day receipt";
    expect(await found(words)).toEqual([ids(1)]);
  });

  test("two words must both occur", async () => {
    await threeSessions();
    expect(await search("idempotency", "charged")).toMatchObject({ exact: true, count: 0 });
  });

  test("phrases, beginnings and words to leave out count as typed", async () => {
    await threeSessions();
    const words = "customers charged idempotency retry";
    expect(await found(words, '"empty list"')).toEqual([]);
    expect(await found(words, '"charged twice"')).toEqual([ids(1)]);
    expect(await found(words, "recei*")).toEqual([]);
    expect(await found(words, "-twice", "-key")).toEqual([]);
  });

  test("with filters", async () => {
    await threeSessions();
    const words = "customers charged idempotency key";
    expect(await found(words, "--type", "decision")).toEqual([ids(1)]);
    expect(await found(words, "--type", "error")).toEqual([]);
    expect(await found(words, "--agent", "y")).toEqual([]);
    expect(await found(words, "--since", "2026-03-11")).toEqual([]);
  });
});

describe("the order", () => {
  test("what was said comes before a tool's line with all the words", async () => {
    await said(
      "Limits",
      ["prompt", "the limiter counts in fixed windows"],
      ["note", "a token bucket refills at a steady pace"],
    );
    await said("Other", ["tool_call", "Grep: limiter token bucket"]);
    expect(await found("limiter token bucket")).toEqual([ids(1), ids(2)]);
    expect(await found("limiter token bucket", "--type", "tool_call")).toEqual([ids(2)]);
  });

  test("where somebody said all of them, less is not looked for", async () => {
    await said("One", ["prompt", "the limiter needs a token bucket"]);
    await said("Two", ["prompt", "the limiter is slow"], ["note", "token"]);
    expect(await search("limiter token bucket")).toMatchObject({ exact: true, count: 1 });
  });

  test("a recent hit comes before an old one that is a little shorter", async () => {
    await said("old", ["note", "the parser accepts lists"]);
    world.pass(90 * 86_400);
    await said("new", ["note", "the parser accepts lists again"]);
    expect(await found("parser")).toEqual([ids(2), ids(1)]);
  });

  test("answers and notes weigh more than tools", async () => {
    await said("one", [
      "note",
      "the gateway drains its sockets before it exits, so that nobody waits",
    ]);
    await said("two", ["tool_call", "Grep: gateway"]);
    expect(await found("gateway")).toEqual([ids(1), ids(2)]);
  });
});
