import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import * as fs from "node:fs";
import { tmpdir } from "node:os";
import {
  appendGuarded,
  makeOwnFolder,
  makePrivateFolder,
  openGuarded,
  readGuarded,
} from "../../src/files/guard.ts";
import { fifo } from "../support/odd-files.ts";
import { needs } from "../support/tools.ts";

let folder: string;
beforeEach(() => {
  folder = fs.mkdtempSync(`${tmpdir()}/mm-guard-`);
});
afterEach(() => fs.rmSync(folder, { recursive: true, force: true }));

const at = (name: string) => `${folder}/${name}`;

function codeOf(work: () => unknown): string {
  try {
    work();
    return "";
  } catch (error) {
    return String((error as { code?: unknown }).code);
  }
}

/** What can be planted under a name, and how opening it is refused: to read, and to add to. */
const PLANTED: [string, (path: string) => void, string, string][] = [
  ["a pipe", fifo, "EFTYPE", "EFTYPE"],
  ["a device", (path) => fs.symlinkSync("/dev/zero", path), "EFTYPE", "ELOOP"],
  ["a full device", (path) => fs.symlinkSync("/dev/full", path), "EFTYPE", "ELOOP"],
  ["a terminal", (path) => fs.symlinkSync("/dev/ptmx", path), "EFTYPE", "ELOOP"],
  [
    "a link to a pipe",
    (path) => {
      fifo(at("pipe"));
      fs.symlinkSync(at("pipe"), path);
    },
    "EFTYPE",
    "ELOOP",
  ],
  ["a link to itself", (path) => fs.symlinkSync(path, path), "ELOOP", "ELOOP"],
  ["a link that leads nowhere", (path) => fs.symlinkSync(at("gone"), path), "ENOENT", "ELOOP"],
  ["a folder", (path) => fs.mkdirSync(path), "EISDIR", "EISDIR"],
  [
    "somebody else's file behind a link",
    (path) => {
      fs.writeFileSync(at("theirs"), "theirs");
      fs.symlinkSync(at("theirs"), path);
    },
    "",
    "ELOOP",
  ],
];

describe.each(PLANTED)("%s", (_, plant, read, added) => {
  beforeEach(() => plant(at("planted")));

  test("is read only where it is a file", () => {
    expect(codeOf(() => readGuarded(fs, at("planted"), 100, "followed"))).toBe(read);
    expect(codeOf(() => readGuarded(fs, at("planted"), 100, "refused"))).toBe(
      added === "ELOOP" ? "ELOOP" : read,
    );
  });

  test("is never written to, nor through", () => {
    const before = fs.readdirSync(folder);
    expect(codeOf(() => appendGuarded(fs, at("planted"), "x"))).toBe(added);
    expect(codeOf(() => openGuarded(fs, at("planted"), fs.constants.O_WRONLY, "refused"))).toBe(
      added,
    );
    expect(fs.readdirSync(folder)).toEqual(before);
    if (fs.existsSync(at("theirs"))) {
      expect(fs.readFileSync(at("theirs"), "utf8")).toBe("theirs");
    }
  });
});

test("a pipe that somebody reads is not written to either", () => {
  fifo(at("pipe"));
  const reader = fs.openSync(at("pipe"), fs.constants.O_RDONLY | fs.constants.O_NONBLOCK);
  expect(codeOf(() => appendGuarded(fs, at("pipe"), "x"))).toBe("EFTYPE");
  fs.closeSync(reader);
});

test("a file is read up to a bound, whatever its size says", () => {
  fs.writeFileSync(at("file"), "x".repeat(100));
  expect(readGuarded(fs, at("file"), 100, "followed")).toHaveLength(100);
  expect(codeOf(() => readGuarded(fs, at("file"), 99, "followed"))).toBe("EFBIG");
  fs.truncateSync(at("file"), 2 ** 40);
  expect(codeOf(() => readGuarded(fs, at("file"), 2 ** 20, "followed"))).toBe("EFBIG");
  fs.writeFileSync(at("empty"), "");
  expect(readGuarded(fs, at("empty"), 0, "followed")).toHaveLength(0);
  if (fs.existsSync("/proc/self/status")) {
    expect(readGuarded(fs, "/proc/self/status", 65_536, "followed").length).toBeGreaterThan(100);
  }
});

test("what is added goes behind what is there, in a file of its user's alone", () => {
  appendGuarded(fs, at("file"), "one\n");
  appendGuarded(fs, at("file"), "two\n");
  expect(fs.readFileSync(at("file"), "utf8")).toBe("one\ntwo\n");
  expect(fs.statSync(at("file")).mode & 0o077).toBe(0);
});

describe("a folder", () => {
  test("of ours is made with those above it, for its user alone", () => {
    makeOwnFolder(fs, at("a/b/c"));
    expect(fs.statSync(at("a/b/c")).mode & 0o777).toBe(0o700);
    makeOwnFolder(fs, at("a/b/c"));
  });

  test.each([
    ["a file", () => fs.writeFileSync(at("there"), ""), "ENOTDIR"],
    ["a pipe", () => fifo(at("there")), "ENOTDIR"],
    ["a link to a folder", () => fs.symlinkSync(tmpdir(), at("there")), "ELOOP"],
    ["a link that leads nowhere", () => fs.symlinkSync(at("gone"), at("there")), "ELOOP"],
  ])("of ours is not %s", (_, plant, code) => {
    plant();
    expect(codeOf(() => makeOwnFolder(fs, at("there")))).toBe(code);
    expect(fs.existsSync(at("gone"))).toBe(false);
  });

  test("that people choose may be behind a link", () => {
    fs.mkdirSync(at("disk"));
    fs.symlinkSync(at("disk"), at("link"));
    makePrivateFolder(fs, at("link/home"));
    expect(fs.existsSync(at("disk/home"))).toBe(true);
  });

  test.each(["gone", "link"])("that people choose is not behind a link to %s", (target) => {
    fs.symlinkSync(at(target), at("link"));
    expect(["ENOTDIR", "ELOOP"]).toContain(codeOf(() => makePrivateFolder(fs, at("link"))));
    expect(fs.existsSync(at("gone"))).toBe(false);
  });
});

needs("root")("what root makes belongs to the owner of the folder", () => {
  fs.mkdirSync(at("home"));
  fs.chownSync(at("home"), 1234, 1235);
  makeOwnFolder(fs, at("home/logs/more"));
  appendGuarded(fs, at("home/logs/more/file"), "x");
  for (const name of ["home/logs", "home/logs/more", "home/logs/more/file"]) {
    const { uid, gid } = fs.statSync(at(name));
    expect({ name, uid, gid }).toEqual({ name, uid: 1234, gid: 1235 });
  }
  // What somebody else has made there stays theirs.
  fs.writeFileSync(at("home/theirs"), "");
  fs.chownSync(at("home/theirs"), 77, 77);
  appendGuarded(fs, at("home/theirs"), "x");
  expect(fs.statSync(at("home/theirs")).uid).toBe(77);
});
