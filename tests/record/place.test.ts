import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { mkdirSync, writeFileSync } from "node:fs";
import { git, makeRepository } from "../support/git.ts";
import { HookWorld } from "../support/hook-world.ts";
import { needs } from "../support/tools.ts";

let world: HookWorld;
let repository: string;
beforeEach(() => {
  world = new HookWorld();
  repository = `${world.folder}/repository`;
});
afterEach(() => world[Symbol.dispose]());

/** A repository with one commit. */
function init(folder = repository): void {
  makeRepository(folder);
}

let starts = 0;

/** What is stored of a session that starts in this folder. */
async function placeIn(cwd: string | null) {
  const id = `at ${++starts}`;
  await world.start("startup", { session_id: id, cwd });
  const { project, remote, root, branch } = world.session(id);
  return { project, remote, root, branch };
}

describe("in a repository", () => {
  const test = needs("git");

  test("its git folder is the project", async () => {
    init();
    const expected = {
      project: `${repository}/.git`,
      remote: null,
      root: repository,
      branch: "main",
    };
    expect(await placeIn(repository)).toEqual(expected);
    expect(await placeIn(`${repository}/`)).toEqual(expected);
    mkdirSync(`${repository}/a/b/c`, { recursive: true });
    expect(await placeIn(`${repository}/a/b/c`)).toEqual(expected);
    expect(await placeIn(`${repository}/a/../a//b/.`)).toEqual(expected);
    // A folder that is gone by now still lies in it.
    expect(await placeIn(`${repository}/a/gone`)).toEqual(expected);
  });

  test("without a commit it has a branch already", async () => {
    git(world.folder, "init", "-q", "-b", "fresh", repository);
    expect(await placeIn(repository)).toMatchObject({ branch: "fresh", root: repository });
  });

  test("a branch may have slashes", async () => {
    init();
    git(repository, "checkout", "-q", "-b", "feature/a/b");
    expect((await placeIn(repository)).branch).toBe("feature/a/b");
  });

  test("a detached HEAD has none", async () => {
    init();
    git(repository, "checkout", "-q", "--detach");
    expect(await placeIn(repository)).toMatchObject({ branch: null, root: repository });
  });

  test("the innermost one counts", async () => {
    init();
    const inner = `${repository}/vendor/inner`;
    init(inner);
    expect(await placeIn(inner)).toMatchObject({ project: `${inner}/.git`, root: inner });
  });

  test("its git folder may lie elsewhere", async () => {
    const elsewhere = `${world.folder}/elsewhere.git`;
    git(world.folder, "init", "-q", "-b", "main", `--separate-git-dir=${elsewhere}`, repository);
    expect(await placeIn(repository)).toMatchObject({ project: elsewhere, root: repository });
  });
});

describe("worktrees", () => {
  const test = needs("git");

  test("are the same project with a tree and a branch of their own", async () => {
    init();
    const other = `${world.folder}/other`;
    git(repository, "worktree", "add", "-q", "-b", "side", other);
    const main = await placeIn(repository);
    mkdirSync(`${other}/sub`);
    expect(await placeIn(`${other}/sub`)).toEqual({ ...main, root: other, branch: "side" });
  });

  test("with relative paths too", async () => {
    init();
    const other = `${world.folder}/other`;
    git(repository, "worktree", "add", "-q", "-b", "side", other);
    writeFileSync(`${other}/.git`, "gitdir: ../repository/.git/worktrees/other\n");
    expect(await placeIn(other)).toMatchObject({ project: `${repository}/.git`, branch: "side" });
  });

  test("of a bare repository", async () => {
    init();
    const bare = `${world.folder}/bare.git`;
    git(world.folder, "clone", "-q", "--bare", repository, bare);
    git(bare, "worktree", "add", "-q", "-b", "side", `${world.folder}/other`);
    expect(await placeIn(`${world.folder}/other`)).toMatchObject({ project: bare, branch: "side" });
  });
});

describe("the remote", () => {
  const test = needs("git");

  test.each([
    ["https://example.com/a/b.git", "https://example.com/a/b.git"],
    ["https://me:pa55@example.com/a/b.git", "https://example.com/a/b.git"],
    ["https://me@corp.example:pa55@example.com/a/b.git", "https://example.com/a/b.git"],
    ["https://me:p@ss@example.com/a/b.git", "https://example.com/a/b.git"],
    ["https://token@example.com/a/b.git", "https://example.com/a/b.git"],
    ["ssh://git@example.com:22/a/@b.git", "ssh://example.com:22/a/@b.git"],
    ["git@example.com:a/b.git", "git@example.com:a/b.git"],
    ["/srv/git/b.git", "/srv/git/b.git"],
    [
      `https://example.com/a.git?private_token=ghp_${"a1B2".repeat(9)}`,
      expect.not.stringContaining("a1B2a1B2"),
    ],
  ])("%s is stored without credentials", async (url, stored) => {
    init();
    git(repository, "remote", "add", "other", "https://example.com/other.git");
    git(repository, "remote", "add", "origin", url);
    git(repository, "remote", "set-url", "--push", "origin", "https://x:y@example.com/push");
    git(repository, "config", "branch.main.remote", "origin");
    expect((await placeIn(repository)).remote).toEqual(stored);
  });

  test("is none where there is no origin", async () => {
    init();
    git(repository, "remote", "add", "other", "https://example.com/other.git");
    expect((await placeIn(repository)).remote).toBeNull();
  });
});

describe("outside of any", () => {
  test("the folder is the tree", async () => {
    expect(await placeIn("/no/such/folder")).toEqual({
      project: null,
      remote: null,
      root: "/no/such/folder",
      branch: null,
    });
  });

  test.each(["/no//such/folder", "/no/such/folder/", "/no/./such/x/../folder/."])(
    "%s is that folder, too",
    async (cwd) => expect((await placeIn(cwd)).root).toBe("/no/such/folder"),
  );

  test.each([null, "", "relative/folder", "C:\\work"])("%p is no place to look at", async (cwd) =>
    expect(await placeIn(cwd)).toEqual({
      project: null,
      remote: null,
      root: cwd || null,
      branch: null,
    }),
  );

  test.each([
    ["an empty .git folder", ".git/x", ""],
    ["a .git file that is none", ".git", "nonsense"],
    ["an empty .git file", ".git", ""],
    ["a .git file that leads nowhere", ".git", "gitdir: /no/such/folder"],
    ["a HEAD of bytes", ".git/HEAD", "\x00\xff\xfe"],
    ["a config of bytes", ".git/config", "\x00\xff\xfe"],
  ])("%s is no obstacle", async (_, name, content) => {
    const path = `${repository}/${name}`;
    mkdirSync(path.slice(0, path.lastIndexOf("/")), { recursive: true });
    writeFileSync(path, content, "latin1");
    expect(await placeIn(repository)).toMatchObject({ remote: null, branch: null });
    expect(world.log()).toEqual([]);
  });
});
