import { Database } from "bun:sqlite";
import { expect, test } from "bun:test";
import { forgetSessions, indexEvents, makeIndex } from "../../src/store/search-index.ts";
import { planIndex } from "../../src/store/search-plan.ts";
import { kindFor, withoutFts5 } from "../../src/store/search-schema.ts";
import { World } from "../support/world.ts";

test.each([
  ["3.37.0", "append-only"],
  ["3.43.2", "append-only"],
  ["3.44.0", "deletable"],
  ["3.54.1", "deletable"],
  ["4.0.0", "deletable"],
] as const)("SQLite %s: %s", (version, kind) => {
  expect(kindFor(version)).toBe(kind);
});

test("without FTS5 the message names the version", () => {
  expect(withoutFts5("3.7.0")).toMatchObject({
    code: "search_unavailable",
    message: "this system's SQLite 3.7.0 has no full-text search (FTS5)",
  });
});

const NOW = Date.UTC(2026, 2, 10, 12);

async function twoSessions(world: World): Promise<Database> {
  for (const title of ["one", "two"]) {
    await world.mm("session", "start", "-t", title);
    await world.mm("activity", "log", "-c", `event of ${title}`);
  }
  return new Database(world.database, { strict: true });
}

function documents(db: Database): number {
  return db.query<{ n: number }, []>("SELECT count(*) AS n FROM mm_search_docsize").get()?.n ?? -1;
}

test.each(["deletable", "append-only"] as const)(
  "forgotten sessions leave the index: %s",
  async (kind) => {
    using world = new World();
    const db = await twoSessions(world);
    forgetSessions(db, [World.id(1)], kind);
    makeIndex(db, NOW, kind);
    expect(indexEvents(db, kind)).toBe(0);
    expect(documents(db)).toBe(4);
    forgetSessions(db, [], kind);
    forgetSessions(db, [World.id(2), "unknown"], kind);
    db.run(`PRAGMA foreign_keys = ON; DELETE FROM sessions WHERE id = '${World.id(2)}'`);
    const plan = planIndex(db, NOW, kind);
    expect({ create: plan.create, gone: plan.goneSessions, events: plan.goneEvents }).toEqual({
      create: kind === "append-only",
      gone: [],
      events: [],
    });
    makeIndex(db, NOW, kind);
    indexEvents(db, kind);
    expect(documents(db)).toBe(2);
    expect(db.query("SELECT rowid FROM mm_search WHERE mm_search MATCH 'two'").all()).toEqual([]);
    db.run("INSERT INTO mm_search (mm_search) VALUES ('integrity-check')");
    db.close(true);
  },
);

test("where nothing can be deleted, what others deleted has the index made anew; what changed is added", async () => {
  using world = new World();
  const db = await twoSessions(world);
  makeIndex(db, NOW, "append-only");
  indexEvents(db, "append-only");
  expect(planIndex(db, NOW, "append-only").create).toBe(false);
  db.run(`UPDATE sessions SET summary = 'new' WHERE id = '${World.id(1)}'`);
  expect(planIndex(db, NOW, "append-only")).toMatchObject({
    create: false,
    sessions: [World.id(1)],
  });
  db.run(`PRAGMA foreign_keys = ON; DELETE FROM sessions WHERE id = '${World.id(2)}'`);
  expect(planIndex(db, NOW, "append-only").create).toBe(true);
  // Another SQLite's index is replaced as well.
  expect(planIndex(db, NOW, "deletable").create).toBe(true);
  db.close(true);
});

test("sessions are forgotten where there is no index, and none is made", async () => {
  using world = new World();
  const db = await twoSessions(world);
  forgetSessions(db, [World.id(1)]);
  expect(db.query("SELECT name FROM sqlite_schema WHERE name LIKE 'mm_search%'").all()).toEqual([]);
  db.close(true);
});
