import { afterEach, beforeEach, expect, test } from "bun:test";
import { pagerWords, rowsTaken } from "../../src/pager/pages.ts";
import { World } from "../support/world.ts";

let world: World;
beforeEach(async () => {
  world = new World();
  await world.mm("session", "start");
  for (let n = 0; n < 30; n++) await world.mm("activity", "log", "-c", `event ${n}`);
});
afterEach(() => world[Symbol.dispose]());

const LONG = ["session", "events"] as const;

test.each([
  [{}, ["less", "-FRX"]],
  [{ PAGER: "more" }, ["more"]],
  [{ PAGER: "more", MM_PAGER: "less -S '+/a b'" }, ["less", "-S", "+/a b"]],
  [{ MM_PAGER: "sh -c 'echo $HOME' | cat" }, ["sh", "-c", "echo $HOME"]],
  [{ PAGER: "more", MM_PAGER: "" }, null],
  [{ PAGER: "cat" }, null],
])("%j names %j", (env, words) => expect(pagerWords(env)).toEqual(words));

test.each([
  ["", 1],
  ["a\nb\n", 3],
  ["x".repeat(21), 3],
  ["\x1b[31mxxxxxxxxxx\x1b[39m", 1],
  ["語".repeat(6), 2],
  ["a\n".repeat(200), 9],
])("%j takes %p lines of 10 cells, as far as 9 are wanted", (text, rows) =>
  expect(rowsTaken(text, 10, 9)).toBe(rows),
);

test("a text that fits, and one that goes elsewhere, needs none", async () => {
  expect((await world.mm(...LONG)).out).toContain("event 29");
  world.isTerminal = true;
  world.height = 40;
  expect((await world.mm(...LONG)).out).toContain("event 29");
  expect(world.paged).toEqual([]);
});

test("a longer one goes through it, whole and in colours", async () => {
  world.isTerminal = true;
  const all = [LONG, ["session", "show"], ["search", "event", "--limit", "50"], ["ps"]];
  for (const words of all) {
    world.height = words === LONG ? 24 : 3;
    expect(await world.mm(...words)).toEqual({ code: 0, out: "", err: "" });
    expect(world.paged.at(-1)?.argv).toEqual(["less", "-FRX"]);
  }
  expect(world.paged[0]?.text).toContain("\x1b[2m30 events\x1b[22m\n");
  expect((await world.mm(...LONG, "--json")).out).toContain("event 29");
  expect(world.paged).toHaveLength(all.length);
});

test.each([
  ["it can't be run", { hasPager: false }, {}],
  ["the user wants none", {}, { MM_PAGER: "cat" }],
  ["the terminal is dumb", {}, { TERM: "dumb" }],
])("where %s the text is printed", async (_, has, env) => {
  Object.assign(world, { isTerminal: true, ...has });
  world.env = { ...world.env, ...env };
  expect((await world.mm(...LONG)).out).toContain("event 29");
  expect(world.paged).toEqual([]);
});
