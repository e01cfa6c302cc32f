import { expect, test } from "bun:test";
import { IDLE_MS, isAtWork, type LiveState, liveState, silence } from "../../src/states/state.ts";

const DAY = 24 * 3_600_000;

test.each<[string | null, number | null, LiveState]>([
  ["prompt", 0, "busy"],
  ["tool_call", 0, "busy"],
  ["error", 0, "busy"],
  ["subagent_start", 0, "busy"],
  ["subagent_stop", 0, "busy"],
  ["compact", 0, "busy"],
  ["note", 0, "busy"],
  ["what nobody knows", 0, "busy"],
  ["asks", 0, "asks"],
  ["asks", IDLE_MS + 1, "asks"],
  ["asks", DAY, "asks"],
  ["asks", DAY + 1, "stale"],
  ["turn_end", 0, "waiting"],
  ["notification", 0, "waiting"],
  ["session_resume", 0, "waiting"],
  [null, 0, "waiting"],
  ["prompt", IDLE_MS, "busy"],
  ["prompt", IDLE_MS + 1, "idle"],
  ["turn_end", IDLE_MS + 1, "waiting"],
  ["notification", DAY, "waiting"],
  [null, DAY, "waiting"],
  ["prompt", DAY + 1, "stale"],
  [null, DAY + 1, "stale"],
  ["prompt", null, "stale"],
])("%p, %p ms ago, is %s", (type, age, state) => {
  expect(liveState(type, age, DAY)).toBe(state);
});

test("stale comes before idle where the setting is shorter", () => {
  expect(liveState("prompt", 61_000, 60_000)).toBe("stale");
  expect(liveState("prompt", 60_000, 60_000)).toBe("busy");
});

test.each([
  [1000, 5000, 4000],
  [5000, 5000, 0],
  [305_000, 5000, 0],
  [305_001, 5000, null],
  [null, 5000, null],
])("a sign of life at %p, looked at %p: %p ms of silence", (lastAt, now, silent) => {
  expect(silence(lastAt, now)).toBe(silent);
});

test.each<[LiveState, number | null, boolean]>([
  ["asks", DAY, true],
  ["busy", 0, true],
  ["waiting", IDLE_MS, true],
  ["waiting", IDLE_MS + 1, false],
  ["waiting", null, false],
  ["idle", 0, false],
  ["stale", 0, false],
  ["gone", 0, false],
])("%s, silent for %p ms, is at work: %p", (state, silentMs, isIt) => {
  expect(isAtWork(state, silentMs)).toBe(isIt);
});
