import { afterEach, beforeEach, describe, expect } from "bun:test";
import { cpSync, mkdirSync, renameSync, rmSync } from "node:fs";
import { git, makeRepository } from "../support/git.ts";
import { ProjectWorld } from "../support/projects.ts";
import { needs } from "../support/tools.ts";

const test = needs("git");

let world: ProjectWorld;
let old: string;
let now: string;
beforeEach(() => {
  world = new ProjectWorld();
  old = `${world.folder}/a/shop`;
  now = `${world.folder}/b/shop`;
  mkdirSync(`${world.folder}/b`);
});
afterEach(() => world[Symbol.dispose]());

function addRemote(folder: string, url: string): void {
  git(folder, "remote", "add", "origin", url);
}

/** A repository with three commits and a session. */
async function begin(remote?: string): Promise<void> {
  makeRepository(old, "one in shop", "two", "three");
  if (remote !== undefined) addRemote(old, remote);
  await world.work(old, "before");
}

/** Another clone, made of nothing, so that it shares no log and no commit. */
function anew(folder: string, remote?: string): void {
  makeRepository(folder);
  if (remote !== undefined) addRemote(folder, remote);
}

/** What there is to see of a project whose history went along. */
async function expectOne(name = "shop"): Promise<void> {
  world.cwd = now;
  expect(await world.titles(".")).toEqual(["before"]);
  expect(await world.titles(old)).toEqual(["before"]);
  await world.work(now, "after");
  expect(await world.titles(".")).toEqual(["after", "before"]);
  expect(await world.titles(name)).toEqual(["after", "before"]);
  expect(await world.projects()).toEqual([name, name]);
  expect(await world.counts()).toEqual({ [name]: 2 });
  expect(await world.json("search", "--project", ".", "before")).toMatchObject({ count: 1 });
}

/** What there is to see of two projects. */
async function expectTwo(): Promise<void> {
  world.cwd = now;
  expect(await world.titles(".")).toEqual([]);
  await world.work(now, "after");
  expect(await world.titles(".")).toEqual(["after"]);
  expect(await world.counts()).toEqual({ "a/shop": 1, "b/shop": 1 });
}

describe("keeps its history", () => {
  test("by its first commit", async () => {
    await begin();
    renameSync(old, now);
    await expectOne();
  });

  test("under another name, too", async () => {
    await begin();
    now = `${world.folder}/b/store`;
    renameSync(old, now);
    await expectOne("store");
    // Who remembers the old name finds it as well.
    expect(await world.titles("shop")).toEqual(["after", "before"]);
  });

  test("by its remote", async () => {
    await begin("https://example.com/acme/shop.git");
    rmSync(old, { recursive: true });
    anew(now, "https://example.com/acme/shop.git");
    await expectOne();
  });

  test.each([
    ["https://example.com/acme/shop.git", "git@example.com:acme/shop.git"],
    ["https://example.com/acme/shop", "ssh://git@example.com:22/acme/shop.git"],
    ["https://user:secret@Example.com/acme/shop/", "https://example.com/acme/shop.git"],
    ["/srv/git/shop.git", "/srv/git/shop"],
  ])("by one remote in two forms: %s, %s", async (before, after) => {
    await begin(before);
    rmSync(old, { recursive: true });
    anew(now, after);
    await expectOne();
  });

  test("as a copy", async () => {
    await begin();
    cpSync(old, now, { recursive: true });
    rmSync(old, { recursive: true });
    await expectOne();
  });

  test.each([[], ["gc"]])("as a clone without its log %p", async (...commands) => {
    await begin();
    git(world.folder, "clone", "-q", "--no-local", old, now);
    for (const command of commands) git(now, command, "-q");
    git(now, "remote", "remove", "origin");
    git(now, "commit", "-q", "--allow-empty", "-m", "four");
    rmSync(old, { recursive: true });
    await expectOne();
  });

  test("when its log has expired", async () => {
    await begin();
    renameSync(old, now);
    git(now, "reflog", "expire", "--expire=now", "--all");
    git(now, "commit", "-q", "--allow-empty", "-m", "four");
    await expectOne();
  });

  test("with the folder around it", async () => {
    await begin();
    const other = world.make("a/blog");
    makeRepository(other);
    await world.work(other, "blog");
    rmSync(`${world.folder}/b`, { recursive: true });
    renameSync(`${world.folder}/a`, `${world.folder}/b`);
    world.cwd = now;
    expect(await world.titles(".")).toEqual(["before"]);
    expect(await world.titles("../blog")).toEqual(["blog"]);
    await world.work(now, "after");
    expect(await world.counts()).toEqual({ shop: 2, blog: 1 });
  });

  test("twice", async () => {
    await begin();
    renameSync(old, `${world.folder}/between`);
    await world.work(`${world.folder}/between`, "between");
    renameSync(`${world.folder}/between`, now);
    await world.work(now, "after");
    expect(await world.titles(now)).toEqual(["after", "between", "before"]);
    expect(await world.titles(old)).toEqual(["after", "between", "before"]);
    expect(await world.counts()).toEqual({ shop: 3 });
  });

  test("and its worktrees, which still name where it was", async () => {
    await begin();
    const side = `${world.folder}/side`;
    git(old, "worktree", "add", "-q", "-b", "side", side);
    await world.work(side, "side");
    renameSync(old, now);
    await world.work(now, "after");
    await world.work(side, "side after");
    for (const typed of [now, side]) {
      expect(await world.titles(typed)).toEqual(["side after", "after", "side", "before"]);
    }
    git(now, "worktree", "repair", side);
    await world.work(side, "repaired");
    expect(await world.counts()).toEqual({ shop: 5 });
  });

  needs("git", "sed")("its submodules, too", async () => {
    const lib = world.make("lib");
    makeRepository(lib);
    makeRepository(old);
    git(old, "submodule", "--quiet", "add", lib, "lib");
    git(old, "commit", "-q", "-m", "lib");
    await world.work(`${old}/lib`, "before");
    renameSync(old, now);
    now = `${now}/lib`;
    old = `${old}/lib`;
    await expectOne("lib");
  });

  test("a bare clone beside a .git file", async () => {
    const source = world.make("source");
    makeRepository(source);
    mkdirSync(old, { recursive: true });
    git(old, "clone", "-q", "--bare", source, ".bare");
    await Bun.write(`${old}/.git`, "gitdir: ./.bare\n");
    git(old, "worktree", "add", "-q", "-b", "side", "side");
    await world.work(`${old}/side`, "before");
    renameSync(old, now);
    await expectOne();
  });

  test("what a new session is told of it", async () => {
    await begin();
    await world.end("other", { session_id: "before" });
    renameSync(old, now);
    world.cwd = now;
    expect((await world.mm("context")).out).toContain('"before"');
    world.settings({ context: true });
    world.stdin = new TextEncoder().encode(
      JSON.stringify({ session_id: "c1", cwd: now, source: "startup" }),
    );
    expect((await world.mm("hook", "claude", "SessionStart")).out).toContain("before");
  });
});

describe("is another project", () => {
  test("while the old one is there", async () => {
    await begin("https://example.com/acme/shop.git");
    cpSync(old, now, { recursive: true });
    await expectTwo();
  });

  test("with another remote, though it is a fork", async () => {
    await begin("https://example.com/acme/shop.git");
    git(world.folder, "clone", "-q", "--no-local", old, now);
    git(now, "remote", "set-url", "origin", "https://example.com/else/shop.git");
    rmSync(old, { recursive: true });
    await expectTwo();
  });

  test("with the same remote below another folder", async () => {
    await begin("../shop.git");
    rmSync(old, { recursive: true });
    anew(now, "../shop.git");
    await expectTwo();
  });

  test("with no remote and another first commit", async () => {
    await begin();
    rmSync(old, { recursive: true });
    anew(now);
    await expectTwo();
  });

  test("a fresh one without any commit", async () => {
    git(world.folder, "init", "-q", old);
    await world.work(old, "before");
    rmSync(old, { recursive: true });
    git(world.folder, "init", "-q", now);
    await expectTwo();
  });

  test("a folder outside any repository", async () => {
    await world.work(world.make("a/shop"), "before");
    renameSync(old, now);
    await expectTwo();
  });
});

describe("where more than one could be it", () => {
  test("it is none of them", async () => {
    const remote = "https://example.com/acme/shop.git";
    await begin(remote);
    anew(now, remote);
    anew(`${world.folder}/c/shop`, remote);
    await world.work(now, "one");
    await world.work(`${world.folder}/c/shop`, "another");
    rmSync(old, { recursive: true });
    expect(await world.counts()).toEqual({ "a/shop": 1, "b/shop": 1, "c/shop": 1 });
    expect(await world.titles(old)).toEqual(["before"]);
    world.cwd = now;
    expect((await world.mm("context")).out).not.toContain("before");
  });

  test("it is the same clone, not another one of the same remote", async () => {
    const remote = "https://example.com/acme/shop.git";
    await begin(remote);
    anew(`${world.folder}/c/shop`, remote);
    await world.work(`${world.folder}/c/shop`, "another");
    renameSync(old, now);
    await world.work(now, "after");
    expect(await world.counts()).toEqual({ "b/shop": 2, "c/shop": 1 });
    expect(await world.titles(now)).toEqual(["after", "before"]);
  });
});

test("what an older mm stored has no commit, and is found by its remote alone", async () => {
  await begin("https://example.com/acme/shop.git");
  world.exec("UPDATE mm_sessions SET first_commit = NULL");
  renameSync(old, now);
  await expectOne();
});

test.each([
  ["an index that is none", "nonsense"],
  ["one of no length", ""],
  ["one whose numbers lie", `\xfftOc\0\0\0\x02${"\xff".repeat(1024)}`],
])("%s in a pack is no obstacle", async (_, bytes) => {
  await begin();
  rmSync(old, { recursive: true });
  anew(now);
  mkdirSync(`${now}/.git/objects/pack`, { recursive: true });
  await Bun.write(`${now}/.git/objects/pack/pack-1.idx`, Buffer.from(bytes, "latin1"));
  Bun.spawnSync(["mkfifo", `${now}/.git/objects/pack/pack-2.idx`]);
  await expectTwo();
});
