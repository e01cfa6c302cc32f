import { Database } from "bun:sqlite";
import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { World } from "../support/world.ts";

interface Answer {
  readonly sessions: { readonly id: string; readonly matches: { readonly snippet: string }[] }[];
}

let world: World;
beforeEach(() => {
  world = new World();
});
afterEach(() => world[Symbol.dispose]());

const ids = World.id;
const search = (...words: string[]) => world.json<Answer>("search", ...words);
const found = async (...words: string[]) => (await search(...words)).sessions.map(({ id }) => id);
const snippets = async (...words: string[]) =>
  (await search(...words)).sessions.flatMap(({ matches }) => matches.map((m) => m.snippet));

async function session(title: string, ...contents: string[]): Promise<void> {
  await world.mm("session", "start", "-a", "x", "-t", title);
  for (const content of contents) await world.mm("activity", "log", "-c", content);
  world.pass(60);
}

const indexed = () =>
  world.rows<{ events: number; sessions: number }>(`SELECT
    (SELECT count(*) FROM mm_search_docsize WHERE id > 0) AS events,
    (SELECT count(*) FROM mm_search_docsize WHERE id < 0) AS sessions`)[0];

describe("the index follows", () => {
  test("titles and summaries that change", async () => {
    await session("First name", "x");
    expect(await found("first")).toEqual([ids(1)]);
    world.exec(`UPDATE sessions SET metadata = '{"title":"Second name"}'`);
    expect(await found("second")).toEqual([ids(1)]);
    expect(await found("first")).toEqual([]);
    await world.mm("session", "end", "-s", "all done");
    expect(await found("done")).toEqual([ids(1)]);
    world.exec("UPDATE sessions SET ended_at = NULL, summary = NULL");
    await world.mm("activity", "log", "--session", ids(1), "-c", "y");
    world.exec("UPDATE sessions SET ended_at = '2026-03-11T00:00:00+00:00', summary = 'again'");
    expect(await found("again")).toEqual([ids(1)]);
    expect(await found("done")).toEqual([]);
    expect(indexed()).toEqual({ events: 2, sessions: 1 });
  });

  test("what others delete", async () => {
    for (const name of ["one", "two", "three"]) await session(name, `says ${name}`, "more");
    expect(await found("says")).toHaveLength(3);
    world.exec(`PRAGMA foreign_keys = ON; DELETE FROM sessions WHERE id = '${ids(2)}'`);
    expect(await found("says")).toEqual([ids(3), ids(1)]);
    expect(indexed()).toEqual({ events: 4, sessions: 2 });
    world.exec("DELETE FROM session_events WHERE id = 6");
    await found("says");
    expect(indexed()).toEqual({ events: 3, sessions: 2 });
    await world.mm("activity", "log", "--session", ids(3), "-c", "newer");
    expect(await snippets("newer")).toEqual(["newer"]);
  });

  test("within a day, what nothing tells of", async () => {
    await session("one", "a1", "a2");
    await world.mm("session", "end", "-s", "old words");
    expect(await found("old")).toEqual([ids(1)]);
    world.exec(
      "UPDATE sessions SET summary = 'new words'; DELETE FROM session_events WHERE id = 1",
    );
    expect(await found("new")).toEqual([]);
    expect(await found("a1")).toEqual([]);
    world.pass(25 * 3600);
    expect(await found("new")).toEqual([ids(1)]);
    expect(indexed()).toEqual({ events: 1, sessions: 1 });
  });

  test("a reset by memtomem, and ids that begin anew", async () => {
    await session("one", "before");
    expect(await found("before")).toEqual([ids(1)]);
    world.exec(`DROP TABLE mm_search; DELETE FROM mm_search_sessions; DELETE FROM mm_search_progress;
      DELETE FROM mm_meta; DELETE FROM mm_sessions; DELETE FROM session_events; DELETE FROM sessions;
      DELETE FROM sqlite_sequence`);
    await session("two", "after");
    expect(await found("after")).toEqual([ids(2)]);
    world.exec("DELETE FROM session_events; DELETE FROM sqlite_sequence");
    await session("three", "third");
    expect(await found("third")).toEqual([ids(3)]);
    expect(await found("after")).toEqual([]);
  });

  test("a search with nothing new writes nothing", async () => {
    await session("one", "same");
    await found("same");
    const db = new Database(world.database, { readonly: true });
    const version = () => db.query("PRAGMA data_version").get();
    const before = version();
    await found("same");
    expect(version()).toEqual(before);
    db.close(true);
  });
});

test("memtomem's own database is searched, and nothing of it is changed", async () => {
  world.useMemtomemHome();
  expect(await snippets("wal")).toEqual(["use WAL"]);
  expect(await found("release")).toHaveLength(1);
  expect(world.rows("PRAGMA integrity_check")).toEqual([{ integrity_check: "ok" }]);
});

test("a locked database: what is indexed is searched, and the rest is told of", async () => {
  await session("one", "old words");
  await found("words");
  await world.mm("activity", "log", "--session", ids(1), "-c", "new words");
  const other = new Database(world.database);
  other.run("BEGIN IMMEDIATE");
  world.waitMs = 10;
  const { code, err } = await world.mm("search", "words", "--json");
  expect({ code, err }).toEqual({
    code: 0,
    err: `mm: warning: what is new was not searched, since the database is locked by another program: ${world.database}\n`,
  });
  other.run("ROLLBACK");
  expect(await snippets("words")).toHaveLength(2);
  world.exec("DROP TABLE mm_search");
  other.run("BEGIN IMMEDIATE");
  expect(await world.mm("search", "words")).toMatchObject({ code: 1, out: "" });
  other.close(true);
});
