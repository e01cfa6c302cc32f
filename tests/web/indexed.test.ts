import { Database } from "bun:sqlite";
import { afterEach, beforeEach, expect, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { indexedPart } from "../../src/web/indexed.ts";
import { World } from "../support/world.ts";

let world: World;
let db: Database;
beforeEach(async () => {
  world = new World();
  await world.mm("session", "start");
  for (const n of ["1", "2", "3"]) await world.mm("activity", "log", "-c", n);
  db = new Database(world.database, { readonly: true });
});
afterEach(() => {
  db.close(true);
  world[Symbol.dispose]();
});

test("the part of the events that is indexed", async () => {
  expect(indexedPart(db, world.database)).toBeNull();
  await world.mm("search", "1");
  expect(indexedPart(db, world.database)).toBe(1);
  await world.mm("activity", "log", "-c", "4");
  expect(indexedPart(db, world.database)).toBe(0.75);
});

test("an index that can't be read says nothing", async () => {
  writeFileSync(`${world.database}.mm-search`, "no index");
  expect(indexedPart(db, world.database)).toBeNull();
});
