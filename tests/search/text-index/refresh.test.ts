import { Database } from "bun:sqlite";
import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import {
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { eraseDeletedFromIndex } from "../../../src/search/text-index/use.ts";
import { loadConfig } from "../../../src/settings/home.ts";
import { Store } from "../../../src/store/store.ts";
import { searching } from "../../support/searching.ts";
import { World } from "../../support/world.ts";

let world: World;
beforeEach(() => {
  world = new World();
});
afterEach(() => world[Symbol.dispose]());

const { found, snippets, session } = searching(() => world);

const ids = World.id;

const indexFile = () => `${world.database}.mm-search`;

function inIndex<T>(sql: string): T[] {
  const db = new Database(indexFile());
  try {
    return db.query<T, []>(sql).all();
  } finally {
    db.close(true);
  }
}

const indexed = () =>
  inIndex<{ events: number; sessions: number }>(`SELECT
    (SELECT count(*) FROM search_text_docsize WHERE id > 0) AS events,
    (SELECT count(*) FROM search_text_docsize WHERE id < 0) AS sessions`)[0];

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

  test("deletions by other programs", async () => {
    for (const name of ["one", "two", "three"]) await session(name, `says ${name}`, "more");
    expect(await found("says")).toHaveLength(3);
    world.exec(`PRAGMA foreign_keys = ON; DELETE FROM sessions WHERE id = '${ids(2)}'`);
    expect(await found("says")).toEqual([ids(3), ids(1)]);
    world.pass(25 * 3600);
    expect(await found("says")).toEqual([ids(3), ids(1)]);
    expect(indexed()).toEqual({ events: 4, sessions: 2 });
    world.exec("DELETE FROM session_events WHERE id = 6");
    await found("says");
    expect(indexed()).toEqual({ events: 3, sessions: 2 });
    await world.mm("activity", "log", "--session", ids(3), "-c", "newer");
    expect(await snippets("newer")).toEqual(["newer"]);
  });

  test("within a day, changes that leave no sign", async () => {
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

  test("a reset by memtomem, and ids that start over", async () => {
    await session("one", "before");
    expect(await found("before")).toEqual([ids(1)]);
    world.exec(`DELETE FROM mm_meta; DELETE FROM mm_sessions; DELETE FROM session_events; DELETE FROM sessions;
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
    const db = new Database(indexFile(), { readonly: true });
    const version = () => db.query("PRAGMA data_version").get();
    const before = version();
    await found("same");
    expect(version()).toEqual(before);
    db.close(true);
  });
});

test("memtomem's own database is searched, and nothing is written to it", async () => {
  world.useMemtomemHome();
  const before = readFileSync(world.database);
  expect(await snippets("wal")).toEqual(["use WAL"]);
  expect(await found("release")).toHaveLength(1);
  expect(await found("release", "--project", "x")).toEqual([]);
  expect(readFileSync(world.database).equals(before)).toBe(true);
  expect(world.rows("SELECT name FROM sqlite_schema WHERE name LIKE 'mm_%'")).toEqual([]);
});

test("only the owner can read the index file, and the database contains nothing of it", async () => {
  await session("one", "words");
  const tables = () => world.rows("SELECT name FROM sqlite_schema");
  const before = tables();
  expect(world.files()).not.toContain("memtomem.db.mm-search");
  await found("words");
  expect(world.files()).toContain("memtomem.db.mm-search");
  expect(statSync(indexFile()).mode & 0o777).toBe(0o600);
  expect(tables()).toEqual(before);
});

test.each(["a b", "question?", "hash#", "100%41", "quote's\"", "semi;&=", "한국"])(
  "a database in a folder called %p",
  async (name) => {
    mkdirSync(`${world.folder}/${name}`);
    world.env = { ...world.env, MM_DB: `${world.folder}/${name}/${name}.db` };
    await session("one", "words");
    expect(await snippets("words")).toEqual(["words"]);
    expect(existsSync(`${world.env["MM_DB"]}.mm-search`)).toBe(true);
  },
);

describe("the file is rebuilt", () => {
  const again = async () => {
    expect(await snippets("words")).toEqual(["words"]);
    expect(indexed()).toEqual({ events: 1, sessions: 1 });
  };

  test.each([
    ["deleted", () => rmSync(indexFile())],
    ["emptied", () => truncateSync(indexFile(), 0)],
    ["cut short", () => truncateSync(indexFile(), 5000)],
    ["not a database", () => writeFileSync(indexFile(), "no database ".repeat(1000))],
    ["overwritten but for its head", () => scribble(4096)],
    ["of another form", () => inIndex("PRAGMA user_version = 99")],
    ["without a table", () => inIndex("DROP TABLE search_sessions")],
    ["without its text", () => inIndex("DROP TABLE search_text")],
  ])("%s", async (_, harm) => {
    await session("one", "words");
    await again();
    harm();
    await again();
  });

  function scribble(from: number): void {
    const bytes = readFileSync(indexFile());
    writeFileSync(indexFile(), bytes.fill(0xa5, from));
  }

  test("next to another database", async () => {
    await session("old", "words of old", "words too", "more words");
    expect(await snippets("words")).toHaveLength(3);
    for (const end of ["", "-wal", "-shm"]) rmSync(`${world.database}${end}`, { force: true });
    await session("one", "words");
    await again();
    expect(await found("old")).toEqual([]);
  });
});

describe("deleted words leave the file", () => {
  const holds = (word: string) => readFileSync(indexFile()).includes(word);
  const erase = async () => {
    const warnings: string[] = [];
    const config = await loadConfig(world.env, (message) => void warnings.push(message));
    const warn = (message: string) => void warnings.push(message);
    const store = new Store(config, { newId: () => crypto.randomUUID(), waitMs: 10, warn });
    await eraseDeletedFromIndex({ now: () => world.clock, warnings }, store);
    return warnings;
  };

  test.each([["at once"], ["after a search"]])("%s", async (when) => {
    await session("Xylophonetitle", "quuxword here", "more");
    await session("kept", "keptword");
    await found("keptword");
    expect(["quuxword", "xylophonetitle", "Xylophonetitle"].map(holds)).toEqual([true, true, true]);
    world.exec(`PRAGMA foreign_keys = ON; DELETE FROM sessions WHERE id = '${ids(1)}'`);
    if (when === "after a search") expect(await found("quuxword")).toEqual([]);
    expect(await erase()).toEqual([]);
    expect(["quuxword", "xylophonetitle", "Xylophonetitle"].map(holds)).toEqual([
      false,
      false,
      false,
    ]);
    expect(await snippets("keptword")).toEqual(["keptword"]);
    expect(indexed()).toEqual({ events: 1, sessions: 1 });
  });

  test.each([
    ["session delete", ["session", "delete", ids(1)]],
    ["gc", ["gc", "--yes", "--older-than", "1d"]],
  ])("by %s", async (_, words) => {
    await session("Xylophonetitle", "quuxword here");
    await world.mm("session", "end");
    world.pass(3 * 86_400);
    await session("kept", "keptword");
    await found("keptword");
    expect(holds("quuxword")).toBe(true);
    expect((await world.mm(...words)).code).toBe(0);
    expect(holds("quuxword")).toBe(false);
    expect(holds("Xylophonetitle")).toBe(false);
  });

  test("without an index, none is created", async () => {
    await session("one", "x");
    expect(await erase()).toEqual([]);
    expect(existsSync(indexFile())).toBe(false);
  });

  test("a locked index is reported", async () => {
    await session("one", "x");
    await found("x");
    const other = new Database(indexFile());
    other.run("BEGIN EXCLUSIVE");
    expect((await erase())[0]).toStartWith("the search index ");
    other.close(true);
  });
});

test("a locked database is searched, including new events", async () => {
  await session("one", "old words");
  await found("words");
  await world.mm("activity", "log", "--session", ids(1), "-c", "new words");
  const other = new Database(world.database);
  other.run("BEGIN IMMEDIATE");
  world.waitMs = 10;
  expect(await snippets("words")).toHaveLength(2);
  other.close(true);
});

test("a locked index: what is indexed is searched, with a warning about the rest", async () => {
  await session("one", "old words");
  await found("words");
  await world.mm("activity", "log", "--session", ids(1), "-c", "new words");
  const other = new Database(indexFile());
  other.run("BEGIN IMMEDIATE");
  world.waitMs = 10;
  const { code, err } = await world.mm("search", "words", "--json");
  expect({ code, err }).toEqual({
    code: 0,
    err: `mm: warning: new events were not searched: the search index is locked by another program: ${indexFile()}\n`,
  });
  other.run("COMMIT; BEGIN EXCLUSIVE");
  expect(await world.mm("search", "words")).toMatchObject({ code: 1, out: "" });
  other.close(true);
  expect(await snippets("words")).toHaveLength(2);
});

test("if no index file can be created, a few events are indexed in memory", async () => {
  await session("one", "words");
  mkdirSync(`${indexFile()}/in-the-way`, { recursive: true });
  expect(await snippets("words")).toEqual(["words"]);
  expect(existsSync(`${indexFile()}/in-the-way`)).toBe(true);
  world.exec(`INSERT INTO session_events (id, session_id, event_type, content, created_at)
    VALUES (60000, '${ids(1)}', 'note', 'words', '')`);
  const { code, err } = await world.mm("search", "words");
  expect(code).toBe(1);
  expect(err).toStartWith(`mm: can't make the search index ${indexFile()}`);
});

test("an event that was moved behind the last one that an id was given to is found", async () => {
  await session("first", "one alpha", "two beta");
  await found("alpha");
  world.exec("UPDATE session_events SET id = id + 5 WHERE content = 'two beta'");
  expect(await snippets("beta")).toEqual(["two beta"]);
  expect(await snippets("alpha")).toEqual(["one alpha"]);
  await session("second", "three gamma");
  expect(await snippets("gamma")).toEqual(["three gamma"]);
});
