import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { readSpooled, removeSpooled, setAside, spool } from "../../src/files/spool.ts";
import { lostEvents } from "../../src/files/troubles.ts";
import { HookWorld } from "../support/hook-world.ts";

let home: string;
let folder: string;
beforeEach(() => {
  home = mkdtempSync(`${tmpdir()}/mm-spool-`);
  folder = `${home}/spool`;
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

const T = 1_795_348_800_000;
const ID = "0a1b2c3d-0000-4000-8000-000000000000";
const names = () => (existsSync(folder) ? readdirSync(folder).toSorted() : []);
const values = () => readSpooled(folder, Date.now()).calls.map(({ value }) => value);

describe("a call", () => {
  test("is a file of its own, for its owner only", () => {
    expect(spool(folder, T, ID, { a: "é" })).toBe(true);
    expect(names()).toEqual([`${T}-${ID}.json`]);
    expect(readFileSync(`${folder}/${T}-${ID}.json`, "utf8")).toBe('{"a":"é"}');
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    expect(statSync(`${folder}/${T}-${ID}.json`).mode & 0o777).toBe(0o600);
  });

  test("is read back, oldest first, and gone with its folder when it is removed", () => {
    spool(folder, T + 1, ID, "later");
    spool(folder, T, ID, "earlier");
    const spooled = readSpooled(folder, Date.now()).calls;
    expect(spooled.map(({ value }) => value)).toEqual(["earlier", "later"]);
    removeSpooled(folder, [spooled[0]?.file ?? ""]);
    expect(values()).toEqual(["later"]);
    removeSpooled(folder, [spooled[1]?.file ?? ""]);
    expect(existsSync(folder)).toBe(false);
    removeSpooled(folder, [spooled[1]?.file ?? ""]);
  });

  test("is lost where the folder can't be made, and says why", () => {
    writeFileSync(folder, "a file");
    expect(() => spool(folder, T, ID, {})).toThrow(/EEXIST|ENOTDIR/u);
    expect(() => spool("/proc/nowhere", T, ID, {})).toThrow();
  });

  test("leaves nothing behind where it can't be written", () => {
    mkdirSync(`${folder}/${T}-${ID}.json`, { recursive: true });
    expect(() => spool(folder, T, ID, {})).toThrow();
    expect(names()).toEqual([`${T}-${ID}.json`]);
  });
});

test("no spool is an empty one", () => {
  expect(readSpooled(folder, Date.now())).toEqual({ calls: [], isAll: false });
  writeFileSync(folder, "a file");
  expect(readSpooled(folder, Date.now())).toEqual({ calls: [], isAll: false });
});

test("a hundred are read at a time, the oldest", () => {
  for (let n = 0; n < 105; n++) spool(folder, T + n, ID, n);
  expect(values()).toEqual(Array.from({ length: 100 }, (_, n) => n));
});

const FOREIGN = [
  "README",
  "x.json",
  `${T}.json`,
  `-${ID}.json`,
  `${T}-${ID}.json.bak`,
  `${T}-${ID}.JSON`,
  `${T}-UPPER.json`,
  `.${T}-${ID}.json`,
];

test("files of others are neither read nor removed nor counted", () => {
  mkdirSync(folder);
  for (const name of FOREIGN) writeFileSync(`${folder}/${name}`, "{}");
  mkdirSync(`${folder}/folder`);
  truncateSync(`${folder}/README`, 80 * 1024 * 1024);
  spool(folder, T, ID, "ours");
  expect(values()).toEqual(["ours"]);
  removeSpooled(
    folder,
    readSpooled(folder, Date.now()).calls.map(({ file }) => file),
  );
  expect(names()).toEqual([...FOREIGN, "folder"].toSorted());
});

test("over 64 MiB nothing more is taken", () => {
  spool(folder, T, ID, "first");
  truncateSync(`${folder}/${T}-${ID}.json`, 64 * 1024 * 1024);
  expect(spool(folder, T + 1, ID, "at the edge")).toBe(true);
  expect(spool(folder, T + 2, ID, "over it")).toBe(false);
  expect(names()).toHaveLength(2);
  removeSpooled(folder, [`${folder}/${T}-${ID}.json`]);
  expect(spool(folder, T + 2, ID, "again")).toBe(true);
});

test("what a killed writer left half written goes in time", () => {
  mkdirSync(folder);
  const leftover = `${folder}/${T}-${ID}.json.tmp`;
  writeFileSync(leftover, '{"half');
  const anHourAgo = new Date(Date.now() - 3_600_000);
  utimesSync(leftover, anHourAgo, anHourAgo);
  spool(folder, T + 1, ID, "ours");
  const spooled = readSpooled(folder, Date.now()).calls;
  expect(spooled.map(({ value }) => value)).toEqual(["ours"]);
  removeSpooled(
    folder,
    spooled.map(({ file }) => file),
  );
  expect(names()).toEqual([]);
});

/** A valid call of a prompt, as `mm` spools it. */
async function spooledPrompt(world: HookWorld): Promise<Record<string, unknown>> {
  await world.whileBroken(() => world.prompt("spooled"));
  const [name = ""] = world.spooled();
  const record = JSON.parse(readFileSync(`${world.spoolFolder}/${name}`, "utf8"));
  rmSync(world.spoolFolder, { recursive: true });
  return record as Record<string, unknown>;
}

const BAD: readonly [string, (good: Record<string, unknown>) => unknown][] = [
  ["nothing", () => ""],
  ["half of it", (good) => JSON.stringify(good).slice(0, 100)],
  ["bytes", () => "\x00\xff"],
  ["null", () => null],
  ["a number", () => 7],
  ["a list", () => []],
  ["an empty object", () => ({})],
  ["only what every call has", ({ id, at, event }) => ({ id, at, event })],
  ["no client", ({ agentId: _, ...good }) => good],
  ["a time out of range", (good) => ({ ...good, at: 1e300 })],
  ["a kind that is none", (good) => ({ ...good, kind: "none", event: {} })],
  ["an id that is no text", (good) => ({ ...good, externalId: { a: 1 } })],
  ["an event that is none", (good) => ({ ...good, event: null })],
];

describe("a spooled file that can't be applied is no obstacle", () => {
  test.each(BAD)("%s", async (_, make) => {
    using world = new HookWorld();
    await world.start();
    const good = await spooledPrompt(world);
    const bad = make(good);
    mkdirSync(world.spoolFolder);
    const text = typeof bad === "string" ? bad : JSON.stringify(bad);
    writeFileSync(`${world.spoolFolder}/${T}-0bad.json`, text, "latin1");
    const rest = { ...good, id: "the good one", dedupKey: "prompt:the good one" };
    writeFileSync(`${world.spoolFolder}/${T + 1}-0c.json`, JSON.stringify(rest));
    world.pass(60);
    await world.prompt("first call");
    await world.prompt("second call");
    const told = world.told();
    // It may be told of as far as it can be.
    for (const line of ["prompt: spooled", "prompt: first call", "prompt: second call"]) {
      expect(told).toContain(line);
    }
    expect(world.spooled()).toEqual([]);
    const aside = `${world.home}/spool.bad`;
    if (existsSync(aside)) {
      expect(readdirSync(aside)).toEqual([`${T}-0bad.json.bad`]);
      expect(readFileSync(`${aside}/${T}-0bad.json.bad`, "latin1")).toBe(text);
      const lines = world.log().filter((line) => line.includes("set aside"));
      expect(lines).toEqual([expect.stringContaining(`${T}-0bad.json`)]);
      expect(lostEvents({ home: world.home, outside: world.outside, user: undefined })?.count).toBe(
        1,
      );
    }
    // What was told of it shows that it was taken in.
    const taken = told.length > 3 || world.rows("SELECT 1 FROM mm_sessions").length > 1;
    expect(existsSync(aside)).toBe(!taken);
  });

  test.each([
    ["a folder", (path: string) => void mkdirSync(path)],
    ["a link to itself", (path: string) => symlinkSync(path, path)],
    ["a dangling link", (path: string) => symlinkSync("/no/such/file", path)],
  ])("%s", async (_, make) => {
    using world = new HookWorld();
    await world.start();
    await world.whileBroken(() => world.prompt("spooled"));
    make(`${world.spoolFolder}/${T - 1}-0bad.json`);
    world.pass(60);
    await world.prompt("first call");
    await world.prompt("second call");
    const lines = ["prompt: spooled", "prompt: first call", "prompt: second call"];
    expect(world.told()).toEqual(lines);
    expect(world.spooled().filter((name) => !name.includes("0bad"))).toEqual([]);
  });
});

test("a spool that is full is a matter for the log, and the call is lost", async () => {
  using world = new HookWorld();
  await world.whileBroken(async () => {
    await world.prompt("kept");
    const [name = ""] = world.spooled();
    truncateSync(`${world.spoolFolder}/${name}`, 65 * 1024 * 1024);
    await world.prompt("dropped");
    expect(world.spooled()).toEqual([name]);
  });
  expect(world.log().at(-1)).toStartWith(
    "claude UserPromptSubmit: an event was dropped, the spool is full: not a SQLite database",
  );
});

test("what is set aside is bounded in number, and its bytes count with the spool's", () => {
  for (let n = 0; n < 105; n++) {
    spool(folder, T + n, ID, n);
    setAside(folder, `${folder}/${T + n}-${ID}.json`);
  }
  expect(names()).toEqual([]);
  const aside = readdirSync(`${folder}.bad`).sort();
  expect(aside).toHaveLength(100);
  expect(aside[0]).toBe(`${T + 5}-${ID}.json.bad`);
  expect(statSync(`${folder}.bad`).mode & 0o777).toBe(0o700);
  truncateSync(`${folder}.bad/${aside[0]}`, 65 * 1024 * 1024);
  expect(spool(folder, T, ID, "too much")).toBe(false);
});

test("of large files that are set aside the newest are kept, up to 16 MB", () => {
  using world = new HookWorld();
  const folder = `${world.home}/spool`;
  world.makeHome(
    Object.fromEntries([1, 2, 3].map((n) => [`spool/${n}-0.json`, "x".repeat(7_000_000)])),
  );
  for (const n of [1, 2, 3]) setAside(folder, `${folder}/${n}-0.json`);
  expect(readdirSync(`${folder}.bad`).sort()).toEqual(["2-0.json.bad", "3-0.json.bad"]);
});
