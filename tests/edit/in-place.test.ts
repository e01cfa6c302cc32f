import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import * as fs from "node:fs";
import { chmodSync, chownSync, readdirSync, statSync, symlinkSync } from "node:fs";
import { applyChange, type Writer } from "../../src/edit/write.ts";
import type { Disk } from "../../src/files/durable.ts";
import { Machine } from "../support/machine.ts";

let machine: Machine;
let path: string;
beforeEach(() => {
  machine = new Machine();
  path = machine.put(`${machine.userHome}/x.json`, "old");
});
afterEach(() => machine[Symbol.dispose]());

function fail(code: string): never {
  throw Object.assign(new Error(code), { code });
}

/** A disk for somebody who may write the file but can't make another one of its group. */
function foreign(more: Partial<Disk> = {}): Disk {
  const fstatSync = ((fd: number) => {
    const stat = fs.fstatSync(fd);
    return Object.assign(stat, { gid: stat.gid + 1 });
  }) as Disk["fstatSync"];
  return { ...fs, fstatSync, fchownSync: () => fail("EPERM"), ...more };
}

const MOUNTED: Disk = { ...fs, renameSync: () => fail("EBUSY") };

function change(files: Disk, after: string, before = "old"): boolean {
  const writer: Writer = { files, now: () => new Date(), newId: () => crypto.randomUUID() };
  return applyChange(writer, { path, before, after, newMode: 0o600 });
}

describe.each([
  ["whose group can't be kept", foreign()],
  ["that is mounted there alone", MOUNTED],
])("a file %s", (_, files) => {
  test.each(["longer than before", "s", ""])("is written in its place: %j", (after) => {
    chmodSync(path, 0o664);
    const { ino } = statSync(path);
    expect(change(files, after)).toBe(true);
    expect(machine.read(path)).toBe(after);
    expect(statSync(path)).toMatchObject({ ino, mode: 0o100664 });
    expect(readdirSync(machine.userHome)).toEqual(["x.json"]);
  });

  test("through a link, which stays", () => {
    const target = machine.put(`${machine.folder}/dotfiles/x.json`, "old");
    fs.unlinkSync(path);
    symlinkSync(target, path);
    expect(change(files, "new")).toBe(true);
    expect(machine.read(target)).toBe("new");
    expect(fs.lstatSync(path).isSymbolicLink()).toBe(true);
  });

  test("is left alone where somebody has changed it", () => {
    expect(change(files, "new", "older")).toBe(false);
    expect(machine.read(path)).toBe("old");
  });

  test("gets its old text back where the disk is full", () => {
    let calls = 0;
    const writeSync = ((fd: number, ...words: [Uint8Array, number, number, number]) => {
      // The new file beside it is written first, then half of it in its place.
      if (++calls === 2) fs.writeSync(fd, words[0], 0, 2, 0);
      return calls === 2 ? fail("ENOSPC") : fs.writeSync(fd, ...words);
    }) as Disk["writeSync"];
    expect(() => change({ ...files, writeSync }, "something new")).toThrow("ENOSPC");
    expect(machine.read(path)).toBe("old");
  });
});

function isForWriting(flags: number | string): boolean {
  const { O_WRONLY, O_RDWR } = fs.constants;
  return typeof flags === "string" ? flags !== "r" : (flags & (O_WRONLY | O_RDWR)) !== 0;
}

test("one that may not be written is refused, with what to do", () => {
  const openSync = ((name: string, flags: number | string, mode?: number) =>
    name === path && isForWriting(flags)
      ? fail("EACCES")
      : fs.openSync(name, flags, mode)) as Disk["openSync"];
  expect(() => change(foreign({ openSync }), "new")).toThrow(
    `can't write ${path}: it belongs to another user or group, which a new file can't keep`,
  );
  expect(machine.read(path)).toBe("old");
  expect(readdirSync(machine.userHome)).toEqual(["x.json"]);
});

test("a group that can be kept is kept by a new file", () => {
  if (process.getuid?.() !== 0) return;
  chownSync(path, 1234, 4321);
  const { ino } = statSync(path);
  expect(change(fs, "new")).toBe(true);
  const stat = statSync(path);
  expect([stat.uid, stat.gid]).toEqual([1234, 4321]);
  expect(stat.ino).not.toBe(ino);
});
