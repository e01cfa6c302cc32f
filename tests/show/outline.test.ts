import { afterEach, beforeEach, expect, test } from "bun:test";
import { HookWorld } from "../support/hook-world.ts";

let world: HookWorld;
beforeEach(() => {
  world = new HookWorld();
});
afterEach(() => world[Symbol.dispose]());

/** A session of an hour: three calls in its second minute, a failure at its end. */
async function worked(): Promise<void> {
  await world.start("startup");
  world.pass(2);
  await world.prompt("Fix the parser");
  world.pass(60);
  for (const id of ["t1", "t2", "t3"]) await world.tool(id, { tool_name: "Read" });
  world.pass(3600);
  await world.claude("PostToolUseFailure", { tool_name: "Bash", tool_use_id: "t4", error: "no" });
  await world.claude("Stop");
  world.pass(10);
  await world.end("prompt_input_exit");
}

test("an outline says when how much happened, without the events", async () => {
  await worked();
  type Shown = {
    events: unknown[];
    event_count: number;
    event_counts: Record<string, number>;
    outline: { from: string; until: string; types: { type: string; counts: number[] }[] };
  };
  const { events, outline, ...shown } = await world.json<Shown>("session", "show", "--outline");
  expect(events).toEqual([]);
  expect(shown.event_count).toBe(6);
  expect([outline.from, outline.until]).toEqual([
    "2026-11-22T12:00:00+00:00",
    "2026-11-22T13:01:12+00:00",
  ]);
  const where = outline.types.map(({ type, counts }) => [
    type,
    counts.flatMap((count, part) => (count > 0 ? [[part, count]] : [])),
  ]);
  expect(where).toEqual([
    ["tool_call", [[2, 3]]],
    ["error", [[119, 1]]],
    ["prompt", [[0, 1]]],
    ["turn_end", [[119, 1]]],
  ]);
  expect(outline.types.every(({ counts }) => counts.length === 120)).toBe(true);
  const { outline: _, events: every, ...whole } = await world.json<Shown>("session", "show");
  expect({ ...whole, event_count: every.length }).toEqual(shown);
  expect((await world.mm("session", "show", "--outline")).err).toContain("--outline needs --json");
});
