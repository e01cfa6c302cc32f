import { expect, test } from "bun:test";
import { budgetOf } from "../../../src/agents/wire/receive.ts";

test.each([
  ["claude", "SessionStart", 1500],
  ["claude", "SessionEnd", 800],
  ["claude", "PostToolUse", 200],
  ["opencode", "session.created", 1500],
  ["opencode", "dispose", 800],
  // Nobody waits for these.
  ["opencode", "chat.message", 1500],
  ["opencode", "tool.execute.after", 1500],
  ["generic", "PostToolUse", 2000],
])("%s %s may take %p ms", (agent, event, expected) => {
  expect(budgetOf({ agent, eventWord: event, parent: null })).toBe(expected);
});
