import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { carry } from "../support/carried.ts";
import { Fleet } from "../support/fleet.ts";
import { asked } from "../support/mcp.ts";

const fleet = new Fleet();
beforeAll(() => fleet.fill());
afterAll(() => fleet[Symbol.dispose]());

const search = async (args: object) => (await asked(fleet.laptop, "search_sessions", args)).text;
const show = async (args: object) => (await asked(fleet.laptop, "show_session", args)).text;

const DESK = '00001002  2026-11-22 12:11  claude-code  on "desk"  "Round the prices of the cart"';
const HERE = '00000002  2026-11-22 12:01  claude-code  "Fix the cart"';

describe("search_sessions", () => {
  test("finds on this machine alone by default", async () => {
    expect(await search({ query: "cart" })).toContain(HERE);
    expect(await search({ query: "cart" })).not.toContain("desk");
    expect(await search({})).not.toContain("desk");
  });

  test.each([{ query: "cart" }, {}])("%o finds on others, too", async (args) => {
    const all = await search({ ...args, machine: "all" });
    expect(all).toContain(DESK);
    expect(all).toContain(HERE);
    const desk = await search({ ...args, machine: "desk" });
    expect(desk).toContain(DESK);
    expect(desk).not.toContain(HERE);
  });

  test("numbers what it finds as show_session does", async () => {
    const found = await search({ query: "make", machine: "all" });
    expect(found).toContain("#2 tool: Bash: run make d1");
    expect(found).toContain("#2 tool: Bash: run make c1");
    expect(found).not.toContain("b1");
    expect(found).toEndWith('In other projects 1 more: project:"*"');
  });

  test("finds another project where it is asked for", async () => {
    const found = await search({ query: "parser", machine: "all", project: "*" });
    expect(found).toContain('in "parser"  on "bob/build"  "Deploy the parser"');
    const named = await search({ query: "parser", machine: "all", project: "parser" });
    expect(named).toContain("Deploy the parser");
  });

  test("says so where no machine has that name", async () => {
    expect(await search({ machine: "attic" })).toBe(
      "no machine is called 'attic'. Next: machine:\"all\", or leave it out",
    );
  });
});

test("show_session reads a session of another machine by its id", async () => {
  const shown = await show({ id: "00001002" });
  expect(shown).toContain("title: Round the prices of the cart");
  expect(shown).toContain("#2 12:11 tool: Bash: run make d1");
  expect(await show({ id: "99999999" })).toStartWith("session not found: 99999999");
});

test("with --this-project, no session of another project is shown, whoever has it", async () => {
  const only = async (id: string) =>
    (await asked(fleet.laptop, "show_session", { id }, { options: ["--this-project"] })).text;
  expect(await only("00001002")).toContain("Round the prices of the cart");
  expect(await only("00002002")).toStartWith("no session of this project has the id 00002002");
  const searched = { query: "the", machine: "all" };
  const found = await asked(fleet.laptop, "search_sessions", searched, {
    options: ["--this-project"],
  });
  expect(found.text).toContain(DESK);
  expect(found.text).not.toContain("Deploy");
});

test("an agent whose machine has recorded nothing reads those of others", async () => {
  using empty = new Fleet();
  await empty.work(empty.desk, "d1", "Round the prices of the cart", "/w");
  await carry(empty.desk, empty.laptop, { machine: "desk" });
  const all = { query: "prices", machine: "desk", project: "*" };
  const found = await asked(empty.laptop, "search_sessions", all);
  expect(found.text).toContain('on "desk"  "Round the prices of the cart"');
});
