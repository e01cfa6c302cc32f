import { afterEach, beforeEach, expect, test } from "bun:test";
import { UserError } from "../../src/errors.ts";
import { loadConfig } from "../../src/settings/home.ts";
import { WriteBatch } from "../../src/store/history/batch.ts";
import { Store, type View } from "../../src/store/store.ts";
import { World } from "../support/world.ts";

let world: World;
let store: Store;
beforeEach(async () => {
  world = new World();
  const warn = () => undefined;
  store = new Store(await loadConfig(world.env, warn), { newId: () => "m", waitMs: 0, warn });
});
afterEach(() => {
  store.close();
  world[Symbol.dispose]();
});

const ids = () =>
  world.rows<{ id: string }>("SELECT id FROM sessions ORDER BY id").map((r) => r.id);

function adding(id: string, counts: { rows: number }) {
  return ({ db }: View) => {
    db.run("INSERT INTO sessions (id, agent_id, namespace, started_at) VALUES (?1, 'a', 'n', '')", [
      id,
    ]);
    counts.rows++;
  };
}

test("a write that fails takes nothing along of another source, and is named and not counted", async () => {
  const counts = { rows: 0 };
  const batch = new WriteBatch(store, 100, counts);
  await batch.add("good", 1, adding("s1", counts));
  const failing = (view: View) => {
    adding("s2", counts)(view);
    throw new RangeError("no date");
  };
  await batch.add("bad", 1, failing);
  await batch.add("bad", 1, adding("note of the bad one", counts));
  await batch.add("other", 1, adding("s3", counts));
  await batch.flush();
  expect(ids()).toEqual(["s1", "s3"]);
  expect([...batch.failed]).toEqual([["bad", new RangeError("no date")]]);
  expect(counts).toEqual({ rows: 2 });
  await expect(batch.add("bad", 1, adding("s4", counts))).rejects.toThrow("no date");
  expect(ids()).toEqual(["s1", "s3"]);
});

test("what follows a write is done, though what follows another one fails", async () => {
  const counts = { rows: 0 };
  const batch = new WriteBatch(store, 100, counts);
  const done: string[] = [];
  await batch.add("bad", 1, adding("s1", counts), async () => {
    throw new Error("no order");
  });
  await batch.add("good", 1, adding("s2", counts), async () => void done.push("s2"));
  await batch.flush();
  expect(done).toEqual(["s2"]);
  expect([...batch.failed.keys()]).toEqual(["bad"]);
});

test("what is wrong with the database ends it all", async () => {
  const counts = { rows: 0 };
  const batch = new WriteBatch(store, 100, counts);
  await batch.add("one", 1, adding("s1", counts));
  await batch.add("two", 1, adding("s1", counts));
  await expect(batch.flush()).rejects.toBeInstanceOf(UserError);
  expect(ids()).toEqual([]);
});

test("what may have to be undone is kept in memory, what is sorted later isn't", async () => {
  const where = (db: View["db"]) => db.query("PRAGMA temp_store").get();
  const batch = new WriteBatch(store, 100, {});
  const seen: unknown[] = [];
  await batch.add("one", 1, ({ db }) => void seen.push(where(db)));
  await batch.flush();
  seen.push(await store.withWriter(where));
  await batch.add("two", 1, ({ db }) => void db.run("SELECT * FROM nowhere"));
  await expect(batch.flush()).rejects.toThrow();
  seen.push(await store.withWriter(where));
  expect(seen).toEqual([{ temp_store: 2 }, { temp_store: 0 }, { temp_store: 0 }]);
});
