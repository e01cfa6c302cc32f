import { afterEach, beforeEach, expect, test } from "bun:test";
import { deedWord } from "../../src/text/event-words.ts";
import { HookWorld } from "../support/hook-world.ts";
import { asked } from "../support/mcp.ts";

let world: HookWorld;
beforeEach(async () => {
  world = new HookWorld();
  world.cwd = world.folder;
  const at = { cwd: world.folder };
  const file = { file_path: `${world.folder}/src/cart.ts` };
  await world.start("startup", at);
  await world.tool("t1", { ...at, tool_name: "Read", tool_input: file });
  await world.tool("t2", { ...at, tool_name: "Edit", tool_input: file });
  await world.tool("t3", { ...at, tool_name: "Inspect", tool_input: file });
  await world.claude("PostToolUseFailure", {
    ...at,
    tool_name: "Edit",
    tool_input: file,
    tool_use_id: "t4",
    error: "no such text",
  });
});
afterEach(() => world[Symbol.dispose]());

interface Found {
  readonly sessions: readonly {
    readonly matches: readonly { readonly file: string | null; readonly did: string | null }[];
  }[];
}

test("a hit tells which file it is about, and what was done with it", async () => {
  const { sessions } = await world.json<Found>("search", "--file", "src/cart.ts");
  const file = `${world.folder}/src/cart.ts`;
  const matches = sessions.flatMap(({ matches }) => matches);
  expect(matches.map((match) => match.file)).toEqual([file, file, file]);
  const each = await Promise.all(
    ["Read", "edit -no", "inspect", "such"].map(async (words) => {
      const found = await world.json<Found>("search", words);
      return found.sessions[0]?.matches.map(({ did }) => did);
    }),
  );
  expect(each).toEqual([["read"], ["changed"], ["other"], ["failed"]]);
  await world.prompt("what is a parser?");
  const said = await world.json<Found>("search", "parser");
  expect(said.sessions[0]?.matches).toMatchObject([{ file: null, did: null }]);
});

test("agents are told so in words", async () => {
  const told = async (query: string) =>
    (await asked(world, "search_sessions", { query, project: "*" })).text;
  expect(await told("read")).toContain("  | #1 read: Read: src/cart.ts\n");
  expect(await told("edit -no")).toContain("  | #2 changed: Edit: src/cart.ts\n");
  expect(await told("inspect")).toContain("  | #3 touched: Inspect: src/cart.ts\n");
  expect(await told("such")).toContain("  | #4 error: Edit: src/cart.ts — no such text\n");
});

test("a text that doesn't name the file is told with it", async () => {
  world.exec(`UPDATE session_events SET content = 'Edit: the parser'
    WHERE content LIKE 'Edit:%' AND event_type = 'tool_call'`);
  const { text } = await asked(world, "search_sessions", { query: "parser", project: "*" });
  expect(text).toContain("  | #2 changed src/cart.ts: Edit: the parser\n");
});

test.each([
  ["tool_call", "changed", "changed"],
  ["tool_call", null, "tool"],
  ["error", "failed", "error"],
  ["prompt", null, "prompt"],
  ["tool_call", "constructor", "tool"],
])("of %s that %j a file the word is %s", (type, did, word) => {
  expect(deedWord(type, did)).toBe(word);
});
