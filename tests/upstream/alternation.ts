import { expect, test } from "bun:test";
import { expectAgreement, oursLeavesTheirs } from "./agreement.ts";
import { SharedHome } from "./shared-home.ts";

type Program = "ours" | "theirs";

/** What both must agree on after each step: who is active in all, and whose session is current. */
interface Expected {
  readonly active: readonly string[];
  readonly current: string | null;
}

const START = ["session", "start"];
const LOG = ["activity", "log"];

const STEPS: readonly [Program, readonly string[], Expected][] = [
  ["theirs", [...START, "-a", "one"], { active: ["one"], current: "one" }],
  ["ours", [...LOG, "-c", "ours"], { active: ["one"], current: "one" }],
  ["theirs", [...LOG, "-c", "theirs"], { active: ["one"], current: "one" }],
  ["ours", [...START, "-a", "two", "--idempotent"], { active: ["two"], current: "two" }],
  ["theirs", [...START, "-a", "two", "--idempotent"], { active: ["two"], current: "two" }],
  ["theirs", [...START, "-a", "one", "--idempotent"], { active: ["one"], current: "one" }],
  ["ours", [...START, "-a", "one", "--idempotent"], { active: ["one"], current: "one" }],
  ["ours", ["session", "wrap", "--", "true"], { active: ["one"], current: "one" }],
  ["ours", ["session", "end", "--auto"], { active: [], current: null }],
  ["theirs", [...START, "-a", "three"], { active: ["three"], current: "three" }],
  ["ours", [...START, "-a", "four"], { active: ["four", "three"], current: "four" }],
  ["theirs", [...START, "-a", "five"], { active: ["five", "four", "three"], current: "five" }],
  ["theirs", ["session", "end"], { active: ["four", "three"], current: null }],
  ["ours", [...START, "-a", "six"], { active: ["four", "six", "three"], current: "six" }],
  ["theirs", ["session", "end", "-s", "done"], { active: ["four", "three"], current: null }],
  ["theirs", [...START, "-a", "six"], { active: ["four", "six", "three"], current: "six" }],
  ["ours", ["session", "end", "-s", "done"], { active: ["four", "three"], current: null }],
  ["ours", [...START, "-a", "seven"], { active: ["four", "seven", "three"], current: "seven" }],
  // memtomem's wrap takes the state file from whatever session it named.
  [
    "theirs",
    ["session", "wrap", "--", "true"],
    { active: ["four", "seven", "three"], current: null },
  ],
  [
    "ours",
    [...START, "-a", "seven", "--idempotent"],
    { active: ["four", "seven", "seven", "three"], current: "seven" },
  ],
];

test("step by step in one home", async () => {
  using home = SharedHome.configured();
  for (const [program, argv, { active, current }] of STEPS) {
    if (program === "ours") await oursLeavesTheirs(home, ...argv);
    else expect(await home.theirs(...argv)).toMatchObject({ code: 0 });
    const listed = await expectAgreement(home);
    const agents = listed.filter(({ status }) => status === "active").map((row) => row.agent_id);
    expect(agents.sort()).toEqual([...active]);
    const named = listed.find(({ id }) => id === home.state()?.trim());
    expect(named?.agent_id ?? null).toBe(current);
    expect(home.state()).toBe(named === undefined ? null : `${named.id}\n`);
  }
});

test("one inside the other's wrap", async () => {
  using home = SharedHome.configured();
  const { MEMTOMEM } = await import("./install.ts");
  const { BINARY } = await import("../support/binary.ts");
  await home.theirs("session", "start", "-a", "outer");
  const outer = home.state()?.trim();
  await home.ours("session", "wrap", "--", MEMTOMEM, "activity", "log", "-c", "to the state file");
  expect(home.state()?.trim()).toBe(outer);
  await home.ours(
    "session",
    "wrap",
    "-a",
    "ours",
    "--",
    BINARY,
    "activity",
    "log",
    "-c",
    "to ours",
  );
  await home.theirs("session", "wrap", "-a", "theirs", "--", BINARY, "activity", "log", "-c", "in");
  const counts = (await expectAgreement(home)).map((row) => [row.agent_id, row.event_count]);
  expect(Object.fromEntries(counts)).toEqual({ outer: 1, headless: 0, ours: 1, theirs: 1 });
});

test("at the same time", async () => {
  using home = SharedHome.configured();
  await home.theirs("session", "start", "-a", "busy");
  const ours = Array.from({ length: 24 }, (_, i) => ["activity", "log", "-c", `ours ${i}`]);
  const theirs = Array.from({ length: 4 }, (_, i) => ["activity", "log", "-c", `theirs ${i}`]);
  const outcomes = await Promise.all([
    ...ours.map((argv) => home.ours(...argv)),
    ...theirs.map((argv) => home.theirs(...argv)),
  ]);
  expect(outcomes.map(({ err }) => err).filter((err) => err !== "")).toEqual([]);
  expect(await expectAgreement(home)).toMatchObject([{ event_count: 28 }]);
});
