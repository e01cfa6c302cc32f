import { afterEach, beforeEach, describe, expect } from "bun:test";
import { renameSync, rmSync, symlinkSync } from "node:fs";
import { git, makeRepository } from "../support/git.ts";
import { ProjectWorld } from "../support/projects.ts";
import { needs } from "../support/tools.ts";

const test = needs("git");

let world: ProjectWorld;
beforeEach(() => {
  world = new ProjectWorld();
});
afterEach(() => world[Symbol.dispose]());

const session = (cwd: string, name?: string) => world.work(cwd, name);
const titles = (project: string) => world.titles(project);
const folder = (path: string) => world.make(path);

describe("a folder outside any repository", () => {
  beforeEach(async () => {
    await session(folder("plain"));
    folder("plain/sub");
    await session(folder("other"), "there");
  });

  test.each([
    ["plain", "."],
    ["plain", "./"],
    ["plain", "./."],
    ["plain", ".//"],
    ["plain", "sub/.."],
    ["plain", "../plain"],
    ["plain", "../other/../plain//"],
    ["plain/sub", ".."],
    ["plain/sub", "../"],
    ["", "./plain"],
    ["", "plain/"],
    ["", "plain//"],
    ["other", "../plain/"],
    ["", "plain"],
  ])("from %p is %p", async (cwd, typed) => {
    world.cwd = `${world.folder}/${cwd}`;
    expect(await titles(typed)).toEqual(["here"]);
  });

  test.each(["", "/", "//", "/.", "/sub/..", "/../plain"])(
    "by its whole path with %p",
    async (end) => {
      expect(await titles(`${world.folder}/plain${end}`)).toEqual(["here"]);
      expect(await titles(`/${world.folder}/plain${end}`)).toEqual(["here"]);
    },
  );

  test("is the same for search and stats", async () => {
    world.cwd = `${world.folder}/plain`;
    expect(await world.json("search", "--project", ".", "here")).toMatchObject({ count: 1 });
    expect(await world.json("stats", "--project", "./")).toMatchObject({ sessions: 1, events: 1 });
    expect(await world.json("stats", "--project", "../other")).toMatchObject({ sessions: 1 });
  });

  test("isn't one above it, or one in it", async () => {
    world.cwd = `${world.folder}/plain/sub`;
    expect(await titles(".")).toEqual([]);
    expect(await titles("../..")).toEqual([]);
  });

  test("is one project with the repository that it becomes", async () => {
    makeRepository(`${world.folder}/plain`);
    await session(`${world.folder}/plain/sub`, "later");
    world.cwd = `${world.folder}/plain/sub`;
    expect(await titles(".")).toEqual(["later", "here"]);
    const { groups } = await world.json("stats", "--by", "project");
    expect(groups).toMatchObject([
      { key: "plain", sessions: 2 },
      { key: "other", sessions: 1 },
    ]);
  });

  test.each(["/w/plain/", "/w//plain", "/w/./plain"])("was called %p by an agent", async (cwd) => {
    await session(cwd, "spelled");
    expect(await titles("/w/plain")).toEqual(["spelled"]);
  });

  test("was called so when an older mm stored what the agent said", async () => {
    world.exec(`UPDATE mm_sessions SET root = root || '//'`);
    world.cwd = `${world.folder}/plain`;
    expect(await titles(".")).toEqual(["here"]);
  });
});

describe("links", () => {
  test("lead to the folder that they are links to, in either direction", async () => {
    const real = folder("real/app");
    symlinkSync(`${world.folder}/real`, `${world.folder}/link`);
    symlinkSync(real, `${world.folder}/direct`);
    await session(real, "by the real path");
    await session(`${world.folder}/link/app`, "by a link");
    for (const typed of ["real/app", "link/app", "./direct", "link/../real/app"]) {
      expect(await titles(typed)).toEqual(["by a link", "by the real path"]);
    }
    expect(await titles("app")).toEqual(["by a link", "by the real path"]);
  });

  test("to a repository, and to a folder in one", async () => {
    const real = folder("real/app");
    makeRepository(real);
    folder("real/app/src");
    symlinkSync(real, `${world.folder}/link`);
    symlinkSync(`${real}/src`, `${world.folder}/source`);
    await session(`${world.folder}/link/src`, "by a link");
    await session(real, "by the real path");
    for (const typed of [real, "./link", "./source", "real/app/src/.."]) {
      expect(await titles(typed)).toEqual(["by the real path", "by a link"]);
    }
    const { groups } = await world.json("stats", "--by", "project");
    expect(groups).toMatchObject([{ key: "app", sessions: 2 }]);
    // As `cd -P ..` would go there.
    world.cwd = `${world.folder}/source`;
    expect(await titles("..")).toEqual(["by the real path", "by a link"]);
  });

  test("the tree that two sessions share counts as one, however it is spelled", async () => {
    const real = folder("app");
    symlinkSync(real, `${world.folder}/link`);
    await session(real, "one");
    await session(`${world.folder}/link`, "two");
    const { sessions } = await world.json("ps");
    expect(sessions).toMatchObject([{ others_in_tree: 1 }, { others_in_tree: 1 }]);
  });
});

describe("what is no more", () => {
  test("a folder, by its path or from where it was", async () => {
    const gone = folder("a/gone");
    await session(gone);
    rmSync(`${world.folder}/a`, { recursive: true });
    for (const typed of [gone, `${gone}/`, "a/gone", "./a//gone/.", "a/x/../gone"]) {
      expect(await titles(typed)).toEqual(["here"]);
    }
  });

  test("a folder that was reached by a link", async () => {
    folder("real");
    symlinkSync(`${world.folder}/real`, `${world.folder}/link`);
    await session(folder("link/gone"));
    rmSync(`${world.folder}/real/gone`, { recursive: true });
    expect(await titles("real/gone")).toEqual(["here"]);
    expect(await titles("link/gone")).toEqual(["here"]);
  });

  test("a repository, and a folder that was in it", async () => {
    const app = folder("app");
    makeRepository(app);
    await session(folder("app/src"));
    rmSync(app, { recursive: true });
    for (const typed of [app, "./app", `${app}/src/deep`]) {
      expect(await titles(typed)).toEqual(["here"]);
    }
    expect(await titles(world.folder)).toEqual([]);
  });

  test("a repository within another that is still there", async () => {
    makeRepository(world.folder);
    await session(world.folder, "around");
    const app = folder("app");
    makeRepository(app);
    await session(app);
    rmSync(app, { recursive: true });
    expect(await titles(app)).toEqual(["here"]);
    expect(await titles("never/there")).toEqual(["around"]);
  });

  test("a worktree", async () => {
    const app = folder("app");
    makeRepository(app);
    await session(app, "main");
    const side = `${world.folder}/side`;
    git(app, "worktree", "add", "-q", "-b", "side", side);
    await session(side, "side");
    git(app, "worktree", "remove", side);
    expect(await titles(side)).toEqual(["side", "main"]);
    expect(await titles("./side/src")).toEqual(["side", "main"]);
  });

  test("the working directory", async () => {
    await session(folder("plain"));
    world.cwd = null;
    expect(await titles(`${world.folder}/plain`)).toEqual(["here"]);
    expect(await titles("plain")).toEqual(["here"]);
    const { code, err } = await world.mm("session", "list", "--project", ".");
    expect(code).toBe(2);
    expect(err).toContain("the working directory has been deleted");
  });
});

describe("a name", () => {
  test("means all projects that are called so, and part of a path one of them", async () => {
    for (const path of ["work/app", "play/app"]) {
      makeRepository(folder(path));
      await session(`${world.folder}/${path}`, path);
    }
    world.cwd = folder("elsewhere");
    expect(await titles("app")).toEqual(["play/app", "work/app"]);
    expect(await titles("work/app")).toEqual(["work/app"]);
    expect(await titles("pp")).toEqual([]);
    expect(await titles("ork/app")).toEqual([]);
    // A folder that is there goes first.
    folder("elsewhere/work/app");
    expect(await titles("work/app")).toEqual([]);
  });

  test("of a bare repository has no .git", async () => {
    const bare = `${world.folder}/tool.git`;
    git(world.folder, "init", "-q", "--bare", bare);
    await session(bare);
    // Before, the folder itself was taken for the project.
    world.exec("UPDATE mm_sessions SET project = NULL");
    await session(bare, "again");
    expect(await titles("tool")).toEqual(["again", "here"]);
    expect(await titles("./tool.git/refs")).toEqual(["again", "here"]);
  });

  test("an empty one is refused", async () => {
    for (const words of [["session", "list"], ["stats"], ["search", "x"]]) {
      const { code, err } = await world.mm(...words, "--project", "");
      expect({ code, err }).toMatchObject({ code: 2 });
      expect(err).toContain("the project is empty");
    }
  });
});

test("in a database of memtomem's alone no session has a project", async () => {
  world.useMemtomemHome();
  for (const typed of [".", "app", "a/app", "/gone"]) {
    expect(await titles(typed)).toEqual([]);
    expect(await world.json("search", "--project", typed, "a")).toMatchObject({ count: 0 });
    expect(await world.json("stats", "--project", typed)).toMatchObject({ sessions: 0 });
  }
});

test("a moved tree's own link leads to it", async () => {
  const app = folder("old");
  makeRepository(app);
  await session(app);
  renameSync(app, `${world.folder}/new`);
  symlinkSync("new", app);
  expect(await titles("./old")).toEqual(["here"]);
  expect(await titles("./new")).toEqual(["here"]);
});
