import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { HookWorld } from "../support/hook-world.ts";
import { searching } from "../support/searching.ts";

let world: HookWorld;
beforeEach(() => {
  world = new HookWorld();
});
afterEach(() => world[Symbol.dispose]());

const { session, search, found, snippets } = searching(() => world);

describe("if nothing matches, the last word is a beginning", () => {
  test("and that is said", async () => {
    await session("one", "the idempotency key");
    const { out } = await world.mm("search", "idempot");
    expect(out).toStartWith('No exact match; words that begin with "idempot":\n\n00000001  one  ');
    expect(await search("idempot")).toMatchObject({ exact: false, count: 1, more: false });
    expect(await search("idempotency")).toMatchObject({ exact: true, count: 1 });
    expect(await search("key", "idempot")).toMatchObject({ exact: false, count: 1 });
    expect(await search("idempot", "key")).toMatchObject({ exact: true, count: 0 });
  });

  test("it is marked on a terminal, and in the JSON", async () => {
    await session("one", "the idempotency key");
    const { sessions } = await world.json<{
      sessions: { matches: { highlights: [number, number][] }[] }[];
    }>("search", "idempot");
    expect(sessions[0]?.matches[0]?.highlights).toEqual([[4, 15]]);
  });

  test("but not if something matches, not for words to leave out, and not twice", async () => {
    await session("one", "flick", "flicker");
    expect(await snippets("flick")).toEqual(["flick"]);
    expect(await search("flick*")).toMatchObject({ exact: true });
    expect(await search("nothing*")).toMatchObject({ exact: true, count: 0 });
    expect((await world.mm("search", "nothing")).out).toBe(
      "No matches.\nTry other words, or the beginning of one. 1 session in all: mm list\n",
    );
    expect(await snippets("fli", "-flicker")).toEqual(["flick"]);
  });
});

describe("what was said weighs more than what was done", () => {
  test("a prompt and a decision come before a shorter line of a tool", async () => {
    const about = (id: string) => ({ session_id: id, cwd: "/w" });
    const long = "make sure that a payment is never booked twice, with an idempotency key for each";
    await world.start("startup", about("s1"));
    await world.prompt(long, about("s1"));
    await world.mm("session", "start", "-a", "x");
    await world.mm("activity", "log", "-c", `${long} request`, "--type", "decision");
    world.pass(60);
    await session("three", "Grep: idempotency");
    const titles = await world.json<{ sessions: { title: string }[] }>("search", "idempotency");
    expect(titles.sessions.map(({ title }) => title).at(-1)).toBe("three");
    expect(titles.sessions).toHaveLength(3);
  });

  test("and so does a title", async () => {
    await session("How the limiter counts requests at the edge of a window", "x");
    await session("two", "Grep: limiter");
    expect(await found("limiter")).toHaveLength(2);
    expect((await search("limiter")).sessions[0]?.matches[0]?.event_type).toBe("session");
  });
});

describe("a title that is the prompt's is no hit of its own", () => {
  test("whole or cut", async () => {
    const about = { session_id: "s1", cwd: "/w" };
    await world.start("startup", about);
    await world.prompt(`fix the parser ${"and all that depends on it ".repeat(10)}`, about);
    const { sessions } = await search("parser");
    expect(sessions[0]).toMatchObject({ match_count: 1, matches: [{ event_type: "prompt" }] });
  });

  test("unless it says something else, or there is a summary", async () => {
    await session("The parser", "fix the parser");
    expect((await search("parser")).sessions[0]).toMatchObject({ match_count: 2 });
    await world.mm("session", "start", "-a", "y", "-t", "the lexer");
    await world.mm("activity", "log", "-c", "the lexer", "--type", "prompt");
    await world.mm("session", "end", "-s", "the lexer is done");
    expect((await search("lexer")).sessions[0]).toMatchObject({ match_count: 2 });
  });
});

describe("--file", () => {
  async function touched(): Promise<void> {
    const files = [
      ["s1", "/w/shop/src/cart.ts"],
      ["s2", "/w/shop/src/old-cart.ts"],
      ["s3", "/w/site/cart.ts"],
    ] as const;
    for (const [id, file] of files) {
      const about = { session_id: id, cwd: "/w/shop" };
      await world.start("startup", about);
      await world.claude("PostToolUse", {
        ...about,
        tool_name: "Edit",
        tool_input: { file_path: file },
        tool_use_id: `${id}-1`,
      });
      await world.prompt("look at src/cart.ts", about);
      world.pass(60);
    }
  }
  const sessions = async (...words: string[]) =>
    (await found(...words)).map(
      (id) =>
        world.rows<{ e: string }>(
          `SELECT external_id AS e FROM mm_sessions WHERE session_id = '${id}'`,
        )[0]?.e,
    );

  test.each([
    ["src/cart.ts", ["s1"]],
    ["cart.ts", ["s3", "s1"]],
    ["/w/shop/src/cart.ts", ["s1"]],
    ["shop//src/../src/cart.ts", ["s1"]],
    ["old-cart.ts", ["s2"]],
    ["art.ts", []],
    ["/src/cart.ts", []],
    ["nothing.ts", []],
  ])("%s", async (path, expected) => {
    await touched();
    expect(await sessions("--file", path)).toEqual(expected);
  });

  test("with words, and with a path from the working directory", async () => {
    await touched();
    expect(await sessions("edit", "--file", "cart.ts")).toEqual(["s3", "s1"]);
    expect(await sessions("nothing", "--file", "cart.ts")).toEqual([]);
    expect(await sessions("-edit", "--file", "cart.ts")).toEqual([]);
    world.cwd = "/w/shop/src";
    expect(await sessions("--file", "./cart.ts")).toEqual(["s1"]);
    expect(await sessions("--file", "../../site/cart.ts")).toEqual(["s3"]);
  });

  test("what it can't mean is refused", async () => {
    expect((await world.mm("search", "--file", "")).code).toBe(2);
    expect((await world.mm("search")).code).toBe(2);
    world.cwd = null;
    expect((await world.mm("search", "--file", "./x")).code).toBe(2);
  });
});
