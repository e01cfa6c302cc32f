import { afterEach, beforeEach, expect } from "bun:test";
import { renameSync, symlinkSync, writeFileSync } from "node:fs";
import { git, makeRepository } from "../support/git.ts";
import { ProjectWorld } from "../support/projects.ts";
import { needs } from "../support/tools.ts";

const test = needs("git");

let world: ProjectWorld;
beforeEach(() => {
  world = new ProjectWorld();
});
afterEach(() => world[Symbol.dispose]());

function repository(path: string): string {
  const folder = world.make(path);
  makeRepository(folder);
  return folder;
}

/** A bare clone beside a `.git` file that names it, with a worktree. */
function bareBeside(path: string, bare: string, source: string): string {
  const folder = world.make(path);
  git(folder, "clone", "-q", "--bare", source, bare);
  writeFileSync(`${folder}/.git`, `gitdir: ${bare}\n`);
  git(folder, "worktree", "add", "-q", "-b", "side", "tree");
  return `${folder}/tree`;
}

test("repositories of one name are told apart by a part of their paths", async () => {
  await world.work(repository("work/app"), "w");
  await world.work(repository("play/app"), "p");
  await world.work(repository("play/web"), "web");
  expect(await world.counts()).toEqual({ "work/app": 1, "play/app": 1, web: 1 });
  expect(await world.counts("--project", "play/app")).toEqual({ app: 1 });
  expect((await world.mm("stats", "--by", "project")).out).toContain("work/app");
  expect(await world.projects()).toEqual(["web", "app", "app"]);
  for (const words of [["session", "list"], ["ps"]]) {
    const { out } = await world.mm(...words);
    expect(out).toMatch(/ work\/app .* play\/app |play\/app .* work\/app /su);
    expect(out).toMatch(/ web /u);
  }
  expect((await world.mm("ps", "--project", "play/app")).out).toContain("play/app");
});

test("by no more of them than it takes", async () => {
  for (const path of ["a/x/app", "b/x/app", "b/y/app"]) await world.work(repository(path), path);
  expect(await world.counts()).toEqual({ "a/x/app": 1, "b/x/app": 1, "y/app": 1 });
});

test("whatever the period, a project has the same name", async () => {
  await world.work(repository("work/app"), "w");
  world.pass(86_400);
  await world.work(repository("play/app"), "p");
  expect(await world.counts("--since", "1h")).toEqual({ "play/app": 1 });
});

test("folders outside any repository are told apart, too", async () => {
  await world.work(world.make("a/notes"), "a");
  await world.work(world.make("b/notes"), "b");
  await world.work(repository("c/notes"), "c");
  expect(await world.counts()).toEqual({ "a/notes": 1, "b/notes": 1, "c/notes": 1 });
});

test("worktrees and spellings of one are one", async () => {
  const app = repository("work/app");
  git(app, "worktree", "add", "-q", "-b", "side", `${world.folder}/side`);
  symlinkSync(app, `${world.folder}/link`);
  for (const path of ["work/app", "side", "link", "work//app/."]) {
    await world.work(`${world.folder}/${path}`, path);
  }
  expect(await world.counts()).toEqual({ app: 4 });
});

test("bare clones beside a .git file have their folder's name", async () => {
  const source = repository("source");
  for (const [path, bare] of [
    ["work/shop", ".bare"],
    ["play/shop", ".bare"],
    ["play/blog", "git"],
    ["play/site", "store.git"],
  ] as const) {
    await world.work(bareBeside(path, bare, source), path);
  }
  expect(await world.projects()).toEqual(["site", "blog", "shop", "shop"]);
  expect(await world.counts()).toEqual({ "work/shop": 1, "play/shop": 1, blog: 1, site: 1 });
  world.cwd = `${world.folder}/play/shop`;
  expect(await world.titles(".")).toEqual(["play/shop"]);
  expect(await world.titles("../blog/tree")).toEqual(["play/blog"]);
});

test("a bare repository and its worktrees have one name", async () => {
  const source = repository("source");
  for (const name of ["tool.git", "plain"]) {
    const bare = `${world.folder}/${name}`;
    git(world.folder, "clone", "-q", "--bare", source, bare);
    git(bare, "worktree", "add", "-q", "-b", "side", `${world.folder}/${name}-tree`);
    await world.work(bare, name);
    await world.work(`${bare}-tree`, `${name} in a tree`);
  }
  expect(await world.projects()).toEqual(["plain", "plain", "tool", "tool"]);
  expect(await world.titles("./tool.git-tree")).toEqual(["tool.git in a tree", "tool.git"]);
});

test("a repository whose git folder lies elsewhere has its main tree's name, in worktrees, too", async () => {
  const folder = world.make("sep");
  git(folder, "init", "-q", "-b", "main", `--separate-git-dir=${world.folder}/git-folders-x`);
  git(folder, "commit", "-q", "--allow-empty", "-m", "first");
  git(folder, "worktree", "add", "-q", "-b", "side", `${world.folder}/side`);
  await world.work(`${world.folder}/side`, "side");
  expect(await world.projects()).toEqual(["git-folders-x"]);
  await world.work(folder, "main");
  expect(await world.projects()).toEqual(["sep", "sep"]);
  expect(await world.counts()).toEqual({ sep: 2 });
  expect(await world.titles("./side")).toEqual(["main", "side"]);
  expect(await world.titles("sep")).toEqual(["main", "side"]);
});

test("a git folder that a link leads to belongs to the tree with the link", async () => {
  const app = repository("app");
  renameSync(`${app}/.git`, `${world.folder}/store`);
  symlinkSync("../store", `${app}/.git`);
  git(app, "worktree", "add", "-q", "-b", "side", `${world.folder}/side`);
  await world.work(app, "main");
  await world.work(`${world.folder}/side`, "side");
  expect(await world.projects()).toEqual(["app", "app"]);
  expect(await world.counts()).toEqual({ app: 2 });
  expect(await world.titles("./side")).toEqual(["side", "main"]);
});

needs("git", "sed")(
  "a submodule is one project in all trees, and another one in another repository",
  async () => {
    const lib = repository("lib-source");
    for (const name of ["super", "other"]) {
      const folder = repository(name);
      git(folder, "submodule", "--quiet", "add", lib, "lib");
      git(folder, "commit", "-q", "-m", "lib");
      git(folder, "worktree", "add", "-q", "-b", "side", `${folder}-tree`);
      git(`${folder}-tree`, "submodule", "--quiet", "update", "--init");
      await world.work(`${folder}/lib`, name);
      await world.work(`${folder}-tree/lib`, `${name} in a tree`);
    }
    expect(await world.projects()).toEqual(["lib", "lib", "lib", "lib"]);
    expect(await world.counts()).toEqual({ "super/lib": 2, "other/lib": 2 });
    world.cwd = `${world.folder}/super-tree/lib`;
    expect(await world.titles(".")).toEqual(["super in a tree", "super"]);
  },
);

test("exports call it the same", async () => {
  await world.work(bareBeside("shop", "storage", repository("source")));
  const { out } = await world.mm("session", "export", "last", "--format", "md");
  expect(out).toContain("`shop`");
});
