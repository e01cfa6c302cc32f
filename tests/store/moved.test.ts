import { Database } from "bun:sqlite";
import { afterEach, beforeEach, expect, test } from "bun:test";
import { moveToEnd } from "../../src/store/history/move.ts";
import { World } from "../support/world.ts";

let world: World;
beforeEach(async () => {
  world = new World();
  await world.mm("session", "start");
  for (const note of ["a", "b", "c"]) await world.mm("activity", "log", "--content", note);
});
afterEach(() => world[Symbol.dispose]());

const ids = () =>
  world.rows<{ id: number }>("SELECT id FROM session_events ORDER BY id").map((row) => row.id);

function moveFirst(): void {
  const [first = 0] = ids();
  const db = new Database(world.database, { strict: true });
  db.transaction(() => moveToEnd(db, [first]))();
  db.close(true);
}

test("an event that is moved behind all others gets no id of a deleted one", () => {
  const last = ids().at(-1) ?? 0;
  world.exec(`DELETE FROM session_events WHERE id = ${last}`);
  moveFirst();
  expect(ids().at(-1)).toBe(last + 1);
});

test("nor does it where no sequence is noted", () => {
  const last = ids().at(-1) ?? 0;
  world.exec("DELETE FROM sqlite_sequence");
  moveFirst();
  expect(ids().at(-1)).toBe(last + 1);
});
