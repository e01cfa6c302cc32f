import { afterEach, beforeEach, expect, test } from "bun:test";
import { digestLine, digestOf, writtenSummary } from "../../src/digest/digest.ts";
import { loadConfig } from "../../src/settings/home.ts";
import { Store } from "../../src/store/store.ts";
import { HookWorld } from "../support/hook-world.ts";

let world: HookWorld;
beforeEach(() => {
  world = new HookWorld();
});
afterEach(() => world[Symbol.dispose]());

async function line(title: string | null = null): Promise<string> {
  const config = await loadConfig(world.env, () => undefined);
  const store = new Store(config, { newId: () => "", waitMs: 1000, warn: () => undefined });
  const [{ id = "" } = {}] = world.rows<{ id: string }>("SELECT id FROM sessions");
  const digest = await store.read(({ db }) => digestOf(db, id));
  store.close();
  if (digest === undefined || digest === null) throw new Error("nothing is stored");
  return digestLine(digest, (path) => path.replace("/w/shop/", ""), title);
}

const edit = (id: string, path: string) =>
  world.tool(id, { tool_name: "Edit", tool_input: { file_path: path } });

test("says what was asked, run and changed, and what failed", async () => {
  await world.prompt("Fix the parser");
  await world.tool("t1");
  await world.claude("PostToolUseFailure", {
    tool_name: "Bash",
    tool_input: { command: "make" },
    error: "Exit code 2",
    tool_use_id: "t2",
  });
  for (const name of ["a", "b", "c", "d", "e"]) await edit(name, `/w/shop/${name}.ts`);
  await world.prompt("add\n metrics");
  expect(await line()).toBe(
    '2 prompts, 2 commands (1 failed), 5 other calls, changed a.ts, b.ts, c.ts +2, last: "add metrics"',
  );
});

test("repeats no title, and says nothing of nothing", async () => {
  await world.start();
  expect(await line()).toBe("");
  await world.prompt("Fix the parser");
  expect(await line("Fix the parser")).toBe("1 prompt");
  await world.prompt("x".repeat(100));
  expect(await line()).toBe(`2 prompts, last: "${"x".repeat(80)}…"`);
  expect(await line("x".repeat(100))).toBe("2 prompts");
  expect(await line(`${"x".repeat(79)}y`)).toBe(`2 prompts, last: "${"x".repeat(80)}…"`);
});

test("counts what was logged by hand", async () => {
  await world.mm("session", "start");
  for (const type of ["decision", "decision", "note", "tool_call"]) {
    await world.mm("activity", "log", "--type", type, "-c", "x");
  }
  expect(await line()).toBe("1 tool call, 2 decisions, 1 note");
});

test("a summary that only counts is none", () => {
  expect(writtenSummary("Session had 3 events: 3x tool_call")).toBeNull();
  expect(writtenSummary("Session ended (no events)")).toBeNull();
  expect(writtenSummary(null)).toBeNull();
  expect(writtenSummary("Wrote the parser")).toBe("Wrote the parser");
});
