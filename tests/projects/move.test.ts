import { afterEach, beforeEach, describe, expect } from "bun:test";
import { existsSync, renameSync, rmSync, symlinkSync } from "node:fs";
import { git, makeRepository } from "../support/git.ts";
import { ProjectWorld } from "../support/projects.ts";
import { needs } from "../support/tools.ts";

const test = needs("git");

let world: ProjectWorld;
beforeEach(() => {
  world = new ProjectWorld();
});
afterEach(() => world[Symbol.dispose]());

function move(...words: string[]) {
  return world.json("project", "move", ...words);
}

function paths(name = "here") {
  const { project, folder, root, cwd } = world.session(name);
  return { project, folder, root, cwd };
}

async function refused(...words: string[]): Promise<object> {
  const { out } = await world.mm("project", "move", ...words, "--json");
  return (JSON.parse(out) as { error: object }).error;
}

describe("mm project move", () => {
  test("gives a plain folder's sessions its new one", async () => {
    const old = world.make("old");
    await world.work(old);
    await world.work(world.make("old/sub"), "below");
    await world.work(world.make("older"), "beside");
    const now = `${world.folder}/now`;
    renameSync(old, now);
    expect(await move("old", now, "--dry-run")).toEqual({
      dry_run: true,
      sessions: 2,
      from: old,
      to: now,
    });
    expect(await world.titles(now)).toEqual([]);
    expect(await world.mm("project", "move", old, "now")).toEqual({
      code: 0,
      out: `Moved 2 sessions\n  From: ${old}\n  To:   ${now}\n`,
      err: "",
    });
    expect(await world.titles(now)).toEqual(["here"]);
    expect(await world.titles(`${now}/sub`)).toEqual(["below"]);
    expect(await world.titles("older")).toEqual(["beside"]);
    expect(await world.titles("./old")).toEqual([]);
    const shown = await world.json("session", "show", world.session("here").id);
    expect(shown).toMatchObject({ root: now, cwd: now });
    expect(shown["resume_command"]).toBe(`cd ${now} && claude --resume here`);
  });

  needs("git", "sed")("a repository's, with its worktrees and submodules", async () => {
    const lib = world.make("lib-source");
    makeRepository(lib);
    const old = world.make("old");
    makeRepository(old);
    git(old, "submodule", "--quiet", "add", lib, "lib");
    git(old, "commit", "-q", "-m", "lib");
    git(old, "worktree", "add", "-q", "-b", "in", `${old}/in`);
    git(old, "worktree", "add", "-q", "-b", "out", `${world.folder}/out`);
    for (const path of ["old", "old/lib", "old/in", "out"]) {
      await world.work(`${world.folder}/${path}`, path);
    }
    const now = `${world.folder}/now`;
    renameSync(old, now);
    expect(await move(old, now)).toMatchObject({ sessions: 4 });
    expect(paths("old")).toMatchObject({ project: `${now}/.git`, root: now, cwd: now });
    expect(paths("old/lib")).toMatchObject({
      project: `${now}/.git/modules/lib`,
      root: `${now}/lib`,
    });
    expect(paths("old/in")).toMatchObject({ project: `${now}/.git`, root: `${now}/in` });
    expect(paths("out")).toMatchObject({ project: `${now}/.git`, root: `${world.folder}/out` });
  });

  test("to a clone that is another one by all that git knows", async () => {
    const old = world.make("old");
    makeRepository(old);
    await world.work(old);
    rmSync(old, { recursive: true });
    const now = world.make("now");
    makeRepository(now);
    await world.work(now, "after");
    await move(old, now);
    expect(await world.titles(now)).toEqual(["after", "here"]);
  });

  test("between repositories of different kinds", async () => {
    const bare = `${world.folder}/tool.git`;
    git(world.folder, "init", "-q", "--bare", bare);
    await world.work(bare);
    rmSync(bare, { recursive: true });
    const now = world.make("tool");
    git(now, "init", "-q", `--separate-git-dir=${world.folder}/apart`);
    await move("tool", now);
    expect(paths()).toEqual({
      project: `${world.folder}/apart`,
      folder: now,
      root: now,
      cwd: now,
    });
    const next = world.make("next");
    makeRepository(next);
    await move("./tool", "next");
    expect(paths()).toEqual({ project: `${next}/.git`, folder: null, root: next, cwd: next });
  });

  test("of a folder around several", async () => {
    for (const path of ["old/a", "old/b"]) {
      makeRepository(world.make(path));
      await world.work(`${world.folder}/${path}`, path);
    }
    renameSync(`${world.folder}/old`, `${world.folder}/now`);
    expect(await move("./old", "./now")).toMatchObject({ sessions: 2 });
    expect(paths("old/a")).toMatchObject({ project: `${world.folder}/now/a/.git` });
    expect(await world.titles("./now/b")).toEqual(["old/b"]);
  });

  test("however the path was spelled when it was recorded", async () => {
    const real = world.make("real");
    symlinkSync(real, `${world.folder}/link`);
    const old = world.make("real/old");
    await world.work(`${world.folder}/link/old`, "by a link");
    await world.work(`${old}//.`, "odd");
    const now = `${world.folder}/now`;
    renameSync(old, now);
    expect(await move(`${old}/`, `${now}//`)).toMatchObject({ sessions: 2, from: old, to: now });
    expect(await world.titles(now)).toEqual(["odd", "by a link"]);
  });

  test("into a folder within the old one, where sessions were since", async () => {
    const old = world.make("code");
    const now = world.make("code/new");
    await world.work(old);
    await world.work(world.make("code/app"), "app");
    await world.work(now, "since");
    expect(await move(old, now)).toMatchObject({ sessions: 2 });
    expect(paths("app").root).toBe(`${now}/app`);
    expect(paths("since").root).toBe(now);
    expect(await world.titles(now)).toEqual(["since", "here"]);
  });

  test("by a name that one project has", async () => {
    await world.work(world.make("old/app"));
    const now = world.make("now");
    expect(await move("app", now)).toMatchObject({ sessions: 1, from: `${world.folder}/old/app` });
  });

  test("refuses what it can't do, and changes nothing", async () => {
    await world.work(world.make("a/app"), "a");
    await world.work(world.make("b/app"), "b");
    const now = world.make("now");
    const [a, b] = [`${world.folder}/a/app`, `${world.folder}/b/app`];
    expect(await refused("app", now)).toMatchObject({
      code: "project_ambiguous",
      message: `several projects are called app: ${a}, ${b}`,
    });
    expect(await refused("never", now)).toMatchObject({
      code: "project_not_found",
      message: "no session ran in never",
    });
    expect(await refused("./never", now)).toMatchObject({ code: "project_not_found" });
    expect(await refused(a, "nowhere")).toMatchObject({
      code: "usage",
      message: `no such folder: ${world.folder}/nowhere`,
    });
    expect(await refused(a, `${a}/`)).toMatchObject({ code: "usage" });
    expect(await refused("", now)).toMatchObject({ code: "usage" });
    expect(await refused(a, "")).toMatchObject({ code: "usage" });
    expect((await world.mm("project", "move", a)).code).toBe(2);
    expect(paths("a").root).toBe(a);
  });

  test("where nothing is stored nothing is created", async () => {
    expect(await refused("app", ".")).toMatchObject({ code: "project_not_found" });
    expect(existsSync(world.home)).toBe(false);
    world.useMemtomemHome();
    expect(await refused("app", ".", "--dry-run")).toMatchObject({ code: "project_not_found" });
    expect(world.rows("SELECT 1 FROM sqlite_schema WHERE name = 'mm_sessions'")).toEqual([]);
  });
});
