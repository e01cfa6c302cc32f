import { afterEach, beforeEach, expect, test } from "bun:test";
import { HookWorld } from "../support/hook-world.ts";
import { Served } from "../support/served.ts";

let world: HookWorld;
let served: Served;
beforeEach(async () => {
  world = new HookWorld();
  served = new Served(world);
  await world.start("startup");
  await world.prompt("Fix the parser");
  await world.tool("t1", { tool_name: "Edit", tool_input: { file_path: "/w/a.ts" } });
});
afterEach(() => world[Symbol.dispose]());

const TYPE = "application/json; charset=utf-8";

/** The document, and what the command prints. */
async function both(path: string, ...words: string[]) {
  const answer = await served.ask(`/api/${path}`);
  const { code, out } = await world.mm(...words, "--json");
  return { answer, text: await answer.text(), code, out };
}

test.each([
  ["ps", ["ps"]],
  ["ps?agent=claude", ["ps", "--agent=claude"]],
  ["session/list", ["session", "list"]],
  ["session/list?active=true&limit=1&since=7d", ["list", "--active", "--limit=1", "--since=7d"]],
  ["session/show", ["session", "show"]],
  ["session/show?id=last&outline=true", ["show", "--outline", "last"]],
  ["session/events?id=last", ["session", "events", "last"]],
  [
    "session/events?id=last&after=1&limit=1&type=tool",
    ["events", "last", "--after=1", "--limit=1", "--type=tool"],
  ],
  ["search?q=parser", ["search", "parser"]],
  ["search?q=parser%20-x&limit=2", ["search", "parser", "-x", "--limit=2"]],
  ["stats?by=agent&raw=true", ["stats", "--by=agent", "--raw"]],
  ["stats/hooks", ["stats", "hooks"]],
  ["stats/tokens?by=model", ["stats", "tokens", "--by=model"]],
  ["stats/cost?since=30d", ["stats", "cost", "--since=30d"]],
])("/api/%s is mm %j --json, byte for byte", async (path, words) => {
  await served.during([], async () => {
    const { answer, text, code, out } = await both(path, ...words);
    expect({ status: answer.status, type: answer.headers.get("content-type") }).toEqual({
      status: 200,
      type: TYPE,
    });
    expect({ code, text }).toEqual({ code: 0, text: out });
    expect(answer.headers.get("cache-control")).toBe("no-store");
  });
});

test.each([
  ["session/show?id=nothing", 404, ["show", "nothing"]],
  ["ps?nope=1", 400, ["ps", "--nope=1"]],
  ["session/list?limit=x", 400, ["session", "list", "--limit=x"]],
  ["session/list?active=false", 400, ["session", "list", "--active=false"]],
  ["session/list?agent=a&agent=b", 400, ["session", "list", "--agent=a", "--agent=b"]],
  ["session/show?id=a&id=b", 400, ["session", "show", "a", "b"]],
  ["ps?watch=true", 400, ["ps", "--watch=true"]],
  ["ps?help", 400, ["ps", "--help="]],
  ["search?q=", 400, ["search"]],
  ["session/list?since=never", 400, ["session", "list", "--since=never"]],
])("/api/%s is %i with the command's own document", async (path, status, words) => {
  await served.during([], async () => {
    const { answer, text, out } = await both(path, ...words);
    expect(JSON.parse(text).error.code).toBeString();
    expect({ status: answer.status, text }).toEqual({ status, text: out });
  });
});

test("events have a limit, and so have their bytes", async () => {
  const large = "x".repeat(60_000);
  world.exec(`INSERT INTO session_events (session_id, event_type, content, created_at)
    SELECT s.id, 'note', '${large}', '2026-03-10T12:00:00+00:00' FROM sessions s,
      (WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 600) SELECT i FROM n)`);
  interface Page {
    readonly events: readonly { readonly id: number }[];
    readonly before: number | null;
    readonly after: number | null;
    readonly more: boolean;
  }
  await served.during([], async () => {
    const page = async (query: string) => {
      const text = await (await served.ask(`/api/session/events?id=last&${query}`)).text();
      expect(text.length).toBeLessThan(1_200_000);
      return JSON.parse(text) as Page;
    };
    const last = await page("type=note");
    expect(last.events.length).toBeGreaterThan(10);
    expect(last.before).toBe(last.events[0]?.id ?? -1);
    expect(last.more).toBe(false);
    const next = await page("after=0&limit=100000");
    expect(next.more).toBe(true);
    const seen = new Set<number>();
    let after = 0;
    for (let more = true; more; ) {
      const part = await page(`after=${after}`);
      for (const { id } of part.events) seen.add(id);
      [after, more] = [part.after ?? 0, part.more];
    }
    expect(seen.size).toBe(world.events().length);
    const few = await page("after=0&limit=100000&type=prompt");
    expect(few.events).toHaveLength(1);
  });
});

test("a document without end is refused", async () => {
  const large = "x".repeat(1_000_000);
  world.exec(`INSERT INTO session_events (session_id, event_type, content, created_at)
    SELECT s.id, 'note', '${large}', '2026-03-10T12:00:00+00:00' FROM sessions s,
      (WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 40) SELECT i FROM n)`);
  await served.during([], async () => {
    const answer = await served.ask("/api/session/show?id=last");
    expect(answer.status).toBe(413);
    expect(await answer.json()).toMatchObject({ error: { code: "usage" } });
    expect((await served.ask("/api/session/show?id=last&outline=true")).status).toBe(200);
  });
});

test("a word that no command line can hold is searched for, too", async () => {
  await served.during([], async () => {
    const answer = await served.ask("/api/search?q=par%00ser");
    expect(answer.status).toBe(200);
    expect(served.ran).toEqual([]);
  });
});

test("an id is data, whatever it looks like", async () => {
  await served.during([], async () => {
    const answer = await served.ask("/api/session/show?id=--help");
    expect(answer.status).toBe(404);
    expect(await answer.text()).toContain("session not found: --help");
  });
});

test.each(["session/delete", "session/end", "session/export", "nothing", "../ps", "toString"])(
  "there is no /api/%s",
  async (path) => {
    await served.during([], async () => {
      expect((await served.ask(`/api/${path}`)).status).toBe(404);
    });
  },
);

test("figures are counted by another process, and again once something is written", async () => {
  await served.during([], async () => {
    const first = await (await served.ask("/api/stats?by=hour")).text();
    expect(await (await served.ask("/api/stats?by=hour")).text()).toBe(first);
    expect(served.ran).toEqual([["stats", "--json", "--by=hour"]]);
    await world.prompt("and test it");
    const next = await (await served.ask("/api/stats?by=hour")).text();
    expect(JSON.parse(next).events).toBe(JSON.parse(first).events + 1);
    await served.ask("/api/search?q=test");
    await served.ask("/api/search?q=test");
    expect(served.ran).toHaveLength(4);
  });
});

test("nothing is recorded yet, and then something is", async () => {
  world.exec(
    "DELETE FROM mm_events; DELETE FROM session_events; DELETE FROM mm_sessions; DELETE FROM sessions",
  );
  await served.during([], async () => {
    expect(await (await served.ask("/api/ps")).json()).toEqual({ sessions: [], count: 0 });
    await world.mm("session", "start");
    expect(await (await served.ask("/api/ps")).json()).toMatchObject({ count: 1 });
  });
});

test("a database that can't be read is an answer too", async () => {
  world.exec("UPDATE mm_meta SET value = 999 WHERE key = 'schema_version'");
  await served.during([], async () => {
    const answer = await served.ask("/api/ps");
    expect(answer.status).toBe(500);
    expect(await answer.json()).toMatchObject({ error: { code: "database_newer" } });
  });
});
