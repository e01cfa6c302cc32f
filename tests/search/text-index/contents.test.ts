import { expect, test } from "bun:test";
import {
  deleteMissingEvents,
  deleteMissingSessions,
  indexEvents,
  resetPosition,
  setChecked,
  setSessionRowid,
} from "../../../src/search/text-index/contents.ts";
import {
  createIndex,
  type IndexKind,
  isRemoved,
  kindFor,
  openIndex,
  removeIndex,
  withoutFts5,
} from "../../../src/search/text-index/file.ts";
import { planIndex } from "../../../src/search/text-index/plan.ts";
import { OUTDATED_NEW, OUTDATED_OPEN } from "../../../src/search/text-index/statements.ts";
import type { Connection } from "../../../src/store/connection.ts";
import { World } from "../../support/world.ts";

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

async function twoSessions(world: World): Promise<Connection> {
  for (const title of ["one", "two"]) {
    await world.mm("session", "start", "-t", title);
    await world.mm("activity", "log", "-c", `event of ${title}`);
  }
  return openIndex({ path: world.database, reading: "shared", waitMs: 10 }, "memory");
}

function makeIndex(db: Connection, kind: IndexKind): void {
  expect(planIndex(db, NOW, kind)).toEqual({ kind: "create" });
  createIndex(db, kind);
  expect(planIndex(db, NOW, kind)).toMatchObject({ kind: "update", newEvents: 2 });
  expect(indexEvents(db, kind)).toBe(0);
}

function documents(db: Connection): number {
  const count = "SELECT count(*) AS n FROM search_text_docsize";
  return db.query<{ n: number }, []>(count).get()?.n ?? -1;
}

const DELETE_SECOND = `PRAGMA foreign_keys = ON; DELETE FROM sessions WHERE id = '${World.id(2)}'`;

test("deleted events and sessions leave the index, and existing ones can't be removed", async () => {
  using world = new World();
  const db = await twoSessions(world);
  makeIndex(db, "deletable");
  expect(documents(db)).toBe(4);
  deleteMissingSessions(db, [World.id(1), "unknown"]);
  expect(deleteMissingEvents(db, 0)).toBe(2);
  expect(documents(db)).toBe(4);
  world.exec(DELETE_SECOND);
  expect(planIndex(db, NOW, "deletable")).toMatchObject({
    kind: "update",
    missingSessions: [World.id(2)],
    hasMissingEvents: true,
    lostPosition: true,
  });
  expect(deleteMissingEvents(db, 0)).toBe(2);
  expect(deleteMissingEvents(db, 2)).toBeNull();
  deleteMissingSessions(db, [World.id(2)]);
  expect(documents(db)).toBe(2);
  resetPosition(db);
  setSessionRowid(db, 1);
  setChecked(db, NOW);
  expect(planIndex(db, NOW, "deletable")).toEqual({ kind: "done" });
  db.run("INSERT INTO search_text (search_text) VALUES ('integrity-check')");
  db.close(true);
});

test("an append-only index is rebuilt after a deletion, and changes are added to it", async () => {
  using world = new World();
  const db = await twoSessions(world);
  makeIndex(db, "append-only");
  setSessionRowid(db, 2);
  setChecked(db, NOW);
  expect(planIndex(db, NOW, "append-only")).toEqual({ kind: "done" });
  world.exec(`UPDATE sessions SET summary = 'new' WHERE id = '${World.id(1)}'`);
  expect(planIndex(db, NOW, "append-only")).toMatchObject({
    kind: "update",
    sessions: [World.id(1)],
  });
  world.exec(DELETE_SECOND);
  expect(planIndex(db, NOW, "append-only")).toEqual({ kind: "remake" });
  // Another SQLite's index is replaced as well.
  expect(planIndex(db, NOW, "deletable")).toEqual({ kind: "remake" });
  db.close(true);
});

test("an index that another process removes during a transaction is recognized as removed", async () => {
  using world = new World();
  await world.mm("session", "start");
  const db = openIndex({ path: world.database, reading: "shared", waitMs: 10 }, "file");
  createIndex(db, "deletable");
  db.run("BEGIN IMMEDIATE");
  setChecked(db, NOW);
  removeIndex(world.database);
  let thrown: unknown;
  try {
    db.run("COMMIT");
  } catch (error) {
    thrown = error;
  }
  expect(isRemoved(thrown)).toBe(true);
  db.close(true);
});

test("new sessions are found without scanning all sessions", async () => {
  using world = new World();
  const db = await twoSessions(world);
  createIndex(db, "deletable");
  for (const statement of [OUTDATED_OPEN, OUTDATED_NEW]) {
    const steps = db.query<{ detail: string }, []>(`EXPLAIN QUERY PLAN ${statement}`).all();
    const walks = steps.filter(({ detail }) => /^SCAN (?:s|sessions|d)\b/u.test(detail));
    const ofAll = walks.filter(
      ({ detail }) => !/INDEX (?:mm_sessions_active|search_open)/u.test(detail),
    );
    expect(ofAll).toEqual([]);
  }
  db.close(true);
});

test("what doesn't fit into a transaction isn't read for it", async () => {
  using world = new World();
  const db = await twoSessions(world);
  createIndex(db, "deletable");
  // Long texts, and behind them one that can't be read.
  db.run("CREATE TEMP TABLE numbers (id INTEGER PRIMARY KEY)");
  db.run("INSERT INTO numbers SELECT value FROM json_each('[1,2,3,4,5,6,7,8,9]')");
  db.run(`CREATE TEMP VIEW session_events AS
    SELECT id, (SELECT min(id) FROM source.sessions) AS session_id, 'note' AS event_type,
      CASE WHEN id < 9 THEN printf('%.*c', 1000000, 'x') ELSE abs(-9223372036854775807 - 1) END AS content,
      '2026-03-10T11:00:00+00:00' AS created_at, '{}' AS metadata FROM numbers`);
  expect(indexEvents(db, "deletable")).toBe(5);
  db.close(true);
});
