import { describe, expect, test } from "bun:test";
import { planStart, type StartRequest } from "../../src/sessions/start/plan.ts";
import type { Session } from "../../src/store/rows.ts";
import { automaticSummary } from "../../src/text/summary.ts";

function session(id: string, agentId: string, ended = false): Session {
  return {
    id,
    agentId,
    startedAt: "2026-03-10T12:00:00+00:00",
    endedAt: ended ? "2026-03-10T13:00:00+00:00" : null,
    summary: null,
    metadata: {},
    namespace: "default",
  };
}

const mine = session("mine", "a");
const other = session("other", "b");
const over = session("over", "a", true);
const old = session("old", "a");
const request = (idempotent: boolean): StartRequest => ({ agentId: "a", idempotent });
const none = { inherited: null, current: null, stale: [] };
const created = { kind: "create", stale: [], crossAgent: null, leftActive: [] } as const;

describe("idempotent start", () => {
  test.each([
    ["no state file", none, created],
    [
      "the same agent's session",
      { ...none, current: mine },
      { kind: "resume", session: mine, stale: [] },
    ],
    ["another agent's session", { ...none, current: other }, { ...created, crossAgent: other }],
    ["an ended session", { ...none, current: over }, created],
    [
      "a stale one beside",
      { ...none, current: mine, stale: [old] },
      { kind: "resume", session: mine, stale: [old] },
    ],
    [
      "the current one stale",
      { ...none, current: old, stale: [old] },
      { ...created, stale: [old] },
    ],
    [
      "another agent's, and stale",
      { ...none, current: other, stale: [other] },
      { ...created, stale: [other] },
    ],
    [
      "inherited",
      { ...none, inherited: other, current: mine, stale: [old] },
      { kind: "resume", session: other, stale: [] },
    ],
    [
      "inherited but ended",
      { ...none, inherited: over, current: mine },
      { kind: "resume", session: mine, stale: [] },
    ],
  ] as const)("%s", (_, situation, plan) => {
    expect(planStart(request(true), situation)).toEqual(plan);
  });
});

describe("plain start", () => {
  test.each([
    ["nothing there", none, created],
    ["a live session stays", { ...none, current: other }, { ...created, leftActive: [other] }],
    ["an ended one is no matter", { ...none, current: over }, created],
    ["a stale one is ended", { ...none, current: old, stale: [old] }, { ...created, stale: [old] }],
    [
      "both stay",
      { ...none, inherited: mine, current: other },
      { ...created, leftActive: [other, mine] },
    ],
    [
      "one that is both is told once",
      { ...none, inherited: mine, current: mine },
      { ...created, leftActive: [mine] },
    ],
  ] as const)("%s", (_, situation, plan) => {
    expect(planStart(request(false), situation)).toEqual(plan);
  });
});

test("an automatic summary counts by type", () => {
  expect(automaticSummary([])).toBe("Session ended (no events)");
  expect(
    automaticSummary([
      { type: "tool_call", count: 5 },
      { type: "decision", count: 2 },
    ]),
  ).toBe("Session had 7 events: 5x tool_call, 2x decision");
});
