import { afterEach, beforeEach, expect, test } from "bun:test";
import { mkdirSync, writeFileSync } from "node:fs";
import { World } from "../support/world.ts";

let world: World;
beforeEach(() => {
  world = new World();
});
afterEach(() => world[Symbol.dispose]());

/** A repository on the branch `topic`, without git. */
function inRepository(): string {
  const root = `${world.folder}/shop`;
  mkdirSync(`${root}/.git/objects`, { recursive: true });
  mkdirSync(`${root}/.git/refs`);
  mkdirSync(`${root}/src`);
  writeFileSync(`${root}/.git/HEAD`, "ref: refs/heads/topic\n");
  world.cwd = `${root}/src`;
  return root;
}

const shown = () => world.json("session", "show", "last");

test.each([
  ["session start", ["session", "start"]],
  ["an external id", ["session", "start", "--external-id", "job-1"]],
  ["wrap", ["session", "wrap", "--", "true"]],
])("%s records where it runs", async (_, words) => {
  const root = inRepository();
  await world.mm(...words);
  expect(await shown()).toMatchObject({
    project: "shop",
    repository: `${root}/.git`,
    root,
    cwd: `${root}/src`,
    branch: "topic",
  });
  expect(await world.json("session", "list", "--project", ".")).toMatchObject({ count: 1 });
});

test("outside a repository it is the folder", async () => {
  await world.mm("session", "start");
  expect(await shown()).toMatchObject({ root: world.folder, cwd: world.folder, repository: null });
});

test("in a folder that has been deleted, or whose name has control characters, nothing is", async () => {
  for (const cwd of [null, `${world.folder}/a\x1b[2Jb`]) {
    world.cwd = cwd;
    world.pass(1);
    expect((await world.mm("session", "start")).code).toBe(0);
    expect(await shown()).toMatchObject({ root: null, cwd: null, project: null });
  }
});

test("a secret in a path isn't stored", async () => {
  world.cwd = `${world.folder}/ghp_${"a1B2".repeat(9)}`;
  await world.mm("session", "start");
  expect(String((await shown())["cwd"])).toContain("[redacted:");
});

test("a resume keeps what the start recorded", async () => {
  inRepository();
  await world.mm("session", "start", "--idempotent");
  world.cwd = world.folder;
  await world.mm("session", "start", "--idempotent");
  expect(await shown()).toMatchObject({ project: "shop", branch: "topic" });
});

test("the title of wrap keeps the quotes of its command", async () => {
  await world.mm("session", "wrap", "--", "sh", "-c", "echo run; exit 3");
  expect(await shown()).toMatchObject({ title: "Headless: sh -c 'echo run; exit 3'" });
});
