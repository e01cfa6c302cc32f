import { describe, expect, test } from "bun:test";
import { appendFileSync, cpSync, mkdirSync, readdirSync, utimesSync } from "node:fs";
import type { AgentName } from "../../src/agents/agents.ts";
import { HistoryWorld } from "../support/backfilled.ts";
import { AGENTS_WITH_FIXTURES, copyHome, served, TRANSCRIPTS } from "../support/transcripts.ts";

const AN_HOUR_AGO = new Date("2026-11-27T11:00:00Z");
const NUMBERS = ["input", "cache_read", "cache_write_5m", "cache_write_1h", "output"] as const;

/** All that is stored of calls, but for the sessions' ids here. */
function calls(world: HistoryWorld) {
  return world
    .rows(
      `SELECT m.external_id, u.* FROM mm_usage u JOIN mm_sessions m ON m.session_id = u.session_id ORDER BY u.client, u.call_id`,
    )
    .map(({ session_id: _, ...row }) => row);
}

/** All that is stored, but for ids. */
function stored(world: HistoryWorld) {
  const sessions = world
    .rows(
      `SELECT s.agent_id, s.namespace, s.started_at, s.ended_at, s.summary, s.metadata, m.*, p.external_id AS parent
      FROM sessions s JOIN mm_sessions m ON m.session_id = s.id
      LEFT JOIN mm_sessions p ON p.session_id = m.parent_id ORDER BY m.agent_id, m.external_id`,
    )
    .map(({ session_id: _, parent_id: __, metadata, transcript, ...row }) => ({
      ...row,
      metadata: JSON.parse(String(metadata)) as unknown,
      transcript: String(transcript).slice(world.user.length),
    }));
  const events = world.rows(
    `SELECT m.external_id, e.event_type, e.content, e.metadata, e.created_at, o.at_ms, o.dedup_key, o.line
      FROM session_events e JOIN mm_events o ON o.event_id = e.id JOIN mm_sessions m ON m.session_id = e.session_id
      ORDER BY m.external_id, e.id`,
  );
  const files = world
    .rows("SELECT * FROM mm_transcripts ORDER BY path")
    .map(({ session_id: _, path, source: __, tail: ___, inode: ____, state, ...row }) => ({
      ...row,
      path: String(path).slice(world.user.length),
      hasState: state !== null,
    }));
  return { sessions, events, calls: calls(world), files };
}

function worldOf(agent: AgentName): HistoryWorld {
  const world = new HistoryWorld();
  copyHome(agent, world.user);
  for (const path of readdirSync(world.user, { recursive: true, encoding: "utf8" })) {
    utimesSync(`${world.user}/${path}`, AN_HOUR_AGO, AN_HOUR_AGO);
  }
  return world;
}

describe.each(AGENTS_WITH_FIXTURES)("%s", (agent) => {
  test("counts the same calls as when all is read, and stores nothing else", async () => {
    using whole = worldOf(agent);
    await whole.backfill();
    using counted = worldOf(agent);
    const reports = await counted.backfill("--usage-only");
    expect(reports.flatMap(({ problems }) => problems)).toEqual([]);
    expect(calls(whole).length).toBeGreaterThan(0);
    expect(calls(counted)).toEqual(calls(whole));
    expect(counted.rows("SELECT 1 FROM session_events")).toEqual([]);
    expect(Object.values(counted.titles()).filter((title) => title !== null)).toEqual([]);
  });

  test("what is read later completes it, and stores nothing twice", async () => {
    using whole = worldOf(agent);
    await whole.backfill();
    using completed = worldOf(agent);
    await completed.backfill("--usage-only");
    await completed.backfill();
    expect(stored(completed)).toEqual(stored(whole));
  });

  test("a session that was read whole stays whole", async () => {
    using world = worldOf(agent);
    await world.backfill();
    const before = stored(world);
    await world.backfill("--usage-only");
    expect(stored(world)).toEqual(before);
    world.exec("UPDATE mm_transcripts SET size = size - 1");
    await world.backfill("--usage-only");
    expect(stored(world)).toEqual(before);
  });

  test("what hasn't changed isn't read again", async () => {
    using world = worldOf(agent);
    await world.backfill("--usage-only");
    const { agents } = await world.json<{ agents: { read: number }[] }>("backfill", "--usage-only");
    expect(agents.map(({ read }) => read).filter((read) => read > 0)).toEqual([]);
  });
});

// OpenCode's call for a title is stored nowhere.
test.each(AGENTS_WITH_FIXTURES.filter((agent) => agent !== "opencode"))(
  "%s: what was served is counted",
  async (agent) => {
    using world = worldOf(agent);
    await world.backfill(agent, "--usage-only");
    const [sum = {}] = world.rows<Record<string, number>>(
      `SELECT ${NUMBERS.map((name) => `sum(${name}) AS ${name}`).join(", ")} FROM mm_usage`,
    );
    expect(sum).toMatchObject(served(agent));
  },
);

const FORK = "00000004-1111-4111-8111-111111111111";
const COPIES: readonly (readonly [string, readonly (readonly string[])[]])[] = [
  ["tokens, then all", [["--usage-only"], []]],
  ["the fork whole first", [["--usage-only"], ["fork-copies-history"], []]],
  ["the parent whole first", [["--usage-only"], ["fork-parent"], []]],
  ["the fork's tokens behind the parent", [["fork-parent"], ["--usage-only"], []]],
  ["the parent's tokens behind the fork", [["fork-copies-history"], ["--usage-only"], []]],
];

/** A world in which a fork has copied its parent's history without a mark. */
function copied(): HistoryWorld {
  const world = new HistoryWorld();
  const folder = `${world.user}/.claude/projects/-home-ada-shop`;
  mkdirSync(folder, { recursive: true });
  for (const name of ["fork-parent", "fork-copies-history"]) {
    cpSync(`${TRANSCRIPTS}/claude/traps/${name}.jsonl`, `${folder}/${name}.jsonl`);
  }
  return world;
}

test.each(COPIES)("a fork that copied its parent's calls: %s", async (_, steps) => {
  using whole = copied();
  await whole.backfill();
  using world = copied();
  for (const [word = ""] of steps) {
    const path = `${world.user}/.claude/projects/-home-ada-shop/${word}.jsonl`;
    const isFile = word !== "" && !word.startsWith("-");
    await world.mm(...(isFile ? ["import", path] : ["backfill", word].filter((one) => one !== "")));
  }
  expect(calls(world)).toEqual(calls(whole));
  expect(stored(world).events).toEqual(stored(whole).events);
  expect(world.fact(FORK, "parent_id")).not.toBeNull();
});

test("a transcript that grows is counted again, and each call once", async () => {
  using world = worldOf("claude");
  await world.backfill("claude", "--usage-only");
  const before = calls(world).length;
  const id = "4ed12102-7545-43e2-a232-7c7a705cdd97";
  const line = {
    type: "assistant",
    sessionId: id,
    uuid: "u",
    timestamp: "2026-11-26T12:00:00.000Z",
    requestId: "req_new",
    message: {
      id: "msg_new",
      role: "assistant",
      model: "claude-sonnet-5-5",
      content: [{ type: "text", text: "said" }],
      usage: { input_tokens: 3, output_tokens: 4 },
    },
  };
  appendFileSync(
    `${world.user}/.claude/projects/-home-ada-shop/${id}.jsonl`,
    `${JSON.stringify(line)}\n`.repeat(3),
  );
  await world.backfill("claude", "--usage-only");
  expect(calls(world).length).toBe(before + 1);
  await world.backfill("claude");
  expect(calls(world).length).toBe(before + 1);
  expect(world.timeline(id).filter((each) => each === "assistant: said")).toEqual([
    "assistant: said",
  ]);
});

const HOSTILE = "99999999-2222-4222-8222-222222222222";

/** An answer of which each block has a line, as Claude Code writes it. */
function answer(n: number, content: readonly object[], type = "assistant"): object {
  return {
    type,
    sessionId: HOSTILE,
    uuid: `u${n}-${content.length}`,
    timestamp: `2026-11-20T10:00:0${n}.000Z`,
    message: {
      id: `msg_${n}`,
      role: "assistant",
      model: "claude-sonnet-5-5",
      content,
      usage: { input_tokens: n, output_tokens: n * 10, cache_creation: { a: { b: ["}"] } } },
    },
    requestId: `req_${n}`,
  };
}

/** Lines that speak of usage and have none, and calls between them. */
function hostileLines(folder: string): string[] {
  const common = { sessionId: HOSTILE, uuid: "p", timestamp: "2026-11-20T10:00:00.000Z" };
  const fake = '"usage":{"input_tokens":9},"requestId":"req_9" \\"usage\\":{ -state"';
  const result = { type: "tool_result", tool_use_id: "t", content: `${fake}${"x".repeat(70_000)}` };
  const input = { usage: { input_tokens: 900, output_tokens: 900 }, name: "get-state" };
  const used = { "claude-sonnet-5-5": { inputTokens: 500, outputTokens: 700 } };
  const worktreeSession = { originalCwd: `${folder}/shop`, worktreePath: folder };
  const lines = [
    { type: "user", ...common, cwd: folder, message: { role: "user", content: fake } },
    answer(1, [{ type: "text", text: fake }]),
    answer(1, [
      { type: "text", text: fake },
      { type: "tool_use", id: "t", name: "a-state", input },
    ]),
    { type: "user", ...common, message: { role: "user", content: [result] }, toolUseResult: input },
    answer(2, [{ type: "text", text: "y".repeat(3_000_000) }]),
    answer(3, [{ type: "tool_use", id: "t", name: "get-state", input }]),
    answer(3, [{ type: "tool_use", id: "t", name: "get-state", input }]),
    { type: "worktree-state", ...common, worktreeSession },
    { type: "cost-state", ...common, timestamp: "2026-11-20T10:00:04Z", modelUsage: used },
    answer(5, [{ type: "text", text: "told" }]),
    answer(5, []),
  ];
  return lines.map((line) => JSON.stringify(line));
}

test.each(["\n", "\r\n"])(
  "what only speaks of usage is none, lines ending with %j",
  async (end) => {
    const counts = async (...words: string[]) => {
      const world = new HistoryWorld();
      const name = `.claude/projects/-home-ada/${HOSTILE}.jsonl`;
      world.leave(name, hostileLines("/home/ada").join(end));
      utimesSync(`${world.user}/${name}`, AN_HOUR_AGO, AN_HOUR_AGO);
      await world.backfill("claude", ...words);
      const stored = { calls: calls(world), cwd: world.fact(HOSTILE, "root") };
      world[Symbol.dispose]();
      return stored;
    };
    const counted = await counts("--usage-only");
    expect(counted).toEqual(await counts());
    expect(counted.calls.map((call) => call["input"])).toEqual([1, 2, 3, 5, 500 - 6]);
  },
);
