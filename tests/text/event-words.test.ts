import { expect, test } from "bun:test";
import { eventType, eventWord } from "../../src/text/event-words.ts";

test.each([
  ["tool_call", "tool"],
  ["turn_end", "done"],
  ["subagent_stop", "subagent done"],
  ["prompt", "prompt"],
  ["constructor", "constructor"],
  ["of its own", "of its own"],
])("%p is called %p, and found by that", (type, word) => {
  expect(eventWord(type)).toBe(word);
  expect(eventType(word)).toBe(type);
  expect(eventType(type)).toBe(type);
});
