import { afterEach, beforeEach, expect } from "bun:test";
import { mkdirSync, renameSync } from "node:fs";
import { git, makeRepository } from "../support/git.ts";
import { HookWorld } from "../support/hook-world.ts";
import { needs } from "../support/tools.ts";

const test = needs("git");

let world: HookWorld;
let old: string;
let now: string;
beforeEach(() => {
  world = new HookWorld();
  old = `${world.folder}/old`;
  now = `${world.folder}/now`;
});
afterEach(() => world[Symbol.dispose]());

async function resume(cwd: string): Promise<void> {
  world.pass(60);
  await world.start("resume", { cwd });
}

function place() {
  const { project, root, cwd, branch } = world.session();
  return { project, root, cwd, branch };
}

async function resumeLine(): Promise<unknown> {
  return (await world.json("session", "show", "last"))["resume_command"];
}

/** A session that ran in a repository and has ended. */
async function session(): Promise<void> {
  makeRepository(old);
  mkdirSync(`${old}/src`);
  await world.start("startup", { cwd: `${old}/src` });
  await world.prompt("go", { cwd: `${old}/src` });
  world.pass(60);
  await world.end();
}

test("a session that is resumed where its repository is now works there", async () => {
  await session();
  renameSync(old, now);
  await resume(`${now}/src`);
  expect(place()).toEqual({
    project: `${now}/.git`,
    root: now,
    cwd: `${now}/src`,
    branch: "main",
  });
  expect(await resumeLine()).toBe(`cd ${now}/src && claude --resume c1`);
});

test("also where it was never ended, and where a prompt takes it up", async () => {
  makeRepository(old);
  await world.start("startup", { cwd: old });
  renameSync(old, now);
  await resume(now);
  expect(place()).toMatchObject({ project: `${now}/.git`, cwd: now });
  await world.end();
  renameSync(now, old);
  world.pass(60);
  await world.prompt("on", { cwd: old });
  expect(place()).toMatchObject({ project: `${old}/.git`, cwd: old });
});

test("in another worktree it has that one's branch", async () => {
  await session();
  git(old, "worktree", "add", "-q", "-b", "side", now);
  await resume(now);
  expect(place()).toEqual({ project: `${old}/.git`, root: now, cwd: now, branch: "side" });
});

test("in the same tree the branch stays that of its start, and the folder is the last", async () => {
  await session();
  git(old, "checkout", "-q", "-b", "later");
  await resume(old);
  expect(place()).toEqual({ project: `${old}/.git`, root: old, cwd: old, branch: "main" });
});

test("a folder that isn't in a repository moves, too", async () => {
  mkdirSync(old);
  await world.start("startup", { cwd: old });
  renameSync(old, now);
  await resume(now);
  expect(place()).toEqual({ project: null, root: now, cwd: now, branch: null });
  expect(await resumeLine()).toBe(`cd ${now} && claude --resume c1`);
});

test("outside any repository it stays that of its own", async () => {
  await session();
  mkdirSync(now);
  const before = place();
  await resume(now);
  expect(place()).toEqual(before);
});

test("who works in it may go anywhere, and what comes late tells nothing new", async () => {
  await session();
  makeRepository(now);
  await resume(old);
  const before = place();
  world.pass(60);
  await world.prompt("there", { cwd: now });
  await world.start("compact", { cwd: now });
  expect(place()).toEqual(before);
  // A resumption that was spooled before and is found only now.
  await world.whileBroken(() => resume(now));
  renameSync(world.spoolFolder, `${world.folder}/aside`);
  await resume(old);
  renameSync(`${world.folder}/aside`, world.spoolFolder);
  await world.tool("t1", { cwd: old });
  expect(world.spooled()).toEqual([]);
  expect(place()).toEqual(before);
});

test("nothing of another repository is mixed into one that is known", async () => {
  makeRepository(old);
  makeRepository(now);
  git(now, "remote", "add", "origin", "https://example.com/now.git");
  await world.start("startup", { cwd: old });
  await world.prompt("there", { cwd: now });
  expect(world.session()).toMatchObject({ project: `${old}/.git`, remote: null, folder: null });
});
