import { afterEach, beforeEach, describe, expect } from "bun:test";
import { mkdirSync, rmSync, symlinkSync } from "node:fs";
import { HistoryWorld } from "../support/backfilled.ts";
import { git, makeRepository } from "../support/git.ts";
import { needs } from "../support/tools.ts";

const test = needs("git");

let world: HistoryWorld;
let shop: string;
beforeEach(() => {
  world = new HistoryWorld();
  shop = `${world.folder}/shop`;
  makeRepository(shop);
});
afterEach(() => world[Symbol.dispose]());

const idOf = (n: number) => `0000000${n}-1111-4222-8333-444444444444`;

/** A session of Claude's in a folder. */
function worked(n: number, cwd: string): void {
  const message = { role: "user", content: `prompt ${n}` };
  const at = { sessionId: idOf(n), timestamp: `2026-11-20T10:0${n}:00Z`, cwd };
  world.leave(`.claude/projects/-w/${idOf(n)}.jsonl`, [
    { ...at, type: "user", uuid: "u", message },
  ]);
}

/** A thread of Codex' in a folder, which tells the remote or a commit. */
function threaded(n: number, cwd: string, told: object): void {
  const timestamp = `2026-11-20T10:0${n}:00Z`;
  const payload = { id: idOf(n), cwd, git: { ...told, branch: "side" } };
  const said = { type: "user_message", message: `prompt ${n}` };
  world.leave(`.codex/sessions/rollout-2026-11-20T10-00-00-${idOf(n)}.jsonl`, [
    { timestamp, type: "session_meta", payload },
    { timestamp, type: "event_msg", payload: said },
  ]);
}

/** The prompts' numbers of a project's sessions. */
async function inProject(project: string): Promise<string[]> {
  const { sessions } = await world.json<{ sessions: { title: string | null }[] }>(
    "list",
    "--project",
    project,
  );
  return sessions.map(({ title }) => String(title).replace("prompt ", "")).sort();
}

function worktree(name: string): string {
  const folder = `${world.folder}/${name}`;
  git(shop, "worktree", "add", "-q", "-b", name, folder);
  return folder;
}

test("a session in a worktree belongs to its repository", async () => {
  worked(1, shop);
  worked(2, worktree("side"));
  mkdirSync(`${shop}/src`);
  worked(3, `${shop}/src`);
  await world.backfill();
  expect(await inProject(shop)).toEqual(["1", "2", "3"]);
  expect(await inProject(`${world.folder}/side`)).toEqual(["1", "2", "3"]);
  expect(await inProject("shop")).toEqual(["1", "2", "3"]);
});

test("so does one whose worktree git still lists, though its folder is gone", async () => {
  worked(1, `${worktree("side")}/src`);
  rmSync(`${world.folder}/side`, { recursive: true });
  worked(2, shop);
  await world.backfill();
  expect(await inProject(shop)).toEqual(["1", "2"]);
});

test.each([
  ["a pipe", (path: string) => Bun.spawnSync(["mkfifo", path])],
  ["a device", (path: string) => symlinkSync("/dev/zero", path)],
  ["a folder", (path: string) => mkdirSync(path)],
  ["nothing", () => undefined],
])("%s where git names another worktree keeps none waiting and costs no other", async (_, put) => {
  worked(1, `${worktree("side")}/src`);
  rmSync(`${world.folder}/side`, { recursive: true });
  mkdirSync(`${shop}/.git/worktrees/a`);
  put(`${shop}/.git/worktrees/a/gitdir`);
  worked(2, shop);
  await world.backfill();
  expect(await inProject(shop)).toEqual(["1", "2"]);
});

test("so does one whose worktree is gone and was that of another session, in any order", async () => {
  const side = worktree("side");
  await world.hook("claude", "SessionStart", {
    session_id: "hooked",
    cwd: side,
    hook_event_name: "SessionStart",
    source: "startup",
  });
  git(shop, "worktree", "remove", side);
  worked(1, `${side}/src`);
  await world.backfill();
  expect(await inProject(shop)).toContain("1");
});

test.each(["its session's line before", "its session's line after"])(
  "so does one whose worktree is gone, if Claude tells from where it was made: %s",
  async (order) => {
    const cwd = `${world.folder}/gone`;
    const id = { sessionId: idOf(1) };
    const at = { ...id, timestamp: "2026-11-20T10:01:00Z", cwd };
    const told = {
      type: "worktree-state",
      worktreeSession: { originalCwd: `${shop}/src`, worktreePath: cwd },
      ...id,
    };
    const said = { ...at, type: "user", uuid: "u", message: { role: "user", content: "prompt 1" } };
    const left = { type: "worktree-state", worktreeSession: null, ...id };
    const lines = order.endsWith("before") ? [told, said, left] : [said, told, left];
    world.leave(`.claude/projects/-w/${idOf(1)}.jsonl`, lines);
    worked(2, shop);
    await world.backfill();
    expect(await inProject(shop)).toEqual(["1", "2"]);
  },
);

test("so does one of which only Claude knows the repository, be that gone or not", async () => {
  const id = { sessionId: idOf(1) };
  const at = { ...id, timestamp: "2026-11-20T10:01:00Z", cwd: `${world.folder}/gone` };
  const said = { ...at, type: "user", uuid: "u", message: { role: "user", content: "prompt 1" } };
  const told = (originalCwd: string) => ({
    type: "worktree-state",
    worktreeSession: { originalCwd },
    ...id,
  });
  world.leave(`.claude/projects/-w/${idOf(1)}.jsonl`, [said, told(shop)]);
  await world.backfill();
  expect(await inProject(shop)).toEqual(["1"]);
  rmSync(shop, { recursive: true });
  using other = new HistoryWorld();
  other.leave(`.claude/projects/-w/${idOf(1)}.jsonl`, [said, told(shop)]);
  await other.backfill();
  const [session] = other.rows<{ root: string }>("SELECT root FROM mm_sessions");
  expect(session?.root).toBe(shop);
});

test("so does one whose worktree lay within the repository", async () => {
  worked(1, `${shop}/.claude/worktrees/side`);
  await world.backfill();
  expect(await inProject(shop)).toEqual(["1"]);
});

test("so does one whose worktree is gone, by its remote, if only one repository has that", async () => {
  const remote = "git@example.com:ada/shop.git";
  git(shop, "remote", "add", "origin", remote);
  threaded(1, `${world.folder}/gone`, { repository_url: "https://example.com/ada/shop" });
  threaded(2, `${world.folder}/other`, { repository_url: "https://example.com/bob/shop" });
  await world.backfill();
  expect(await inProject(shop)).toEqual([]);
  worked(3, shop);
  await world.backfill();
  expect(await inProject(shop)).toEqual(["1", "3"]);
});

test("a repository with the same remote in another folder leaves it open", async () => {
  const remote = "https://example.com/ada/shop";
  for (const folder of [shop, `${world.folder}/clone`]) {
    if (folder !== shop) makeRepository(folder);
    git(folder, "remote", "add", "origin", remote);
    worked(folder === shop ? 1 : 2, folder);
  }
  threaded(3, `${world.folder}/gone`, { repository_url: remote });
  await world.backfill();
  expect(await inProject(shop)).toEqual(["1"]);
  expect(await inProject(`${world.folder}/gone`)).toEqual(["3"]);
});

const headOf = (folder: string) =>
  Bun.spawnSync(["git", "rev-parse", "HEAD"], { cwd: folder }).stdout.toString().trim();

describe("without a remote", () => {
  test("a thread in a worktree belongs to its repository", async () => {
    const side = worktree("side");
    threaded(1, side, { commit_hash: headOf(side) });
    threaded(2, shop, {});
    await world.backfill();
    expect(await inProject(shop)).toEqual(["1", "2"]);
  });

  test("so does one whose worktree is gone, if only one repository has its commit", async () => {
    const side = worktree("side");
    git(side, "commit", "-q", "--allow-empty", "-m", "on the side");
    threaded(1, side, { commit_hash: headOf(side) });
    threaded(2, `${world.folder}/other`, { commit_hash: "0".repeat(40) });
    threaded(3, `${world.folder}/odd`, { commit_hash: "../HEAD" });
    git(shop, "worktree", "remove", side);
    // A folder of this name may be there for something else.
    mkdirSync(side);
    await world.backfill();
    expect(await inProject(side)).toEqual(["1"]);
    worked(4, shop);
    await world.backfill();
    expect(await inProject(shop)).toEqual(["1", "4"]);
  });

  test("a clone with the same commit leaves it open", async () => {
    git(world.folder, "clone", "-q", shop, "clone");
    threaded(1, `${world.folder}/gone`, { commit_hash: headOf(shop) });
    worked(2, shop);
    worked(3, `${world.folder}/clone`);
    await world.backfill();
    expect(await inProject(shop)).toEqual(["2"]);
  });
});

test("a folder without a repository is a project of its own, also below a home that is one", async () => {
  makeRepository(world.user);
  const plain = `${world.folder}/plain`;
  mkdirSync(plain);
  worked(1, plain);
  worked(2, `${world.user}/gone`);
  await world.backfill();
  expect(await inProject(plain)).toEqual(["1"]);
  expect(await inProject(`${world.user}/gone`)).toEqual(["2"]);
});
