import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { lstatSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { doctor, found } from "../support/doctor.ts";
import { LogWorld } from "../support/log-world.ts";

let world: LogWorld;
beforeEach(() => {
  world = new LogWorld();
  world.env = { ...world.env, HOME: world.folder };
  writeFileSync(`${world.folder}/theirs`, "theirs");
});
afterEach(() => world[Symbol.dispose]());

const KINDS: [string, (path: string) => void][] = [
  ["a pipe", (path) => void Bun.spawnSync(["mkfifo", path])],
  ["a folder", (path) => void mkdirSync(path)],
  ["a device", (path) => symlinkSync("/dev/zero", path)],
  ["a link to a file", (path) => symlinkSync(`${world.folder}/theirs`, path)],
  ["a link that leads nowhere", (path) => symlinkSync("gone", path)],
];
const ENDS = ["-wal", "-shm", "-journal"];
const PLANTED = KINDS.flatMap(([kind, plant]) => ENDS.map((end) => [kind, end, plant] as const));

/** What names one thing on the disk, wherever it is moved. */
const inode = (path: string) => lstatSync(path).ino;

describe("what is put in the place of a file of SQLite's", () => {
  test.each(PLANTED)("%s, as %s beside no database, is kept", async (_, end, plant) => {
    const path = `${world.database}${end}`;
    world.makeHome();
    plant(path);
    const planted = inode(path);
    expect(await world.titles()).toEqual([]);
    expect(await found(world, "left-logs")).toHaveLength(1);
    await world.record("one");
    expect(await world.titles()).toEqual(["one"]);
    expect(inode(`${path}.left-1`)).toBe(planted);
    expect(await found(world, "left-logs")).toEqual([]);
    expect(readFileSync(`${world.folder}/theirs`, "utf8")).toBe("theirs");
  });

  test.each(PLANTED)("%s, as %s of a database, is kept", async (_, end, plant) => {
    const path = `${world.database}${end}`;
    await world.record("one");
    world.fold();
    for (const each of ENDS) rmSync(`${world.database}${each}`, { force: true });
    plant(path);
    const planted = inode(path);
    expect(await world.code("session", "list")).toBe("database_unusable");
    expect(await world.code("session", "start")).toBe("database_unusable");
    await world.record("spooled");
    expect(inode(path)).toBe(planted);
    const said = `${path} is not a file, and SQLite needs it to be one`;
    expect(await found(world, "left-logs")).toEqual([`problem: ${said}`]);
    expect(await found(world, "writable")).toEqual([]);
    const { findings } = await doctor(world, "--fix");
    expect(findings.filter(({ fixed }) => fixed).map(({ what }) => what)).toContain(said);
    expect(inode(`${path}.left-1`)).toBe(planted);
    await world.record("next");
    expect(await world.titles()).toEqual(["next", "one", "spooled"]);
    expect(readFileSync(`${world.folder}/theirs`, "utf8")).toBe("theirs");
  });
});
