import { describe, expect, test } from "bun:test";
import { exists, loadedWith, SOURCES } from "../support/sources.ts";

/** What a call of the hot path may load. All else is cold: it is loaded lazily, by what needs it. */
const HOT: readonly string[] = [];

const ENTRIES = [
  "program.ts",
  "record/command.ts",
  "sessions/start-command.ts",
  "sessions/log-command.ts",
];

const isHot = (path: string) => HOT.some((each) => new Bun.Glob(each).match(path));

test("the version is told without loading anything", () => {
  expect([...loadedWith("main.ts")]).toEqual(["main.ts", "../package.json"]);
});

describe.each(ENTRIES)("%s", (entry) => {
  const loaded = [...loadedWith(entry)];

  test("loads only what is listed as hot", () => {
    expect(loaded.filter((path) => exists(path) && !isHot(path))).toEqual([]);
  });

  test("loads no package or builtin that is slow", () => {
    const foreign = loaded.filter((path) => !SOURCES.has(path));
    expect(
      foreign.filter((path) => !["bun:sqlite", "citty", "../package.json"].includes(path)),
    ).toEqual([]);
  });
});

test("nothing is listed that isn't there", () => {
  const gone = HOT.filter(
    (each) => ![...SOURCES.keys()].some((path) => new Bun.Glob(each).match(path)),
  );
  expect(gone).toEqual([]);
});
