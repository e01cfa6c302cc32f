import { afterEach, beforeEach, expect, test } from "bun:test";
import { HookWorld } from "../support/hook-world.ts";

const DAY = 86_400;

interface Stats {
  readonly groups: readonly Readonly<Record<string, unknown>>[];
}

let world: HookWorld;
/** On a Sunday Claude works with a model, on the Monday Codex with none that is known. */
beforeEach(async () => {
  world = new HookWorld();
  await world.start("startup", { cwd: "/w/shop", model: "opus" });
  await world.prompt("go");
  await world.tool("t1");
  await world.tool("t2");
  world.pass(DAY);
  await world.hook("codex", "UserPromptSubmit", { session_id: "x1", cwd: "/w/lib", prompt: "hi" });
});
afterEach(() => world[Symbol.dispose]());

const stats = (...words: string[]) => world.json<Stats>("stats", ...words);

test.each([
  [
    "week",
    [
      ["2026-11-16", 1, 3],
      ["2026-11-23", 1, 1],
    ],
  ],
  [
    "model",
    [
      ["opus", 1, 3],
      [null, 1, 1],
    ],
  ],
])("by %s", async (by, expected) => {
  const { groups } = await stats("--by", by);
  expect(groups.map(({ key, sessions, events }) => [key, sessions, events])).toEqual(expected);
});

test("tools are added up by what they are for, or shown by their names", async () => {
  for (let n = 0; n < 20; n++) await world.tool(`n${n}`, { tool_name: `Tool${n}` });
  await world.tool("r", { tool_name: "run_shell_command" });
  const { out } = await world.mm("stats");
  expect(out).toMatch(/\n {2}shell {3}3 .*\n/u);
  expect(out).not.toContain("Bash");
  const raw = (await world.mm("stats", "--raw")).out;
  expect(raw).toContain("\n  and 7 more\n");
  const all = (await world.mm("stats", "--by", "tool", "--raw")).out;
  expect(all).toContain("  run_shell_command  1  ");
  expect(all).not.toContain("more\n  ");
  expect(all).not.toMatch(/and \d+ more/u);
});

test("by hour: of the local day, whatever the date", async () => {
  world.pass(DAY);
  await world.prompt("again");
  const { groups } = await stats("--by", "hour");
  const keys = groups.map(({ key }) => key);
  expect(keys).toHaveLength(1);
  expect(keys[0]).toMatch(/^[01]\d|2[0-3]$/u);
  expect((await world.mm("stats", "--by", "hour")).out).toContain(`\n  ${keys[0]}:00  5  `);
});

test("the calendar says which days it leaves out", async () => {
  expect((await world.mm("stats")).out).toContain("less · ░ ▒ ▓ █ more\n");
  world.pass(300 * DAY);
  await world.prompt("again");
  expect((await world.mm("stats")).out).toMatch(
    /less · ░ ▒ ▓ █ more {3}days before 2027-\d\d-\d\d aren't shown\n/u,
  );
});

test("by all: every dimension at once, and the hours of the week", async () => {
  type All = Stats & { by: string; all_groups: Record<string, Stats["groups"]> };
  const all = await world.json<All>("stats", "--by", "all");
  expect({ by: all.by, groups: all.groups }).toEqual({ by: "all", groups: [] });
  const { week_hour: weekHours, ...others } = all.all_groups;
  for (const [by, groups] of Object.entries(others)) {
    expect({ by, groups }).toEqual({ by, groups: (await stats("--by", by)).groups });
  }
  expect(Object.keys(others)).toEqual(["day", "week", "hour", "agent", "model", "project", "tool"]);
  // Sunday is the last day of its week.
  expect(weekHours?.map(({ key, events }) => [String(key).slice(0, 2), events])).toEqual([
    ["1 ", 1],
    ["7 ", 3],
  ]);
  const { out } = await world.mm("stats", "--by", "all");
  for (const head of ["Days", "Weeks", "Hours of the day", "Models"]) expect(out).toContain(head);
});
