import { Database } from "bun:sqlite";
import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import {
  copyFileSync,
  readFileSync,
  renameSync,
  rmSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { doctor, found } from "../support/doctor.ts";
import { LogWorld } from "../support/log-world.ts";

let world: LogWorld;
beforeEach(() => {
  world = new LogWorld();
  world.env = { ...world.env, HOME: world.folder };
});
afterEach(() => world[Symbol.dispose]());

describe("a log whose database is gone", () => {
  test.each([
    ["unfolded", false],
    ["folded in once", true],
  ])("%s is kept apart from the next database", async (_, isFolded) => {
    await world.record("a1", "a2");
    if (isFolded) {
      world.fold();
      await world.record("a3");
    }
    rmSync(world.database);
    const log = readFileSync(world.wal);
    expect(await world.titles()).toEqual([]);
    expect(await found(world, "left-logs")).toEqual([
      `problem: the database ${world.database} is gone; ${world.wal} holds ${log.length} bytes of the one before`,
    ]);
    expect(readFileSync(world.wal)).toEqual(log);
    await world.record("new");
    expect(await world.titles()).toEqual(["new"]);
    expect(world.left()).toEqual(["memtomem.db-wal.left-1"]);
    expect(readFileSync(`${world.wal}.left-1`)).toEqual(log);
    expect(world.log()).toContain(
      `what a database that is gone had not folded in is now ${world.wal}.left-1`,
    );
    expect(await found(world, "left-logs")).toEqual([
      `note: ${world.wal}.left-1 has changes of a database that is gone`,
    ]);
  });

  test("gives back all that it held beside its database", async () => {
    await world.record("a1");
    world.fold();
    await world.record("a2");
    renameSync(world.database, `${world.folder}/kept.db`);
    await world.record("new");
    rmSync(world.database);
    rmSync(world.wal);
    renameSync(`${world.folder}/kept.db`, world.database);
    renameSync(`${world.wal}.left-1`, world.wal);
    expect(await world.titles()).toEqual(["a1", "a2"]);
  });

  test("never takes the place of another one", async () => {
    for (const name of ["one", "two", "three"]) {
      await world.record(name);
      rmSync(world.database);
    }
    await world.record("four");
    expect(world.left()).toEqual([1, 2, 3].map((n) => `memtomem.db-wal.left-${n}`));
    expect(await world.titles()).toEqual(["four"]);
  });

  test("is moved by doctor --fix, too", async () => {
    await world.record("a1");
    rmSync(world.database);
    expect((await doctor(world, "--fix")).ok).toBe(true);
    expect(world.left()).toEqual(["memtomem.db-wal.left-1"]);
  });

  test.each([0, 7])("may be a rollback journal, of %d pages", async (pages) => {
    world.makeHome();
    writeFileSync(`${world.database}-journal`, journal(pages));
    await world.record("one");
    expect(world.left()).toEqual(["memtomem.db-journal.left-1"]);
    expect(await world.titles()).toEqual(["one"]);
  });
});

/** A rollback journal of a database of so many pages. */
function journal(pages: number): Uint8Array {
  const bytes = new Uint8Array(512 + 4 + 4096 + 4);
  const view = new DataView(bytes.buffer);
  bytes.set([0xd9, 0xd5, 0x05, 0xf9, 0x20, 0xa1, 0x63, 0xd7]);
  for (const [at, value] of [
    [8, pages === 0 ? 0 : 1],
    [16, pages],
    [20, 512],
    [24, 4096],
    [512, 3],
  ] as const) {
    view.setUint32(at, value);
  }
  return bytes;
}

/** What takes the place of the database while its log stays. */
const REPLACED: [string, () => void | Promise<void>, string?][] = [
  ["emptied", () => truncateSync(world.database)],
  ["overwritten with another", async () => copyFileSync(await world.another("b1"), world.database)],
  ["replaced by another", async () => renameSync(await world.another("b1"), world.database)],
  [
    "replaced by an older copy of itself",
    async () => {
      const copy = `${world.folder}/copy.db`;
      world.fold();
      copyFileSync(world.database, copy);
      await world.record(...Array.from({ length: 30 }, (_, n) => `later ${n}`));
      world.fold();
      await world.record("last");
      utimesSync(copy, new Date(2020, 1), new Date(2020, 1));
      renameSync(copy, world.database);
    },
    "last",
  ],
  [
    "replaced by another program's",
    () => {
      rmSync(world.database);
      const db = new Database(`${world.folder}/foreign.db`);
      db.run("PRAGMA page_size = 8192; CREATE TABLE t (a)");
      db.close(true);
      renameSync(`${world.folder}/foreign.db`, world.database);
    },
  ],
];

describe("a database that was", () => {
  test.each(REPLACED)(
    "%s is not touched, nor its log, until doctor has moved that",
    async (_, replace, gone = "a1") => {
      await world.record("a1", "a2");
      await replace();
      const before = [readFileSync(world.database), readFileSync(world.wal)];
      expect(await world.code("session", "list")).toBe("database_unusable");
      expect(await world.code("session", "start")).toBe("database_unusable");
      await world.record("spooled");
      expect([readFileSync(world.database), readFileSync(world.wal)]).toEqual(before);
      expect(world.spooled()).toHaveLength(1);
      const [log = new Uint8Array()] = before.slice(1);
      const [said, ...more] = await found(world, "left-logs");
      expect(said).toMatch(
        /^problem: the database .* was (?:emptied|replaced by another one); .*-wal holds \d+ bytes/u,
      );
      expect(more).toEqual([]);
      await doctor(world, "--fix");
      expect(readFileSync(`${world.wal}.left-1`)).toEqual(Buffer.from(log));
      await world.record("next");
      expect(await world.titles()).toEqual(expect.arrayContaining(["next", "spooled"]));
      expect(await world.titles()).not.toContain(gone);
      expect(world.rows("PRAGMA integrity_check")).toEqual([{ integrity_check: "ok" }]);
    },
  );

  test("made by a program that died at it is made by the next", async () => {
    world.makeHome();
    writeFileSync(world.database, "");
    writeFileSync(`${world.database}-journal`, journal(0));
    await world.record("one");
    expect(await world.titles()).toEqual(["one"]);
    expect(world.left()).toEqual([]);
  });

  test("replaced keeps a rollback journal of another one out, too", async () => {
    await world.record("a1");
    world.fold();
    writeFileSync(`${world.database}-journal`, journal(7));
    const before = readFileSync(world.database);
    expect(await world.code("session", "list")).toBe("database_unusable");
    await doctor(world, "--fix");
    expect(await world.titles()).toEqual(["a1"]);
    expect(readFileSync(world.database)).toEqual(before);
    expect(world.left()).toEqual(["memtomem.db-journal.left-1"]);
  });
});
