import { Database } from "bun:sqlite";
import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
} from "node:fs";
import { found } from "../support/doctor.ts";
import { LogWorld } from "../support/log-world.ts";
import { randomFrom } from "../support/random.ts";

let world: LogWorld;
beforeEach(() => {
  world = new LogWorld();
  world.env = { ...world.env, HOME: world.folder };
});
afterEach(() => world[Symbol.dispose]());

/** What people and programs do to a database that stays the same. */
const HARMLESS: [string, () => void | Promise<void>][] = [
  ["its mode is changed", () => chmodSync(world.database, 0o640)],
  ["its time is changed", () => utimesSync(world.database, new Date(), new Date())],
  ["another program folds its log in", () => world.fold()],
  ["another program folds a part of its log in", () => foldPart()],
  ["another program begins a log", () => beginLog()],
  [
    "another program begins a log and its mode is changed",
    () => {
      beginLog();
      chmodSync(world.database, 0o640);
    },
  ],
  ["it is moved with its log", () => moved()],
  ["it is copied with its log", () => moved(copyFileSync)],
  ["another program writes to it", () => world.exec("CREATE TABLE IF NOT EXISTS other (a)")],
  ["it is made compact", () => world.exec("VACUUM")],
];

function foldPart(): void {
  const reader = new Database(world.database, { readonly: true });
  reader.run("BEGIN");
  reader.query("SELECT count(*) FROM sessions").get();
  const writer = new Database(world.database, { readwrite: true });
  writer.run("CREATE TABLE IF NOT EXISTS other (a)");
  writer.query("PRAGMA wal_checkpoint(PASSIVE)").get();
  copyFileSync(world.database, `${world.folder}/part.db`);
  copyFileSync(world.wal, `${world.folder}/part.db-wal`);
  reader.close();
  writer.close();
  moved(copyFileSync, `${world.folder}/part.db`);
}

/** A log that another program has begun, and left as it died. */
function beginLog(): void {
  world.fold();
  const db = new Database(world.database, { readwrite: true });
  db.run("UPDATE sessions SET summary = 'by another program'");
  copyFileSync(world.database, `${world.folder}/begun.db`);
  copyFileSync(world.wal, `${world.folder}/begun.db-wal`);
  db.close(true);
  moved(copyFileSync, `${world.folder}/begun.db`);
}

function moved(
  move = renameSync as (from: string, to: string) => void,
  from = world.database,
): void {
  const folder = `${world.folder}/moved`;
  mkdirSync(folder, { recursive: true });
  for (const end of ["", "-wal"]) {
    if (existsSync(`${from}${end}`)) move(`${from}${end}`, `${folder}/memtomem.db${end}`);
  }
  rmSync(world.home, { recursive: true });
  renameSync(folder, world.home);
}

describe("a database goes on with its own log when", () => {
  test.each(HARMLESS)("%s", async (_, happen) => {
    for (const count of [1, 40]) {
      const names = Array.from({ length: count }, (_, n) => `${count} ${n}`);
      await world.record(...names);
      await happen();
      expect(await world.code("session", "list")).toBe("ok");
      expect(await found(world, "left-logs")).toEqual([]);
      await world.record(`after ${count}`);
      expect(world.spooled()).toEqual([]);
      expect(await world.titles()).toEqual(expect.arrayContaining([`after ${count}`]));
      expect(world.rows<{ n: number }>("SELECT count(*) AS n FROM sessions")).toEqual([
        { n: count === 1 ? 2 : 43 },
      ]);
    }
  });

  test("all of that happens in any order", async () => {
    const random = randomFrom(20_261_126);
    const expected = new Set<string>();
    for (let round = 0; round < 60; round++) {
      const name = `round ${round}`;
      expected.add(name);
      await world.record(name);
      const [, happen] = HARMLESS[Math.floor(random() * HARMLESS.length)] ?? HARMLESS[0] ?? [];
      if (random() < 0.7) await happen?.();
    }
    expect(world.spooled()).toEqual([]);
    const stored = world.rows<{ external_id: string }>("SELECT external_id FROM mm_sessions");
    expect(new Set(stored.map(({ external_id }) => external_id))).toEqual(expected);
    expect(world.left()).toEqual([]);
  });
});

test("a database behind a link goes by the log beside its file", async () => {
  mkdirSync(`${world.folder}/disk`);
  await world.record("a1", "a2");
  const file = `${world.folder}/disk/real.db`;
  renameSync(world.database, file);
  renameSync(world.wal, `${file}-wal`);
  rmSync(`${world.database}-shm`, { force: true });
  symlinkSync(file, world.database);
  expect(await world.titles()).toEqual(["a1", "a2"]);
  await world.record("a3");
  const aside = `${world.folder}/kept.db`;
  copyFileSync(await world.another("b1"), aside);
  expect(statSync(file).size).toBeGreaterThan(0);
  world.fold();
  await world.record("a4");
  const db = new Database(file);
  db.query("SELECT 1 FROM sessions").get();
  await world.record(...Array.from({ length: 20 }, (_, n) => `more ${n}`));
  copyFileSync(aside, file);
  expect(await world.code("session", "list")).toBe("database_unusable");
  db.close();
});
