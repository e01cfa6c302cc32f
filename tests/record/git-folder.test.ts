import { afterEach, beforeEach, describe, expect } from "bun:test";
import { appendFileSync, mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { git, makeRepository } from "../support/git.ts";
import { HookWorld } from "../support/hook-world.ts";
import { needs } from "../support/tools.ts";

const test = needs("git");

let world: HookWorld;
let repository: string;
beforeEach(() => {
  world = new HookWorld();
  repository = `${world.folder}/repository`;
});
afterEach(() => world[Symbol.dispose]());

let starts = 0;

/** What is stored of a session that starts in this folder. */
async function start(cwd: string) {
  const id = `at ${++starts}`;
  await world.start("startup", { session_id: id, cwd });
  return world.session(id);
}

describe("a git folder that lies elsewhere", () => {
  /** What a session that starts in this folder belongs to, and the folder by which people know it. */
  async function known(cwd: string) {
    const { project, root, folder } = await start(cwd);
    return { project, root, folder };
  }

  test.each([".bare", "storage", "shop.git"])("%s beside a .git file", async (name) => {
    makeRepository(repository);
    const shop = `${world.folder}/shop`;
    mkdirSync(shop);
    git(shop, "clone", "-q", "--bare", repository, name);
    writeFileSync(`${shop}/.git`, `gitdir: ./${name}\n`);
    git(shop, "worktree", "add", "-q", "-b", "side", "side");
    git(shop, "worktree", "add", "-q", "-b", "far", `${world.folder}/far`);
    const same = { project: `${shop}/${name}`, folder: shop };
    expect(await known(`${shop}/side`)).toEqual({ ...same, root: `${shop}/side` });
    expect(await known(`${world.folder}/far`)).toEqual({ ...same, root: `${world.folder}/far` });
    expect(await known(shop)).toEqual({ ...same, root: shop });
    expect(await known(`${shop}/${name}`)).toEqual({ ...same, root: `${shop}/${name}` });
  });

  test("a bare repository is found by its own folder", async () => {
    makeRepository(repository);
    const bare = `${world.folder}/bare.git`;
    git(world.folder, "clone", "-q", "--bare", repository, bare);
    const found = { project: bare, root: bare, folder: null };
    expect(await known(bare)).toEqual(found);
    expect(await known(`${bare}/refs/heads`)).toEqual(found);
  });

  test("a folder with a file HEAD is none", async () => {
    const folder = `${world.folder}/notes`;
    mkdirSync(folder);
    writeFileSync(`${folder}/HEAD`, "ref: refs/heads/main\n");
    expect(await known(folder)).toEqual({ project: null, root: folder, folder: null });
  });

  test("within a .git folder it is the tree's", async () => {
    makeRepository(repository);
    const found = { project: `${repository}/.git`, root: repository, folder: null };
    expect(await known(`${repository}/.git`)).toEqual(found);
    expect(await known(`${repository}/.git/hooks`)).toEqual(found);
  });

  test("one that was separated is known by its main tree", async () => {
    const elsewhere = `${world.folder}/elsewhere`;
    git(world.folder, "init", "-q", "-b", "main", `--separate-git-dir=${elsewhere}`, repository);
    git(repository, "commit", "-q", "--allow-empty", "-m", "first");
    git(repository, "worktree", "add", "-q", "-b", "side", `${world.folder}/side`);
    const { folder, ...found } = await known(repository);
    expect({ folder, ...found }).toEqual({ project: elsewhere, root: repository, folder });
    expect(folder).toBe(repository);
    expect(await known(`${world.folder}/side`)).toMatchObject({ project: elsewhere, folder: null });
  });

  needs("git", "sed")("a submodule in a worktree is the one in the main tree", async () => {
    const source = `${world.folder}/source`;
    const inner = `${world.folder}/inner`;
    makeRepository(inner);
    makeRepository(source);
    git(source, "submodule", "--quiet", "add", inner, "inner");
    git(source, "commit", "-q", "-m", "inner");
    makeRepository(repository);
    git(repository, "submodule", "--quiet", "add", source, "vendor/lib");
    git(repository, "commit", "-q", "-m", "lib");
    const side = `${world.folder}/side`;
    git(repository, "worktree", "add", "-q", "-b", "side", side);
    git(side, "submodule", "--quiet", "update", "--init", "--recursive");
    const lib = `${repository}/.git/modules/vendor/lib`;
    expect(await known(`${repository}/vendor/lib`)).toMatchObject({ project: lib });
    expect(await known(`${side}/vendor/lib`)).toMatchObject({
      project: lib,
      root: `${side}/vendor/lib`,
    });
    // It isn't in the main tree.
    expect(await known(`${side}/vendor/lib/inner`)).toMatchObject({
      project: `${lib}/modules/inner`,
    });
    expect(world.session(`at ${starts}`).remote).toBe(inner);
    git(
      `${side}/vendor/lib`,
      "worktree",
      "add",
      "-q",
      "-b",
      "lib-side",
      `${world.folder}/lib-side`,
    );
    expect(await known(`${world.folder}/lib-side`)).toMatchObject({ project: lib });
  });

  test("folders called worktrees and modules are nothing special", async () => {
    const folder = `${world.folder}/worktrees/a/modules/b`;
    makeRepository(folder);
    expect(await known(folder)).toMatchObject({ project: `${folder}/.git`, root: folder });
  });

  test("a worktree still names where its repository was", async () => {
    makeRepository(repository);
    const side = `${world.folder}/side`;
    git(repository, "worktree", "add", "-q", "-b", "side", side);
    renameSync(repository, `${world.folder}/moved`);
    expect(await known(side)).toMatchObject({ project: `${repository}/.git`, root: side });
  });
});

describe("the first commit", () => {
  async function firstCommit(cwd: string): Promise<string | null> {
    return (await start(cwd)).first_commit;
  }

  test("is that with which the log begins", async () => {
    makeRepository(repository, "one", "two", "three");
    const first = await firstCommit(repository);
    expect(first).toMatch(/^[0-9a-f]{40} \d{10}$/u);
    git(repository, "commit", "-q", "--allow-empty", "-m", "four");
    expect(await firstCommit(repository)).toBe(first);
    git(repository, "worktree", "add", "-q", "-b", "side", `${world.folder}/side`);
    expect(await firstCommit(`${world.folder}/side`)).toBe(first);
  });

  test("of a bare repository is that of a worktree", async () => {
    makeRepository(repository);
    const bare = `${world.folder}/bare.git`;
    git(world.folder, "clone", "-q", "--bare", repository, bare);
    expect(await firstCommit(bare)).toBeNull();
    git(bare, "worktree", "add", "-q", "-b", "side", `${world.folder}/side`);
    expect(await firstCommit(`${world.folder}/side`)).toMatch(/^[0-9a-f]{40} \d{10}$/u);
  });

  test("a log of many megabytes is read at its beginning alone", async () => {
    makeRepository(repository);
    const first = await firstCommit(repository);
    const line = `${"0".repeat(40)} ${"1".repeat(40)} n <e> 1700000000 +0000\tcommit: x\n`;
    appendFileSync(`${repository}/.git/logs/HEAD`, line.repeat(40_000));
    expect(await firstCommit(repository)).toBe(first);
  });

  test.each(["", "\n", "nonsense", `${"0".repeat(40)} `, "a".repeat(5000), "\x00\xff"])(
    "is none in a log %p",
    async (log) => {
      makeRepository(repository);
      writeFileSync(`${repository}/.git/logs/HEAD`, log, "latin1");
      expect(await firstCommit(repository)).toBeNull();
      expect(world.log()).toEqual([]);
    },
  );

  test("a pipe in the log's place isn't waited for", async () => {
    makeRepository(repository);
    rmSync(`${repository}/.git/logs/HEAD`);
    Bun.spawnSync(["mkfifo", `${repository}/.git/logs/HEAD`]);
    expect(await firstCommit(repository)).toBeNull();
  });
});
