import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { HookWorld } from "../support/hook-world.ts";
import { AGENTS_WITH_FIXTURES, copyHome, TRANSCRIPTS } from "../support/transcripts.ts";

interface Usage {
  readonly key?: string | null;
  readonly calls: number;
  readonly input_tokens: number;
  readonly cache_read_tokens: number;
  readonly cache_write_5m_tokens: number;
  readonly cache_write_1h_tokens: number;
  readonly output_tokens: number;
  readonly total_tokens: number;
  readonly cost_usd: number;
  readonly cost_is_complete: boolean;
  readonly models_without_price: readonly string[];
  readonly cost_told_usd: number | null;
}

const SESSION = "00000000-1111-4222-8333-444444444444";

let world: HookWorld;
beforeEach(() => {
  world = new HookWorld();
  world.clock = new Date("2026-11-27T12:00:00Z");
  world.env = { ...world.env, HOME: `${world.folder}/user` };
  mkdirSync(`${world.folder}/user`);
});
afterEach(() => world[Symbol.dispose]());

const stats = (...words: string[]) =>
  world.json<Usage & { groups: Usage[] }>("stats", "cost", ...words);

/** A line for each call that the model server answered. */
function served(agent: string): Record<string, number>[] {
  const text = readFileSync(`${TRANSCRIPTS}/${agent}/served.jsonl`, "utf8");
  return text
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as Record<string, number>);
}

/** The tokens of calls as each kind of server counts them. */
function totals(agent: string, calls = served(agent)) {
  const sum = (name: string) => calls.reduce((all, call) => all + (call[name] ?? 0), 0);
  const cached = sum("cached");
  return {
    // All but Anthropic's count what was read from the cache as input.
    input_tokens: sum("input") - cached,
    cache_read_tokens: agent === "claude" ? sum("read") : cached,
    cache_write_5m_tokens: sum("write5m"),
    cache_write_1h_tokens: sum("write1h"),
    output_tokens: sum("output") + sum("thoughts"),
  };
}

test.each(AGENTS_WITH_FIXTURES.filter((agent) => agent !== "opencode"))(
  "%s: the tokens are those that the model server served",
  async (agent) => {
    copyHome(agent, `${world.folder}/user`);
    await world.mm("backfill");
    expect(await stats()).toMatchObject(totals(agent));
  },
);

test("OpenCode: but for the calls for titles, which are written nowhere", async () => {
  copyHome("opencode", `${world.folder}/user`);
  await world.mm("backfill");
  // The nth call was answered with "done n", and each of two new sessions is called so.
  const titles = world.rows<{ title: string }>(
    "SELECT DISTINCT json_extract(metadata, '$.title') AS title FROM sessions WHERE title NOT LIKE '%(fork%'",
  );
  const named = titles.map(({ title }) => Number(/^done (\d+)$/u.exec(title)?.[1]));
  expect(named.sort()).toEqual([1, 14]);
  const calls = served("opencode").filter(({ i = 0 }) => !named.includes(i));
  const { groups: _, ...told } = await stats();
  expect(told).toMatchObject({ ...totals("opencode", calls), calls: calls.length });
  // Without a price, what the agent tells counts.
  expect(told).toMatchObject({
    cost_usd: 0.038298,
    cost_told_usd: 0.038298,
    cost_is_complete: true,
  });
});

test("Claude's own cost is ours, to the last digit", async () => {
  copyHome("claude", `${world.folder}/user`);
  await world.mm("backfill");
  const { groups } = await stats("--by", "session");
  const known = groups.filter(({ cost_told_usd }) => cost_told_usd !== null);
  expect(known.map(({ cost_usd }) => cost_usd)).toEqual([0.0532136, 0.02724225]);
  expect(known.map(({ cost_told_usd }) => cost_told_usd)).toEqual([0.0532136, 0.02724225]);
});

describe("the traps", () => {
  const take = (name: string) => world.mm("import", `${TRANSCRIPTS}/claude/traps/${name}.jsonl`);

  test("prices of both caches, of an old name, of the fast mode; and no price at all", async () => {
    await take("prices");
    expect(await stats("--by", "model")).toMatchObject({
      cost_usd: 0.159,
      cost_is_complete: false,
      models_without_price: ["claude-unknown-9"],
      total_tokens: 115_020,
    });
    const { out } = await world.mm("stats", "cost", "--by", "model");
    expect(out).toMatch(/claude-unknown-9 +\? +1 +20\n/u);
    expect(out).toContain("≥ $0.16");
    expect(out).toContain("≥ because no price is known for: claude-unknown-9.");
  });

  test("a price in mm.json counts before the embedded ones", async () => {
    world.settings({ prices: { "claude-unknown-9": { input: 1_000_000, output: 0 } } });
    await take("prices");
    expect(await stats()).toMatchObject({ cost_usd: 10.159, cost_is_complete: true });
  });

  test("a compaction's call is known from the agent's total alone", async () => {
    await take("compacted");
    expect(await stats()).toMatchObject({
      input_tokens: 1021,
      output_tokens: 521,
      cache_read_tokens: 9210,
      cost_told_usd: 0.5,
    });
    expect((await world.mm("stats", "cost")).out).toContain("$0.50");
  });
});

test("prices that were used are listed, with whose they are", async () => {
  copyHome("claude", `${world.folder}/user`);
  copyHome("qwen", `${world.folder}/user`);
  world.settings({ prices: { "claude-opus-4-5": { input: 1, output: 2 } } });
  await world.mm("backfill");
  const { model_prices } = await world.json<{ model_prices: object[] }>("stats", "cost");
  expect(model_prices).toMatchObject([
    { model: "claude-opus-4-5", from: "settings", input: 1, cache_read: null },
    { model: "claude-sonnet-5-5", from: "embedded", input: 2, cache_write_1h: 4 },
    { model: "qwen3-coder", from: null, input: null },
  ]);
  const { out } = await world.mm("stats", "cost", "--prices");
  expect(out).toMatch(/claude-opus-4-5 +1 +2 +- +- +- +mm\.json\n/u);
  expect(out).toMatch(/qwen3-coder +\? .* no price known\n/u);
});

describe("a long prompt", () => {
  const call = (n: number, input: number, extra: object) => ({
    type: "assistant",
    uuid: `u${n}`,
    sessionId: SESSION,
    timestamp: "2026-11-20T10:00:00Z",
    requestId: `r${n}`,
    message: {
      id: `m${n}`,
      model: "claude-haiku-5-5",
      content: [],
      usage: { input_tokens: input, output_tokens: 0, ...extra },
    },
  });
  const costs = async (...lines: object[]) => {
    const folder = `${world.folder}/user/.claude/projects/-w`;
    mkdirSync(folder, { recursive: true });
    const text = lines.map((line) => `${JSON.stringify(line)}\n`).join("");
    writeFileSync(`${folder}/${SESSION}.jsonl`, text);
    await world.mm("backfill");
    return (await stats()).cost_usd;
  };

  test("makes the whole call dearer, not what is above", async () => {
    expect(await costs(call(1, 100_000, {}), call(2, 100_001, {}))).toBeCloseTo(0.0600005, 8);
  });

  test("also what is written to a cache for an hour, of which the list says nothing", async () => {
    const hour = { cache_creation: { ephemeral_1h_input_tokens: 200_000 } };
    expect(await costs(call(1, 0, hour))).toBeCloseTo(0.2, 8);
  });

  test("is none that only several calls come to", async () => {
    const modelUsage = { "claude-haiku-5-5": { inputTokens: 300_000 } };
    const total = { type: "cost-state", sessionId: SESSION, timestamp: "2026-11-20T10:00:01Z" };
    expect(await costs(call(1, 0, {}), { ...total, modelUsage })).toBeCloseTo(0.03, 8);
  });
});

test("a pass tells of the models that were called since, not of all", async () => {
  copyHome("qwen", `${world.folder}/user`);
  await world.mm("backfill");
  copyHome("claude", `${world.folder}/user`);
  const { agents } = await world.json<{ agents: { agent: string; usage: Usage | null }[] }>(
    "backfill",
  );
  const told = agents.flatMap(({ usage }) => (usage === null ? [] : [usage.cost_is_complete]));
  expect(told).toEqual([true]);
  copyHome("qwen", `${world.folder}/user`);
  world.exec("DELETE FROM mm_transcripts");
  const again = await world.json<{ agents: { usage: Usage | null }[] }>("backfill");
  const models = again.agents.flatMap(({ usage }) => usage?.models_without_price ?? []);
  expect(models).toEqual([]);
});

test("totals by any dimension add up to the same, and nothing is told without any", async () => {
  expect((await world.mm("stats", "tokens")).out).toContain("`mm backfill` reads them");
  for (const agent of AGENTS_WITH_FIXTURES) copyHome(agent, `${world.folder}/user`);
  await world.mm("backfill");
  const { total_tokens } = await stats();
  for (const by of ["day", "week", "agent", "model", "project", "session"]) {
    const { groups } = await stats("--by", by);
    expect(groups.reduce((all, group) => all + group.total_tokens, 0)).toBe(total_tokens);
  }
  expect((await stats("--by", "week")).groups.map(({ key }) => key)).toEqual(["2026-11-23"]);
  expect((await stats("--by", "project")).groups.map(({ key }) => key)).toEqual(["shop"]);
  expect((await stats("--since", "2026-11-27")).total_tokens).toBe(0);
});

describe("searches of the web that Claude Code made", () => {
  const at = { sessionId: SESSION, timestamp: "2026-11-20T10:00:00Z" };
  const answer = (uuid: string, searches: number | undefined, output = 100_000) => ({
    ...at,
    type: "assistant",
    uuid,
    requestId: "req_1",
    message: {
      id: "msg_1",
      model: "claude-sonnet-5-5",
      content: [{ type: "text", text: "found" }],
      usage: {
        input_tokens: 0,
        output_tokens: output,
        server_tool_use: { web_search_requests: searches },
      },
    },
  });
  const leave = (...lines: object[]) => {
    const folder = `${world.folder}/user/.claude/projects/-w`;
    mkdirSync(folder, { recursive: true });
    const text = lines.map((line) => `${JSON.stringify(line)}\n`).join("");
    writeFileSync(`${folder}/${SESSION}.jsonl`, text);
  };

  test("cost by their number, once, and are no calls and no tokens", async () => {
    // Each block repeats them, and older versions wrote them growing.
    leave(answer("u1", 1), answer("u2", 3, 100_001), answer("u3", 3, 100_001));
    await world.mm("backfill");
    const total = await stats();
    expect(total).toMatchObject({ calls: 1, output_tokens: 100_001, total_tokens: 100_001 });
    expect(total.cost_usd).toBeCloseTo(1.00001 + 3 * 0.01, 6);
    expect(total.groups).toHaveLength(1);
    expect(total.cost_is_complete).toBe(true);
    await world.mm("backfill");
    expect((await stats()).cost_usd).toBeCloseTo(1.03001, 6);
  });

  test("agree with Claude's own total", async () => {
    const used = { inputTokens: 0, outputTokens: 100_000, webSearchRequests: 2, costUSD: 1.02 };
    leave(answer("u1", 2), {
      type: "cost-state",
      ...at,
      modelUsage: { "claude-sonnet-5-5": used },
    });
    await world.mm("backfill");
    const { out } = await world.mm("stats", "cost");
    expect(out).toContain("$1.02");
    expect(out).not.toContain("Agent says");
  });

  test("have a price of their own in mm.json, too", async () => {
    world.settings({ prices: { "claude-sonnet-5-5": { input: 1, output: 1, web_search: 0.5 } } });
    leave(answer("u1", 2));
    await world.mm("backfill");
    expect((await stats()).cost_usd).toBeCloseTo(0.1 + 1, 6);
  });
});
