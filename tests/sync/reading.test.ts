import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { Fleet } from "../support/fleet.ts";

const fleet = new Fleet();
beforeAll(() => fleet.fill());
afterAll(() => fleet[Symbol.dispose]());

const mm = (...words: string[]) => fleet.laptop.mm(...words);

const TITLES = {
  here: "Fix the cart",
  desk: "Round the prices of the cart",
  build: "Deploy the parser",
} as const;

/** The machines whose sessions are in an output. */
function told(out: string): string[] {
  return Object.entries(TITLES).flatMap(([machine, title]) =>
    out.includes(title) ? [machine] : [],
  );
}

const OTHERS = ["desk", "build"];
const LAST = ["build"];

/** Commands that can read other machines, and of whose sessions they tell: `ps` of live ones, two of the last one. */
const COMMANDS = [
  { words: ["list"], here: ["here"], both: OTHERS },
  { words: ["session", "list", "--json"], here: ["here"], both: OTHERS },
  { words: ["ps"], here: [], both: OTHERS },
  { words: ["ps", "--json"], here: [], both: OTHERS },
  { words: ["search", "the"], here: ["here"], both: OTHERS },
  { words: ["search", "the", "--json"], here: ["here"], both: OTHERS },
  { words: ["show", "last"], here: ["here"], both: LAST },
  { words: ["session", "show", "last", "--json"], here: ["here"], both: LAST },
  { words: ["session", "events", "last"], here: ["here"], both: LAST },
  { words: ["stats", "tokens", "--by", "session"], here: ["here"], both: OTHERS },
  { words: ["stats", "cost", "--by", "session", "--json"], here: ["here"], both: OTHERS },
  { words: ["export", "--all"], here: ["here"], both: OTHERS },
  { words: ["export", "--all", "--format", "jsonl"], here: ["here"], both: OTHERS },
  {
    words: ["session", "export", "--since", "30d", "--format", "html"],
    here: ["here"],
    both: OTHERS,
  },
].map((each) => ({
  ...each,
  all: each.both.length === 1 ? each.both : [...each.here, ...each.both],
}));

describe.each(COMMANDS)("mm $words", ({ words, here, both, all }) => {
  test.each<{ machine: string[]; is: string[] }>([
    { machine: [], is: here },
    { machine: ["--machine", "laptop"], is: here },
    { machine: ["--machine", "desk"], is: ["desk"] },
    { machine: ["--machine", "build"], is: ["build"] },
    { machine: ["--machine=bob/build"], is: ["build"] },
    { machine: ["--machine", "desk, bob/build"], is: both },
    { machine: ["--machine", "all"], is: all },
  ])("$machine", async ({ machine, is }) => {
    const { code, out, err } = await mm(...words, ...machine);
    expect({ code, err, told: told(out) }).toEqual({ code: 0, err: "", told: is });
  });

  test("of a machine that isn't there names those that are", async () => {
    const { code, out, err } = await mm(...words, "--machine", "attic");
    expect({ code, told: `${out}${err}` }).toEqual({
      code: 1,
      told: expect.stringContaining(
        "there are: laptop (this one), bob/build, desk; `mm sync pull`",
      ),
    });
  });

  test("of a machine without a name is wrong usage", async () => {
    expect((await mm(...words, "--machine", "desk,")).code).toBe(2);
  });
});

test.each([
  { machine: [], sessions: 1, machines: undefined },
  { machine: ["--machine", "laptop"], sessions: 1, machines: ["laptop"] },
  { machine: ["--machine", "desk"], sessions: 1, machines: ["desk"] },
  { machine: ["--machine", "all"], sessions: 3, machines: ["laptop", "bob/build", "desk"] },
])("stats $machine count $sessions", async ({ machine, sessions, machines }) => {
  const counted = await fleet.laptop.json<Record<string, unknown>>("stats", ...machine);
  expect(counted["sessions"]).toBe(sessions);
  expect(counted["events"]).toBe(2 * sessions);
  expect(counted["machines"]).toEqual(machines);
});

test("without --machine nothing is read of others, and no document says anything of machines", async () => {
  for (const { words } of COMMANDS) {
    const { out } = await mm(...words);
    expect(out).not.toContain("machine");
    expect(out).not.toContain("laptop");
  }
  const { sessions } = await fleet.laptop.json<{ sessions: object[] }>("list");
  expect(Object.keys(sessions[0] ?? {})).not.toContain("source_id");
});

test("JSON says which machine and which source a session is from", async () => {
  const of = async (...words: string[]) => {
    const { sessions } = await fleet.laptop.json<{ sessions: Record<string, unknown>[] }>(...words);
    return sessions.map(({ machine, source_id: source }) => [machine, source]);
  };
  const build = ["bob/build", "source-of-build"];
  const desk = ["desk", "source-of-desk"];
  expect(await of("list", "--machine", "all")).toEqual([build, desk, ["laptop", null]]);
  expect(await of("ps", "--machine", "all")).toEqual([build, desk]);
  expect(await of("search", "cart", "--machine", "all")).toEqual([desk, ["laptop", null]]);
});

test("a column tells the machines where there are several", async () => {
  const head = async (...words: string[]) => (await mm(...words)).out.split("\n", 1)[0];
  expect(await head("list", "--machine", "all")).toContain("Machine");
  expect(await head("list", "--machine", "desk")).not.toContain("Machine");
  expect(await head("ps", "--machine", "all")).toContain("Machine");
  expect(await head("ps", "--machine", "build")).not.toContain("Machine");
});

test("ps says up to when it knows", async () => {
  const { out } = await mm("ps", "--machine", "all");
  expect(out).toEndWith("\n2 live\nAs of the last push: bob/build 1m ago, desk 11m ago\n");
  const { sessions } = await fleet.laptop.json<{ sessions: { pushed_at: string }[] }>(
    "ps",
    "--machine",
    "desk",
  );
  expect(sessions.map((each) => each.pushed_at)).toEqual(["2026-11-22T12:11:03+00:00"]);
});

describe("a project", () => {
  test("is the same on all machines, by its remote", async () => {
    for (const project of [".", "shop", fleet.shop]) {
      const { out, err } = await mm("list", "--machine", "all", "--project", project);
      expect({ told: told(out), err }).toEqual({ told: ["here", "desk"], err: "" });
    }
    const { groups } = await fleet.laptop.json<{ groups: { key: string; sessions: number }[] }>(
      ...["stats", "--by", "project", "--machine", "all"],
    );
    expect(groups.map(({ key, sessions }) => [key, sessions])).toEqual([
      ["shop", 2],
      ["parser", 1],
    ]);
  });

  test("that no clone here has is found by its name", async () => {
    const { out } = await mm("search", "the", "--machine", "all", "--project", "parser");
    expect(told(out)).toEqual(["build"]);
  });
});

const FILTERED = [
  ["list", "--agent", "claude", "--since", "7d", "--until", "2027-01-01", "--project", "shop"],
  ["list", "--active", "--limit", "1"],
  ["ps", "--agent", "claude", "--project", "."],
  ["search", "cart", "--agent", "claude", "--type", "prompt", "--since", "7d", "--project", "shop"],
  ["search", "make", "--file", "nothing.ts", "--limit", "1"],
  ["search", "the prices that carts are rounded to"],
  ["show", "last", "--json", "--outline"],
  ["show", "last", "--full"],
  ["events", "last", "--type", "prompt", "--limit", "1"],
  ["stats", "--agent", "claude", "--since", "7d", "--project", "shop", "--by", "all"],
  [
    "stats",
    "tokens",
    "--agent",
    "claude-code",
    "--since",
    "7d",
    "--project",
    "shop",
    "--by",
    "project",
  ],
  ["export", "--since", "7d"],
].map((words) => ({ words }));

test.each(FILTERED)("$words reads both without a warning", async ({ words }) => {
  for (const machine of ["desk", "desk,bob/build", "all"]) {
    const { code, err } = await mm(...words, "--machine", machine);
    expect({ machine, code, err }).toEqual({ machine, code: 0, err: "" });
  }
});

test("what is current here says nothing of another machine", async () => {
  fleet.laptop.env = { ...fleet.laptop.env, MM_SESSION_ID: fleet.laptop.session().id };
  expect(told((await mm("show")).out)).toEqual(["here"]);
  expect(told((await mm("show", "--machine", "all")).out)).toEqual(["here"]);
  expect(told((await mm("show", "--machine", "desk")).out)).toEqual(["desk"]);
});

test("a session of another machine is found by its first characters, and isn't resumed here", async () => {
  const { id } = fleet.desk.session("d1");
  const shown = await fleet.laptop.json("show", id.slice(0, 8), "--machine", "all");
  expect(shown).toMatchObject({ id, machine: "desk", resume_command: null, external_id: "d1" });
  expect(await mm("show", id)).toEqual({
    code: 1,
    out: "",
    err: `mm: session not found: ${id}\n  hint: \`mm list\` shows those of this machine; --machine all looks on others, too\n`,
  });
});
