import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import {
  appendFileSync,
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import {
  countLost,
  gatherLost,
  type LossPlaces,
  lossesInWords,
  lostEvents,
} from "../../src/files/troubles.ts";
import { needs } from "../support/tools.ts";

let folder: string;
let places: LossPlaces;
beforeEach(() => {
  folder = mkdtempSync(`${tmpdir()}/mm-lost-`);
  const user = process.getuid?.();
  places = { home: `${folder}/home`, outside: `${folder}/outside`, user };
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const AT = new Date("2026-11-22T12:00:00Z");
const LATER = new Date("2026-11-22T13:00:00Z");

test("each event is a line with its time and its reason", () => {
  expect(lostEvents(places)).toBeNull();
  expect(countLost(places, AT, "payload")).toBe(`${places.home}/logs/lost-events`);
  countLost(places, LATER, "spool_full", 3);
  countLost(places, LATER, "payload");
  expect(lostEvents(places)).toEqual({
    count: 5,
    since: "2026-11-22T12:00:00.000Z",
    reasons: { payload: 2, spool_full: 3 },
    files: [`${places.home}/logs/lost-events`],
  });
  expect(readFileSync(`${places.home}/logs/lost-events`, "utf8").split("\n")[1]).toBe(
    "2026-11-22T13:00:00Z ful",
  );
  expect(statSync(`${places.home}/logs/lost-events`).mode & 0o077).toBe(0);
});

test("reasons are told in words, each with its count", () => {
  countLost(places, AT, "late", 2);
  countLost(places, AT, "set_aside");
  const lost = lostEvents(places);
  expect(lost === null ? [] : lossesInWords(lost)).toEqual([
    "2 × nothing came on standard input in time",
    "1 × a spooled event could not be stored",
  ]);
});

test("lines of an earlier mm, which gave no reason, count as well", () => {
  mkdirSync(`${places.home}/logs`, { recursive: true });
  writeFileSync(`${places.home}/logs/lost-events`, "2026-11-20T10:00:00.123Z\n".repeat(2));
  countLost(places, AT, "session");
  expect(lostEvents(places)).toMatchObject({
    count: 3,
    since: "2026-11-20T10:00:00.123Z",
    reasons: { failure: 2, session: 1 },
  });
});

test("what a full disk counted by a size alone could not be written", () => {
  mkdirSync(`${places.home}/logs`, { recursive: true });
  writeFileSync(`${places.home}/logs/lost-events`, "");
  truncateSync(`${places.home}/logs/lost-events`, 75);
  const lost = lostEvents(places);
  expect(lost).toMatchObject({ count: 3, reasons: { unwritable: 3 } });
  expect(Math.abs(Date.now() - Date.parse(lost?.since ?? ""))).toBeLessThan(60_000);
});

/** What may be in the way of the first place to count in, and where it is counted then. */
const IN_THE_WAY: [string, () => void, string][] = [
  ["a file for logs/", () => writeFileSync(`${places.home}/logs`, ""), "home/lost-events"],
  ["a link for logs/", () => symlinkSync(tmpdir(), `${places.home}/logs`), "home/lost-events"],
  [
    "a link for the file",
    () => {
      mkdirSync(`${places.home}/logs`);
      symlinkSync(`${folder}/theirs`, `${places.home}/logs/lost-events`);
    },
    "home/lost-events",
  ],
  [
    "a pipe for the file",
    () => {
      mkdirSync(`${places.home}/logs`);
      Bun.spawnSync(["mkfifo", `${places.home}/logs/lost-events`]);
    },
    "home/lost-events",
  ],
  [
    "all but spool/",
    () => {
      for (const name of ["logs", "lost-events"])
        symlinkSync("/dev/full", `${places.home}/${name}`);
      mkdirSync(`${places.home}/spool`);
    },
    "home/spool/lost-events",
  ],
  [
    "a file for the home",
    () => {
      rmSync(places.home, { recursive: true });
      writeFileSync(places.home, "");
    },
    "outside",
  ],
];

describe("with something in the way, such as", () => {
  test.each(IN_THE_WAY)("%s, the next place counts", (_, plant, place) => {
    mkdirSync(places.home);
    plant();
    expect(countLost(places, AT, "failure", 2)).toBe(`${folder}/${place}`);
    expect(lostEvents(places)).toMatchObject({ count: 2, files: [`${folder}/${place}`] });
    expect(existsSync(`${folder}/theirs`)).toBe(false);
  });
});

test("all places are added up", () => {
  mkdirSync(`${places.home}/logs`, { recursive: true });
  countLost(places, AT, "late");
  appendFileSync(`${places.home}/lost-events`, readFileSync(`${places.home}/logs/lost-events`));
  appendFileSync(places.outside, readFileSync(`${places.home}/logs/lost-events`));
  expect(lostEvents(places)).toMatchObject({ count: 3, reasons: { late: 3 } });
});

test("what was counted outside is brought into the home when that can be written", () => {
  writeFileSync(places.home, "");
  countLost(places, AT, "unwritable", 2);
  expect(gatherLost(places)).toBe(0);
  rmSync(places.home);
  countLost(places, LATER, "payload");
  expect(gatherLost(places)).toBe(2);
  expect(existsSync(places.outside)).toBe(false);
  expect(lostEvents(places)).toEqual({
    count: 3,
    since: "2026-11-22T12:00:00.000Z",
    reasons: { payload: 1, unwritable: 2 },
    files: [`${places.home}/logs/lost-events`],
  });
  expect(gatherLost(places)).toBe(0);
});

test("what somebody else has put outside is neither counted nor brought in", () => {
  mkdirSync(places.outside);
  expect(lostEvents(places)).toBeNull();
  expect(gatherLost(places)).toBe(0);
  rmSync(places.outside, { recursive: true });
  Bun.spawnSync(["mkfifo", places.outside]);
  expect(lostEvents(places)).toBeNull();
  symlinkSync(`${folder}/theirs`, `${places.outside}2`);
  writeFileSync(`${folder}/theirs`, "2026-11-20T10:00:00.123Z\n");
  expect(lostEvents({ ...places, outside: `${places.outside}2` })).toBeNull();
});

test("what two full places hold is told when they are brought together", () => {
  const full = "2026-11-22T12:00:00Z wri\n".repeat(39_999);
  writeFileSync(places.outside, full);
  mkdirSync(`${places.home}/logs`, { recursive: true });
  writeFileSync(`${places.home}/logs/lost-events`, full);
  expect(gatherLost(places)).toBe(39_999);
  expect(lostEvents(places)).toMatchObject({ count: 79_998 });
  // Nothing of ours is longer.
  truncateSync(`${places.home}/logs/lost-events`, 2 ** 40);
  expect(lostEvents(places)?.reasons.unwritable).toBeGreaterThan(79_998);
});

needs("root")("another user's file outside is not counted in, whoever may write to it", () => {
  writeFileSync(places.home, "");
  const text = "2026-11-20T10:00:00Z wri\n";
  writeFileSync(places.outside, text);
  chmodSync(places.outside, 0o666);
  chownSync(places.outside, 77, 77);
  expect(lostEvents(places)).toBeNull();
  expect(countLost(places, AT, "failure")).toBeNull();
  expect(readFileSync(places.outside, "utf8")).toBe(text);
});
