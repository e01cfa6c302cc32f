import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { World } from "../support/world.ts";

let world: World;
beforeEach(() => {
  world = new World();
});
afterEach(() => world[Symbol.dispose]());

const ids = World.id;
const events = (...words: string[]) => world.mm("session", "events", ...words);
const contents = async (...words: string[]) =>
  (await world.json<{ events: { content: string }[] }>("session", "events", ...words)).events.map(
    ({ content }) => content,
  );

test("JSON: these keys, in the order in which they were stored", async () => {
  await world.mm("session", "start");
  await world.mm("activity", "log", "-c", "first", "--meta", '{"tool":"Edit"}');
  world.pass(1);
  await world.mm("activity", "log", "-c", "second\nline", "--type", "decision");
  expect((await events("--json")).out).toBe(
    `{"session_id":"${ids(1)}","events":[` +
      '{"id":1,"created_at":"2026-03-10T12:00:00+00:00","event_type":"tool_call","content":"first","metadata":{"tool":"Edit"}},' +
      '{"id":2,"created_at":"2026-03-10T12:00:01+00:00","event_type":"decision","content":"second\\nline","metadata":{}}' +
      '],"count":2,"before":null,"after":2,"more":false}\n',
  );
});

test("text: the first line of each, safe to print", async () => {
  await world.mm("session", "start");
  await world.mm("activity", "log", "-c", "\x1b[2Jfirst\nhidden");
  const { out } = await events();
  expect(out).toMatch(
    /^Time {14}What {2}Content\n\d{4}-\d\d-\d\d \d\d:\d\d {2}tool {2}\\x1b\[2Jfirst\n\n1 event\n$/u,
  );
});

test("none", async () => {
  await world.mm("session", "start");
  expect((await events()).out).toBe("No events for this session.\n");
  expect((await events("--json")).out).toBe(
    `{"session_id":"${ids(1)}","events":[],"count":0,"before":null,"after":null,"more":false}\n`,
  );
});

test("--type takes any text, --limit the number of last events", async () => {
  await world.mm("session", "start");
  for (const n of ["1", "2", "3"]) await world.mm("activity", "log", "-c", n);
  await world.mm("activity", "log", "-c", "4", "--type", "note");
  expect(await contents("--limit", "2")).toEqual(["3", "4"]);
  expect(await contents("--type", "note")).toEqual(["4"]);
  expect(await contents("--type", "tool_call", "--limit", "2")).toEqual(["2", "3"]);
  expect(await contents("--type", "tool", "--limit", "2")).toEqual(["2", "3"]);
  expect(await contents("--type", "what ever")).toEqual([]);
});

describe("page by page", () => {
  type Page = {
    events: { id: number; content: string }[];
    before: number | null;
    after: number | null;
    more: boolean;
  };
  const page = async (...words: string[]) => {
    const { events, before, after, more } = await world.json<Page>("session", "events", ...words);
    return [events.map(({ id }) => id), before, after, more];
  };
  beforeEach(async () => {
    await world.mm("session", "start");
    for (let n = 1; n <= 5; n++) await world.mm("activity", "log", "-c", String(n));
    await world.mm("activity", "log", "-c", "6", "--type", "note");
  });

  test("backwards from the end", async () => {
    expect(await page("--limit", "2")).toEqual([[5, 6], 5, 6, false]);
    expect(await page("--limit", "3", "--before", "5")).toEqual([[2, 3, 4], 2, 4, true]);
    expect(await page("--limit", "3", "--before", "2")).toEqual([[1], null, 1, true]);
    expect(await page("--before", "1")).toEqual([[], null, null, false]);
  });

  test("forwards, and on once there is more", async () => {
    expect(await page("--limit", "4", "--after", "0")).toEqual([[1, 2, 3, 4], null, 4, true]);
    expect(await page("--limit", "4", "--after", "4")).toEqual([[5, 6], 5, 6, false]);
    expect(await page("--after", "6")).toEqual([[], null, 6, false]);
    await world.mm("activity", "log", "-c", "7");
    expect(await page("--after", "6")).toEqual([[7], 7, 7, false]);
  });

  test("of one type, and between two", async () => {
    expect(await page("--type", "note", "--limit", "1")).toEqual([[6], null, 6, false]);
    expect(await page("--after", "1", "--before", "4")).toEqual([[2, 3], 2, 3, true]);
  });

  test("as many as fit into some bytes, and at least one", async () => {
    const bytes = String(4 * 115);
    expect(await page("--bytes", bytes)).toEqual([[3, 4, 5, 6], 3, 6, false]);
    expect(await page("--bytes", bytes, "--limit", "2")).toEqual([[5, 6], 5, 6, false]);
    expect(await page("--bytes", bytes, "--after", "0")).toEqual([[1, 2, 3, 4], null, 4, true]);
    expect(await page("--bytes", "1", "--after", "2")).toEqual([[3], 3, 3, true]);
    expect(await page("--bytes", "1", "--before", "3")).toEqual([[2], 2, 2, true]);
    expect(await page("--bytes", "1", "--after", "6")).toEqual([[], null, 6, false]);
    expect((await events("--bytes", "0")).code).toBe(2);
  });

  test("ids are numbers", async () => {
    expect((await events("--after", "x")).err).toContain("invalid value 'x' for --after");
    expect((await events("--before", "-1")).code).toBe(2);
  });
});

describe("no session", () => {
  test("text and JSON, exit 1, nothing created", async () => {
    expect(await events()).toEqual({
      code: 1,
      out: "",
      err: "mm: No session ID provided and no active session.\n",
    });
    expect(await events("--json")).toEqual({ code: 1, out: '{"error":"no_session"}\n', err: "" });
    expect(world.files()).toEqual([]);
  });

  test("a state file that names an ended or missing row", async () => {
    await world.mm("session", "start");
    await world.mm("session", "end");
    for (const id of [ids(1), "nobody"]) {
      writeFileSync(world.stateFile, id);
      expect((await events("--json")).out).toBe('{"error":"no_session"}\n');
    }
  });

  test("an unknown id is named", async () => {
    await world.mm("session", "start");
    const { code, out } = await events("abcdef", "--json");
    expect(code).toBe(1);
    expect(JSON.parse(out)).toMatchObject({
      error: { code: "session_not_found", message: "session not found: abcdef" },
    });
  });
});

test("an ended session's events are read by id, and by $MM_SESSION_ID", async () => {
  await world.mm("session", "start");
  await world.mm("activity", "log", "-c", "kept");
  await world.mm("session", "end");
  expect(await contents(ids(1).slice(0, 9))).toEqual(["kept"]);
  world.env = { ...world.env, MM_SESSION_ID: ids(1) };
  expect(await contents()).toEqual(["kept"]);
});

test("`last` is the one that was last active, and no session is none", async () => {
  const { code, out, err } = await events("last");
  expect({ code, out, err }).toEqual({
    code: 1,
    out: "",
    err: "mm: there is no session yet\n  hint: `mm hooks install` records those of your agents\n",
  });
  expect((await events("last", "--json")).out).toBe('{"error":"no_session"}\n');
  await world.mm("session", "start");
  await world.mm("activity", "log", "-c", "of the last");
  await world.mm("session", "end");
  expect(await contents("last")).toEqual(["of the last"]);
});

test("rows that other programs wrote badly", async () => {
  await world.mm("session", "start");
  world.exec(`INSERT INTO session_events (session_id, event_type, content, chunk_ids, created_at, metadata) VALUES
    ('${ids(1)}', 'x', 'a', NULL, 'never', NULL), ('${ids(1)}', 'x', 'b', '[]', '', '[1]'),
    ('${ids(1)}', 'x', 'c', '[]', '', '{"n": NaN}'), ('${ids(1)}', 'x', x'ff00', 'zz', '', 'zz')`);
  const { events: rows } = await world.json<{ events: { metadata: unknown }[] }>(
    "session",
    "events",
  );
  expect(rows.map(({ metadata }) => metadata)).toEqual([{}, {}, {}, {}]);
});
