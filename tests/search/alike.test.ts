import { afterEach, beforeEach, expect, test } from "bun:test";
import { mkdirSync, writeFileSync } from "node:fs";
import { searching } from "../support/searching.ts";
import { World } from "../support/world.ts";

let world: World;
beforeEach(() => {
  world = new World();
  // Sessions that are started nowhere have no project.
  world.cwd = null;
});
afterEach(() => world[Symbol.dispose]());

const { session } = searching(() => world);

test("what a session says several times is one line, with how often", async () => {
  await session("t", "run the parser", "run the parser", "the parser fails", "run the parser");
  const { out } = await world.mm("search", "parser");
  expect(out.match(/ {2}run the parser.*/gu)).toEqual(["  run the parser ×3"]);
  expect(out).toContain("  the parser fails\n");
  expect(out).not.toContain("more in this session");
  const { sessions } = await world.json<{ sessions: { matches: { times: number }[] }[] }>(
    "search",
    "parser",
  );
  expect(sessions[0]?.matches.map(({ times }) => times)).toEqual([3, 1]);
});

test("two checkouts of one name are told apart in text", async () => {
  for (const above of ["one", "two"]) {
    world.cwd = `${world.folder}/${above}/app`;
    mkdirSync(`${world.cwd}/.git`, { recursive: true });
    writeFileSync(`${world.cwd}/.git/HEAD`, "ref: refs/heads/main\n");
    await session(above, "look around");
  }
  const { out } = await world.mm("search", "around");
  expect(out).toMatch(/ {2}one {2}x · one\/app · /u);
  expect(out).toMatch(/ {2}two {2}x · two\/app · /u);
  const { sessions } = await world.json<{ sessions: { project: string }[] }>("search", "around");
  expect(sessions.map(({ project }) => project)).toEqual(["app", "app"]);
});
