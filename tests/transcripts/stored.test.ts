import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { HistoryWorld } from "../support/backfilled.ts";
import { AGENTS_WITH_FIXTURES, copyHome, TRANSCRIPTS } from "../support/transcripts.ts";

let world: HistoryWorld;
beforeEach(() => {
  world = new HistoryWorld();
});
afterEach(() => world[Symbol.dispose]());

interface Expected {
  readonly prompts: readonly string[];
  readonly tool_calls: readonly { readonly ok?: boolean }[];
  readonly errors: number;
  readonly assistant_texts?: number;
  readonly compactions?: number;
  readonly models?: readonly string[];
  readonly parent?: string;
  readonly subagent_of?: string;
}

function expectedOf(agent: string): [string, Expected][] {
  const path = `${TRANSCRIPTS}/${agent}/expected.json`;
  const { sessions } = JSON.parse(readFileSync(path, "utf8"));
  return Object.entries(sessions as Record<string, Expected>);
}

interface Event {
  readonly type: string;
  readonly content: string;
  readonly tool: string | null;
  readonly error: string | null;
  readonly model: string | null;
}

function eventsOf(externalId: string): Event[] {
  return world.rows<Event>(
    `SELECT e.event_type AS type, e.content, json_extract(e.metadata, '$.tool') AS tool,
        json_extract(e.metadata, '$.error') AS error, json_extract(e.metadata, '$.model') AS model
      FROM session_events e JOIN mm_sessions m ON m.session_id = e.session_id WHERE m.external_id = ?`,
    externalId,
  );
}

describe.each(AGENTS_WITH_FIXTURES)("what is stored of %s", (agent) => {
  beforeEach(() => copyHome(agent, world.user));
  const expected = expectedOf(agent);
  const roots = expected.filter(([, { subagent_of }]) => subagent_of === undefined);

  test("is what its run was: prompts, tools, failures, errors, answers, compactions", async () => {
    await world.backfill(agent);
    for (const [id, own] of roots) {
      const all = [own, ...expected.map(([, one]) => one).filter((one) => one.subagent_of === id)];
      const calls = all.flatMap(({ tool_calls }) => tool_calls);
      const events = eventsOf(id);
      const of = (type: string) => events.filter((event) => event.type === type);
      const failed = of("error").filter(({ tool }) => tool !== null);
      expect({
        id,
        prompts: of("prompt").map(({ content }) => content),
        tools: of("tool_call").length + failed.length,
        failed: failed.length,
        errors: of("error").length - failed.length,
      }).toEqual({
        id,
        prompts: [...own.prompts],
        tools: calls.length,
        failed: calls.filter(({ ok }) => ok === false).length,
        errors: own.errors,
      });
      expect(failed.every(({ error }) => (error ?? "") !== "")).toBe(true);
      const { assistant_texts: answers, compactions, models } = own;
      if (answers !== undefined) expect(of("assistant").length).toBe(answers);
      if (compactions !== undefined) expect(of("compact").length).toBe(compactions);
      const told = new Set(of("assistant").map(({ model }) => model));
      if (models !== undefined)
        expect([...told].filter((one) => !models.includes(one ?? ""))).toEqual([]);
      expect(of("subagent_stop").length).toBeLessThanOrEqual(of("subagent_start").length);
    }
  });

  test("names the parents of forks, which list them", async () => {
    await world.backfill(agent);
    for (const [id, { parent }] of roots.filter(([, one]) => one.parent !== undefined)) {
      const own = String(world.fact(id, "session_id"));
      const from = String(world.fact(parent ?? "", "session_id"));
      expect(await world.json<object>("show", own)).toMatchObject({ parent_id: from });
      expect(await world.json<object>("show", from)).toMatchObject({ forks: [own] });
    }
  });

  test("is found, and exported", async () => {
    await world.backfill(agent);
    const [[id = ""] = []] = roots.filter(([one]) =>
      eventsOf(one).some(({ type }) => type === "assistant"),
    );
    const answer = eventsOf(id).find(({ type }) => type === "assistant")?.content ?? "";
    const session = String(world.fact(id, "session_id"));
    const word = answer.split(" ")[0] ?? "";
    const found = await world.json<{ sessions: { id: string }[] }>(
      "search",
      "--type",
      "assistant",
      word,
    );
    expect(JSON.stringify(found)).toContain(session);
    for (const format of ["md", "html", "jsonl"]) {
      const { out } = await world.mm("export", session, "--format", format);
      expect(out).toContain(answer);
    }
  });

  test("has no answers, and no words of prompts, under none", async () => {
    world.settings({ capture: "none" });
    await world.backfill(agent);
    const events = roots.flatMap(([id]) => eventsOf(id));
    expect(events.length).toBeGreaterThan(0);
    expect(events.filter(({ type }) => type === "assistant")).toEqual([]);
    expect(events.filter(({ content }) => content.includes("please"))).toEqual([]);
    const usage = world.rows("SELECT 1 FROM mm_usage");
    expect(usage.length).toBeGreaterThan(0);
  });
});

describe("an answer", () => {
  const ID = "00000001-1111-4222-8333-444444444444";
  const TEXT = `Two lines,\n${"and many words ".repeat(300)}and the end`;
  const leave = () =>
    world.leave(`.claude/projects/-w/${ID}.jsonl`, [
      {
        type: "assistant",
        uuid: "u1",
        sessionId: ID,
        timestamp: "2026-11-20T10:00:00Z",
        message: { id: "m1", model: "claude-opus-4-5", content: [{ type: "text", text: TEXT }] },
      },
    ]);

  test("is cut after 500 characters under summary", async () => {
    leave();
    await world.backfill("claude");
    const [answer] = eventsOf(ID);
    expect(answer?.content).toStartWith("Two lines, and many words");
    expect([...(answer?.content ?? "")].length).toBeLessThanOrEqual(501);
  });

  test("is whole under full", async () => {
    world.settings({ capture: "full" });
    leave();
    await world.backfill("claude");
    expect(eventsOf(ID)[0]?.content).toBe(TEXT);
  });
});

test("an event's time is the same in both tables, to the second", async () => {
  const times = ["23:59:59.900", "00:00:05.000", "00:00:59.999", "00:01:00.000", "09:09:09.010"];
  const lines = times.map((time, nth) => ({
    type: "user",
    sessionId: "s",
    uuid: `u${nth}`,
    timestamp: `2026-11-${nth === 0 ? 19 : 20}T${time}Z`,
    message: { role: "user", content: `prompt ${nth}` },
  }));
  world.leave(".claude/projects/-w/s.jsonl", lines);
  await world.backfill("claude");
  const rows = world.rows<{ created_at: string; at_ms: number }>(
    "SELECT e.created_at, m.at_ms FROM session_events e JOIN mm_events m ON m.event_id = e.id",
  );
  expect(rows.map(({ at_ms }) => at_ms)).toEqual(lines.map((line) => Date.parse(line.timestamp)));
  expect(rows.map(({ created_at }) => created_at)).toEqual(
    lines.map(({ timestamp }) => `${timestamp.slice(0, 19)}+00:00`),
  );
});
