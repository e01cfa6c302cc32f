import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { redactDocument } from "../../src/web/redacted.ts";
import { HookWorld } from "../support/hook-world.ts";
import { Served } from "../support/served.ts";

/** As another program stores it. Put together here, so that no scanner takes it for a real one. */
const SECRET = `ghp_${"aB3dE6gH9jK2mN5pQ8rS1tU4vW7xY0zA1bC2"}`;

describe("secrets that another program has stored", () => {
  let world: HookWorld;
  let served: Served;
  beforeEach(async () => {
    world = new HookWorld();
    served = new Served(world);
    await world.start("startup");
    await world.prompt("Fix the parser");
    const insert = `INSERT INTO session_events (session_id, event_type, content, created_at, metadata)
      SELECT id, ?1, ?2, '2026-03-10T12:00:00+00:00', ?3 FROM sessions`;
    const metadata = JSON.stringify({ tool: "Bash", password: "hunter2", ["error"]: SECRET });
    world.exec(insert, "error", `Bash: parser ${SECRET}`, metadata);
    // A part of it is in what is shown of this text, which no rule could tell.
    world.exec(insert, "note", `${"x ".repeat(140)}parser ${SECRET}`, "{}");
    world.exec("UPDATE sessions SET metadata = ?", JSON.stringify({ title: `use ${SECRET}` }));
    world.exec("UPDATE sessions SET summary = ?", `used ${SECRET}`);
  });
  afterEach(() => world[Symbol.dispose]());

  test.each([
    "ps",
    "session/list",
    "session/show?id=last",
    "session/show?id=last&outline=true",
    "session/events?id=last",
    "search?q=parser",
    "search?q=used",
    "stats?by=all",
    "stats/cost",
    `session/show?id=${SECRET}`,
  ])("/api/%s tells none of them", async (path) => {
    await served.during([], async () => {
      const text = await (await served.ask(`/api/${path}`)).text();
      expect(JSON.parse(text)).toBeObject();
      expect(text).not.toContain(SECRET.slice(4, 12));
      expect(text).not.toContain("hunter2");
    });
  });

  test("the stream of what changes tells none of them", async () => {
    await served.during([], async () => {
      const { body } = await served.ask("/api/changes");
      const reader = (body as ReadableStream<Uint8Array>).getReader();
      let text = "";
      while (!text.includes("event: written")) {
        text += new TextDecoder().decode((await reader.read()).value);
      }
      expect(text).toContain('"title":"use [redacted:github]"');
      expect(text).not.toContain(SECRET.slice(4, 12));
      await reader.cancel();
    });
  });

  test("a search has its matches where they are in what is told", async () => {
    await served.during([], async () => {
      const answer = await served.ask("/api/search?q=parser");
      const [session] = ((await answer.json()) as Found).sessions;
      const marked = session?.matches.flatMap(({ snippet, highlights }) =>
        highlights.map(([start, end]) => Array.from(snippet).slice(start, end).join("")),
      );
      expect(marked?.length).toBeGreaterThanOrEqual(2);
      expect(new Set(marked)).toEqual(new Set(["parser"]));
    });
  });
});

interface Found {
  readonly sessions: readonly {
    readonly matches: readonly {
      readonly snippet: string;
      readonly highlights: readonly (readonly [number, number])[];
    }[];
  }[];
}

test("a document without secrets stays the same to the byte", () => {
  for (const text of [
    '{"sessions":[{"id":"a","cost":1e-7,"__proto__":{"x":1},"title":"the token bucket"}]}\n',
    '{ "2": 1.50, "1": "a\\u0085b", "metadata": {"password": ""} }\n',
    "",
  ]) {
    expect(redactDocument(text)).toBe(text);
  }
});

test("ids stay, so that links lead somewhere", () => {
  const row = { id: SECRET, session_id: SECRET, agent_id: SECRET };
  expect(redactDocument(JSON.stringify({ ...row, title: SECRET }))).toBe(
    `${JSON.stringify({ ...row, title: "[redacted:github]" })}\n`,
  );
});
