import { expect, test } from "bun:test";
import { appendFileSync, readFileSync, truncateSync, utimesSync, writeFileSync } from "node:fs";
import type { AgentName } from "../../src/agents/agents.ts";
import { CallLines } from "../../src/transcripts/calls/call-lines.ts";
import { allLines, type FindLines, linesOf } from "../../src/transcripts/lines.ts";
import { HistoryWorld } from "../support/backfilled.ts";
import { randomFrom } from "../support/random.ts";
import { copyHome, GROWING_FILES } from "../support/transcripts.ts";

const calls = (world: HistoryWorld) =>
  world
    .rows(
      `SELECT u.*, m.external_id, m.cwd, m.model AS sessions_model FROM mm_usage u
        JOIN mm_sessions m ON m.session_id = u.session_id ORDER BY u.call_id`,
    )
    .map(({ session_id: _, ...row }) => row);

const count = (world: HistoryWorld, agent: AgentName) => world.backfill(agent, "--usage-only");

test.each(GROWING_FILES)(
  "%s: the calls of a transcript that grows are those of a whole one: %s",
  async (agent, path) => {
    using whole = new HistoryWorld();
    copyHome(agent, whole.user);
    await count(whole, agent);
    const wanted = calls(whole);
    expect(wanted.length).toBeGreaterThan(3);
    using world = new HistoryWorld();
    copyHome(agent, world.user);
    const file = `${world.user}/${path}`;
    const bytes = readFileSync(file);
    truncateSync(file, 0);
    const random = randomFrom(bytes.length);
    for (let part = 1, from = 0; part <= 12; part++) {
      const within = Math.floor((bytes.length * (part - random())) / 12);
      const to =
        part === 12 ? bytes.length : part % 3 === 0 ? bytes.indexOf(10, within) + 1 : within;
      appendFileSync(file, bytes.subarray(from, to));
      from = to;
      const then = +world.clock / 1000 - (part % 2) * 7200 - part;
      utimesSync(file, then, then);
      await count(world, agent);
    }
    expect(calls(world)).toEqual(wanted);
  },
);

test.each(GROWING_FILES)("%s: what was counted isn't read again: %s", async (agent, path) => {
  using world = new HistoryWorld();
  copyHome(agent, world.user);
  const file = `${world.user}/${path}`;
  const text = readFileSync(file, "utf8");
  const half = text.indexOf("\n", text.length / 2) + 1;
  writeFileSync(file, text.slice(0, half));
  await count(world, agent);
  // Its beginning tells something else by now, which nobody looks at.
  const told = text.slice(400, Math.max(400, half - 5000)).replace(/(output\w*"?:\s*)\d/giu, "$19");
  writeFileSync(file, `${"x".repeat(400)}${told}${text.slice(400 + told.length)}`);
  const [report] = await count(world, agent);
  expect(report?.passed_over).toBe(0);
  using whole = new HistoryWorld();
  copyHome(agent, whole.user);
  await count(whole, agent);
  expect(calls(world)).toEqual(calls(whole));
});

test("where a line stands is told, however much is passed over before it", () => {
  const random = randomFrom(3);
  const lines = Array.from({ length: 400 }, (_, nth) => {
    const rest = "y".repeat(Math.floor(random() ** 4 * 100_000));
    return random() < 0.3 ? `{"call":${nth},"rest":"${rest}"}` : `{"${rest}":0}`;
  });
  const all = Buffer.from(`${lines.join("\n")}\n{"call":`);
  const calls = new CallLines(['"call"'], undefined);
  const inCalls: FindLines = (...held) => calls.in(...held);
  for (const find of [allLines, inCalls]) {
    let at = 0;
    const fill = (buffer: Buffer) => {
      const part = all.subarray(
        at,
        at + Math.min(buffer.length, 1 + Math.floor(random() * 50_000)),
      );
      at += part.copy(buffer);
      return part.length;
    };
    const found = linesOf(fill, find);
    let next = found.next();
    for (; next.done !== true; next = found.next()) {
      for (const { buffer, start, end, before, bytes } of next.value) {
        const line = buffer.subarray(start, end);
        expect(all.subarray(before, before + end - start).equals(line)).toBe(true);
        expect(bytes).toBeGreaterThanOrEqual(end - start);
      }
    }
    expect(next.value).toBe(all.lastIndexOf(10) + 1);
  }
});

test("what an agent has counted of a model goes when its total no longer names that one", async () => {
  using world = new HistoryWorld();
  const total = (sessionId: string, model: string) => ({
    type: "cost-state",
    sessionId,
    timestamp: "2026-11-20T10:00:00Z",
    modelUsage: { [model]: { outputTokens: 7 } },
  });
  const answer = (sessionId: string) => ({
    type: "assistant",
    sessionId,
    uuid: `answer-${sessionId}`,
    timestamp: "2026-11-20T09:00:00Z",
    message: { id: `m-${sessionId}`, model: "m1", content: [{ type: "text", text: "done" }] },
  });
  const leave = (id: string, ...models: string[]) =>
    world.leave(`.claude/projects/-w/${id}.jsonl`, [
      answer(id),
      ...models.map((m) => total(id, m)),
    ]);
  const counted = () =>
    world.rows("SELECT call_id AS id, output FROM mm_usage WHERE hidden = 1 ORDER BY 1");
  leave("s1", "m1", "m2");
  leave("s1b", "m2");
  await world.backfill("claude");
  const other = { id: "total:s1b:m2", output: 7 };
  expect(counted()).toEqual([{ id: "total:s1:m2", output: 7 }, other]);
  leave("s1", "m1", "m2", "m3");
  await world.backfill("claude");
  expect(counted()).toEqual([{ id: "total:s1:m3", output: 7 }, other]);
  const told = { id: "m-told", model: "m3", content: [], usage: { output_tokens: 7 } };
  world.leave(".claude/projects/-w/s1.jsonl", [
    { ...answer("s1"), message: told },
    total("s1", "m3"),
  ]);
  await world.backfill("claude");
  expect(counted()).toEqual([other]);
});
