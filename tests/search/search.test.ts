import { Database } from "bun:sqlite";
import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { mkdirSync, writeFileSync } from "node:fs";
import { matchExpression, parseQuery } from "../../src/search/query.ts";
import { HookWorld } from "../support/hook-world.ts";
import { randomFrom } from "../support/random.ts";
import { searching } from "../support/searching.ts";
import { World } from "../support/world.ts";

let world: World;
beforeEach(() => {
  world = new World();
  // Sessions that are started nowhere have no project.
  world.cwd = null;
});
afterEach(() => world[Symbol.dispose]());

const { search, found, snippets, session } = searching(() => world);

const ids = World.id;

test("nothing yet: an answer, and nothing is created", async () => {
  expect(await world.mm("search", "x")).toEqual({ code: 0, out: "No matches.\n", err: "" });
  expect((await world.mm("search", "x", "--json")).out).toBe(
    '{"sessions":[],"count":0,"more":false,"exact":true,"loose":false}\n',
  );
  expect(world.files()).toEqual([]);
});

test("JSON: these keys", async () => {
  await session("Fix it", "Edit the 한국 parser", "other");
  expect(JSON.parse((await world.mm("search", "국", "parser", "--json")).out)).toEqual({
    sessions: [
      {
        id: ids(1),
        agent_id: "x",
        project: null,
        title: "Fix it",
        started_at: "2026-03-10T12:00:00+00:00",
        ended_at: null,
        match_count: 1,
        matches: [
          {
            event_id: 1,
            event_type: "tool_call",
            file: null,
            did: null,
            created_at: "2026-03-10T12:00:00+00:00",
            snippet: "Edit the 한국 parser",
            highlights: [
              [10, 11],
              [12, 18],
            ],
            times: 1,
          },
        ],
      },
    ],
    count: 1,
    more: false,
    exact: true,
    loose: false,
  });
});

test("text: by session, plain in a pipe, marked on a terminal", async () => {
  await session("Fix \x1b[31mit", "the parser\nfails", "parser b", "parser c", "parser d");
  const piped = await world.mm("search", "parser");
  const lines = piped.out
    .split("\n")
    .map((line) => line.replace(/\d{4}-\d\d-\d\d \d\d:\d\d/u, "T"));
  expect(lines).toEqual([
    "00000001  Fix \\x1b[31mit  x · T",
    "  T  tool  parser d",
    "  T  tool  parser c",
    "  T  tool  parser b",
    "  … 1 more in this session",
    "",
    "1 session",
    "",
  ]);
  world.isTerminal = true;
  const { out } = await world.mm("search", "parser");
  expect(out).toContain("\x1b[1m\x1b[33mparser\x1b[39m\x1b[22m d");
  world.env = { ...world.env, NO_COLOR: "1" };
  world.pass(120);
  const plain = (await world.mm("search", "parser")).out.split("\n");
  expect(plain[0]).toBe("00000001  Fix \\x1b[31mit  x · 3m ago");
  expect(plain[1]).toBe("  3m ago  tool  parser d");
});

describe("what is found", () => {
  test("words, phrases, exclusions and prefixes; titles and summaries too", async () => {
    await session("Release plan", "an empty list fails", "the list is empty");
    await session("Other", "list of files in src/store/index.ts");
    expect(await snippets("list empty")).toHaveLength(2);
    expect(await snippets('"empty list"')).toEqual(["an empty list fails"]);
    expect(await snippets("list", "-empty")).toEqual(["list of files in src/store/index.ts"]);
    expect(await snippets("list -empty")).toHaveLength(1);
    expect(await snippets("fil*")).toHaveLength(1);
    expect(await snippets("store/index")).toHaveLength(1);
    expect(await found("release")).toEqual([ids(1)]);
    await world.mm("session", "end", "-s", "Wrote the Übersicht");
    expect(await found("ubersicht")).toEqual([ids(2)]);
  });

  test.each([
    ["한국어 문서를 고쳤다", ["국", "국어", "문서", "고쳤다", "어 문"]],
    ["日本語のテストを書いた", ["本", "語の", "テスト", "書いた"]],
    ["修复了解析器的错误", ["修", "解析", "析器的", "错误"]],
  ])("any part of %p", async (content, parts) => {
    await session("t", content, "별개 別物 别的");
    for (const part of parts) expect(await snippets(part)).toEqual([content]);
    expect(await snippets("없음")).toEqual([]);
    expect(await snippets(`${[...content][1]}${[...content][0]}`)).toEqual([]);
  });

  test("the newest first among equals; the limit counts sessions", async () => {
    for (let n = 0; n < 12; n++) await session(`t${n}`, "same words");
    expect(await found("same")).toEqual(Array.from({ length: 10 }, (_, i) => ids(12 - i)));
    const { more, count } = await search("same", "-l", "3");
    expect({ more, count }).toEqual({ more: true, count: 3 });
    expect(await search("same", "-l", "12")).toMatchObject({ more: false, count: 12 });
  });

  test("sessions that began and ended between two searches, without an event", async () => {
    await session("one", "x");
    await world.mm("session", "end");
    expect(await found("one")).toEqual([ids(1)]);
    await session("two");
    await world.mm("session", "end");
    expect(await found("two")).toEqual([ids(2)]);
    world.exec(`PRAGMA foreign_keys = ON; DELETE FROM sessions WHERE id = '${ids(2)}'`);
    expect(await found("two")).toEqual([]);
    await session("three");
    await world.mm("session", "end");
    expect(await found("three")).toEqual([ids(3)]);
  });

  test("not the words of an automatic summary", async () => {
    await session("one", "x");
    await world.mm("session", "end", "--auto");
    await session("two");
    await world.mm("session", "end", "--auto");
    await session("three");
    world.pass(3 * 86_400);
    await world.mm("session", "start", "--auto-end-stale", "1d");
    for (const word of ["had", "tool_call", "ended", "auto"]) expect(await found(word)).toEqual([]);
  });

  test("an error message, as it is shown", async () => {
    await session("one", "Bash: make");
    const [error, other] = ['{"error":"Sorry, éxit code 3"}', '{"error":"hidden"}'];
    world.exec(`INSERT INTO session_events (session_id, event_type, content, created_at, metadata) VALUES
      ('${ids(1)}', 'error', 'Bash: make', '2026-03-10T12:00:09+00:00', '${error}'),
      ('${ids(1)}', 'prompt', 'Go on', '2026-03-10T12:00:09+00:00', '${other}'),
      ('${ids(1)}', 'error', 'Odd', '2026-03-10T12:00:09+00:00', 'not json')`);
    expect(await snippets('"exit code 3" make')).toEqual(["Bash: make — Sorry, éxit code 3"]);
    expect(await snippets("odd")).toEqual(["Odd"]);
    expect(await found("hidden")).toEqual([]);
  });

  test("flags, and words next to colour codes", async () => {
    await session("one", "git push --no-verify", "\x1b[31mred\x1b[0m light");
    expect(await snippets("push --no-verify")).toEqual(["git push --no-verify"]);
    expect(await snippets("push -verify")).toEqual([]);
    expect(await snippets("red")).toEqual(["red light"]);
  });

  test("a title and a summary don't run together", async () => {
    await session("Fix ```err\nin two lines");
    await world.mm("session", "end", "-s", "Done it");
    expect(await snippets("two done")).toEqual(["Fix ```err in two lines — Done it"]);
    await session("");
    await world.mm("session", "end", "-s", "Only summed up");
    expect(await snippets("summed")).toEqual(["Only summed up"]);
    await session("Only a title");
    expect(await snippets("title")).toEqual(["Only a title"]);
  });

  test("ids with the same prefix are shown whole", async () => {
    await session("one", "same");
    world.exec(`INSERT INTO sessions SELECT '${ids(1).slice(0, 8)}-other', agent_id, started_at, NULL, NULL, '{}', namespace
      FROM sessions`);
    expect((await world.mm("search", "same")).out).toStartWith(`${ids(1)}  one`);
  });

  test("filters", async () => {
    await session("one", "same");
    await world.mm("activity", "log", "-c", "same", "--type", "decision");
    await world.mm("session", "start", "-a", "y");
    await world.mm("activity", "log", "-c", "same");
    expect(await found("same", "-a", "y")).toEqual([ids(2)]);
    expect(await found("same", "--agent", "nobody")).toEqual([]);
    expect(await search("same", "--type", "decision")).toMatchObject({
      sessions: [{ id: ids(1), match_count: 1 }],
      count: 1,
    });
    expect(await found("same", "--until", "2026-03-10T12:00:30Z")).toEqual([ids(1)]);
    expect(await found("same", "--since", "2026-03-10T12:00:30Z", "-a", "y")).toEqual([ids(2)]);
    expect(await found("same", "--project", "app")).toEqual([]);
  });

  test("by project", async () => {
    using hooks = new HookWorld();
    for (const name of ["a", "b"]) {
      mkdirSync(`${hooks.folder}/${name}/.git`, { recursive: true });
      writeFileSync(`${hooks.folder}/${name}/.git/HEAD`, "ref: refs/heads/main\n");
      await hooks.start("startup", { session_id: name, cwd: `${hooks.folder}/${name}` });
      await hooks.prompt("Mend the parser", { session_id: name });
    }
    const { sessions } = await hooks.json<{ sessions: { project: string }[] }>(
      "search",
      "parser",
      "--project",
      "b",
    );
    expect(sessions.map(({ project }) => project)).toEqual(["b"]);
  });
});

describe("bad input", () => {
  test.each([
    [[], "missing argument: QUERY"],
    [[" "], "missing argument: QUERY"],
    [["x", "--limit", "-1"], "invalid value '-1' for --limit; expected a whole number"],
    [["x", "--since", "2026-02-30"], "invalid time '2026-02-30'; expected"],
    [["x", "--since", "1d", "--until", "2d"], "--since 1d is later than --until 2d"],
    [["x", "--agnet", "y"], "unknown option '--agnet'"],
  ])("%p", async (words, message) => {
    const { code, err, out } = await world.mm("search", ...words);
    expect({ code, out }).toEqual({ code: 2, out: "" });
    expect(err).toStartWith(`mm: ${message}`);
    expect(world.files()).toEqual([]);
  });

  test("a query without words finds nothing, and says so", async () => {
    await session("t", "words");
    expect(await world.mm("search", "-words")).toEqual({
      code: 0,
      out: "No matches.\nTry other words, or the beginning of one. 1 session in all: mm list\n",
      err: "mm: warning: the query has only words to leave out, so nothing matches it\n",
    });
    expect((await world.mm("search", "🎉 *")).err).toBe(
      "mm: warning: the query has no letter or digit, so nothing matches it\n",
    );
  });

  test.each([
    ["10,000 characters", "word ".repeat(2000)],
    ["one word of 10,000", "x".repeat(10_000)],
    ["a phrase of 10,000", "한".repeat(10_000)],
    ["5,000 to leave out", `words ${"-w ".repeat(5000)}`],
    ["quotes", '"'.repeat(9999)],
    ["NUL", "words\0words"],
  ])("%s", async (_, query) => {
    await session("t", "words");
    expect((await world.mm("search", "--", query)).code).toBe(0);
  });
});

test("rows that other programs wrote badly are searched, safely", async () => {
  await session("one", "x");
  world.exec(`INSERT INTO sessions (id, agent_id, started_at, summary, metadata) VALUES
      ('a/b c', x'ff41', 'not a time', x'626c6f62', '[1]'), ('z', 'x', '', 'blob', 'no json');
    INSERT INTO session_events (session_id, event_type, content, created_at, metadata) VALUES
      ('a/b c', x'41', x'626c6f62', 'never', NULL), ('gone', 't', 'blob', '', ''), ('z', 't', 'blob' || char(0) || 'after', '', '')`);
  expect((await found("blob")).sort()).toEqual(["a/b c", "z"]);
  expect(await found("after")).toEqual(["z"]);
  expect((await world.mm("search", "blob")).code).toBe(0);
});

test("no query is a syntax error", async () => {
  await session("one", "foo bar 한국", "x");
  await found("foo");
  const parts = ['"', "*", "-", "(", ")", "^", ":", "+", "{", "}", "NEAR(", "AND", "OR", "NOT"];
  const rest = [" ", " ", "foo", "국", "\0", "\ud800", "🎉", "'", "\\", ",", "é", "\u0301"];
  const alphabet = [...parts, ...rest];
  const db = new Database(`${world.database}.mm-search`, { readonly: true });
  // One lock for all queries instead of one for each.
  db.run("BEGIN");
  const find = db.query("SELECT rowid FROM search_text WHERE search_text MATCH ?1 ORDER BY rank");
  const random = randomFrom(7);
  let hits = 0;
  for (let n = 0; n < 20_000; n++) {
    const length = 1 + Math.floor(random() * 8);
    const words = Array.from({ length }, () => alphabet[Math.floor(random() * alphabet.length)]);
    const match = matchExpression(parseQuery(words.join("")));
    if (match !== null && find.all(match).length > 0) hits++;
  }
  db.close(true);
  expect(hits).toBeGreaterThan(500);
});
