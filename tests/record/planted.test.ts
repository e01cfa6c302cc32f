import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { found } from "../support/doctor.ts";
import { HookWorld } from "../support/hook-world.ts";
import { endless, fifo } from "../support/odd-files.ts";

let world: HookWorld;
beforeEach(() => {
  world = new HookWorld();
  world.env = { ...world.env, HOME: world.folder };
});
afterEach(() => world[Symbol.dispose]());

const reasons = () => world.lossReasons();

describe("settings that are there but can't be read", () => {
  test.each([
    ["are empty", (path: string) => writeFileSync(path, "")],
    ["are blank", (path: string) => writeFileSync(path, " \n")],
    ["are cut off", (path: string) => writeFileSync(path, '{"capt')],
    ["are a pipe", fifo],
    ["are a device", (path: string) => symlinkSync("/dev/zero", path)],
    ["are a folder", (path: string) => void mkdirSync(path)],
    ["have no end", endless],
    ["are behind a link that leads nowhere", (path: string) => symlinkSync("/no/such/file", path)],
  ])("%s: names and counts only are recorded", async (_, plant) => {
    world.makeHome();
    // Where hooks were installed.
    mkdirSync(`${world.home}/hooks`);
    plant(`${world.home}/mm.json`);
    await world.prompt("private");
    expect(world.told()).toEqual(["prompt: 7 characters"]);
    expect(world.log()[0]).toStartWith(`ignored ${world.home}/mm.json: `);
    expect(await found(world, "settings")).toHaveLength(1);
  });

  test("that are not there at all have their defaults", async () => {
    await world.prompt("private");
    expect(world.told()).toEqual(["prompt: private"]);
    expect(await found(world, "settings")).toEqual([]);
  });
});

describe("a home that can't be written", () => {
  const block = () => {
    rmSync(world.home, { recursive: true, force: true });
    writeFileSync(world.home, "");
  };

  test("has its losses counted outside, and told by the next call that succeeds", async () => {
    block();
    await world.start();
    await world.prompt("lost");
    expect(world.outside).toSatisfy(existsSync);
    rmSync(world.home);
    await world.prompt("kept");
    expect(world.told()).toEqual(["prompt: kept"]);
    expect(await reasons()).toEqual({ unwritable: 2 });
    expect(existsSync(world.outside)).toBe(false);
    expect(world.log()).toContain(
      `2 events were lost while nothing could be written in ${world.home}`,
    );
  });

  test("is named by doctor and by hooks status meanwhile", async () => {
    block();
    await world.prompt("lost");
    const problem = `MM_HOME names a file, not a folder: ${world.home}`;
    expect(await found(world, "home")).toEqual([`problem: ${problem}`]);
    expect(await found(world, "lost-events")).toHaveLength(1);
    expect(await world.hookStatus()).toMatchObject({
      lost_events: { count: 1, reasons: { unwritable: 1 } },
      home_problem: problem,
    });
    expect((await world.mm("hooks", "status")).out).toContain(`Events are lost: ${problem}\n`);
  });
});

/** What may be in the way of a part of the home, which costs nothing but that part. */
describe.each([
  "spool",
  "logs",
  "hooks",
  "spool.bad",
  ".current_session",
  ".current_session.tmp",
  "config.json",
  "config.d",
  "memtomem.db.mm-search",
  "logs/hook.log",
  "logs/lost-events",
])("with %s", (name) => {
  test.each([
    ["a pipe", fifo],
    ["a device", (path: string) => symlinkSync("/dev/full", path)],
    ["a link to a folder", (path: string) => symlinkSync(`${world.folder}/theirs`, path)],
    ["a link to a file", (path: string) => symlinkSync(`${world.folder}/theirs/file`, path)],
    ["a folder", (path: string) => void mkdirSync(path)],
  ])("as %s events are stored or spooled, and nothing is written through it", async (_, plant) => {
    world.makeHome();
    mkdirSync(`${world.folder}/theirs`);
    writeFileSync(`${world.folder}/theirs/file`, "theirs");
    mkdirSync(`${world.home}/${name}/..`, { recursive: true });
    if (name.includes("/")) mkdirSync(`${world.home}/logs`, { recursive: true });
    rmSync(`${world.home}/${name}`, { recursive: true, force: true });
    plant(`${world.home}/${name}`);
    await world.start();
    await world.prompt("one");
    // A loss that has to be counted, and lines for the log.
    await world.hook("claude", "Stop", "no JSON");
    await world.mm("session", "start");
    await world.mm("session", "end");
    await world.mm("search", "one");
    expect(world.told()).toEqual(["prompt: one"]);
    expect(await reasons()).toEqual({ payload: 1 });
    expect(readFileSync(`${world.folder}/theirs/file`, "utf8")).toBe("theirs");
    expect(existsSync(`${world.folder}/theirs/lost-events`)).toBe(false);
    expect(existsSync(`${world.folder}/theirs/hook.log`)).toBe(false);
  });
});

test.each([
  ["a pipe", fifo],
  ["a device", (path: string) => symlinkSync("/dev/zero", path)],
  ["a socket's stand-in, a full device", (path: string) => symlinkSync("/dev/full", path)],
])("a database that is %s has hooks spool", async (_, plant) => {
  world.makeHome();
  plant(world.database);
  await world.prompt("one");
  expect(world.spooled()).toHaveLength(1);
  expect(world.log()[0]).toContain("is a pipe or a device");
  rmSync(world.database);
  await world.prompt("two");
  expect(world.told()).toEqual(["prompt: one", "prompt: two"]);
});

test.each([
  ["a pipe", fifo],
  ["a link", (path: string) => symlinkSync(`${world.folder}/theirs`, path)],
  ["a folder", (path: string) => void mkdirSync(path)],
  ["a device", (path: string) => symlinkSync("/dev/full", path)],
])("a CLAUDE_ENV_FILE that is %s is not written to", async (_, plant) => {
  const path = `${world.folder}/env`;
  plant(path);
  world.env = { ...world.env, CLAUDE_ENV_FILE: path };
  await world.start();
  expect(world.log()).toEqual(["CLAUDE_ENV_FILE could not be written"]);
  expect(world.session().ended_at).toBeNull();
  expect(existsSync(`${world.folder}/theirs`)).toBe(false);
});
