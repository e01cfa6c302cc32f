import { expect, test } from "bun:test";
import { prepareEvent } from "../../src/transcripts/rows/content.ts";
import { StoredEvents } from "../../src/transcripts/session/match.ts";

const START = Date.parse("2026-11-26T10:00:00Z");
const HOUR_MS = 3_600_000;

/** A prompt as OpenCode's transcript tells it. */
function prompt(text: string, at: number) {
  const told = { kind: "prompt", useId: null, tool: null, model: null } as const;
  const event = prepareEvent("opencode", { ...told, at, id: `${text}@${at}`, text }, "summary");
  if (event === null) throw new Error("nothing to store");
  return event;
}

/** A prompt as OpenCode's own hooks tell it: without a word. */
const wordless = (id: number, at: number) => ({
  id,
  type: "prompt",
  content: "",
  at,
  dedupKey: `prompt:${id}`,
  line: null,
  isHooked: 1,
});

test("prompts of before the hooks take no row of a later one", () => {
  const stored = new StoredEvents();
  stored.add([wordless(1, START + HOUR_MS), wordless(2, START + 2 * HOUR_MS)]);
  const old = [prompt("a", START), prompt("b", START + 1000), prompt("c", START + 2000)];
  expect(stored.merge(old)).toMatchObject({ complete: [], append: old.map(({ told }) => told) });
  const later = [prompt("d", START + HOUR_MS - 50), prompt("e", START + 2 * HOUR_MS - 50)];
  const { append, complete } = stored.merge(later);
  expect(append).toEqual([]);
  expect(complete.map(({ id, content }) => [id, content])).toEqual([
    [1, "d"],
    [2, "e"],
  ]);
});

test("an old prompt in the same part pushes no other one off its row", () => {
  const stored = new StoredEvents();
  stored.add([wordless(1, START + HOUR_MS), wordless(2, START + 2 * HOUR_MS)]);
  const { append, complete } = stored.merge([prompt("a", START), prompt("b", START + HOUR_MS)]);
  expect(append.map(({ content }) => content)).toEqual(["a"]);
  expect(complete.map(({ id, content }) => [id, content])).toEqual([[1, "b"]]);
});

test("a row is completed once, though one prompt has no words and another one no row", () => {
  const stored = new StoredEvents();
  stored.add([wordless(1, START)]);
  const { append, complete } = stored.merge([prompt("", START), prompt("a", START + 10)]);
  expect(append.map(({ content }) => content)).toEqual(["a"]);
  expect(complete.map(({ id }) => id)).toEqual([1]);
});
