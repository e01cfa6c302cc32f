import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { mkdirSync, writeFileSync } from "node:fs";
import { HookWorld } from "../support/hook-world.ts";
import { copyHome } from "../support/transcripts.ts";

let world: HookWorld;
beforeEach(() => {
  world = new HookWorld();
  world.clock = new Date("2026-11-27T12:00:00Z");
  world.env = { ...world.env, HOME: `${world.folder}/user` };
  mkdirSync(`${world.folder}/user`);
});
afterEach(() => world[Symbol.dispose]());

const FORK = "7c76099e-2641-4c7a-83b5-298e6743967b";

function idOf(externalId: string): string {
  const [row] = world.rows<{ id: string }>(
    "SELECT session_id AS id FROM mm_sessions WHERE external_id = ?",
    externalId,
  );
  return row?.id ?? "";
}

async function backfilled(agent: string): Promise<void> {
  copyHome(agent, `${world.folder}/user`);
  await world.mm("backfill", agent);
}

/** A session of Claude Code of two turns, with a model of its own each. */
function transcript(lines: readonly object[]): void {
  const folder = `${world.folder}/user/.claude/projects/-w`;
  mkdirSync(folder, { recursive: true });
  const text = lines.map((line) => JSON.stringify(line)).join("\n");
  writeFileSync(`${folder}/${FORK}.jsonl`, `${text}\n`);
}

const answer = (n: number, model: string, timestamp: string) => ({
  type: "assistant",
  uuid: `u${n}`,
  sessionId: FORK,
  timestamp,
  requestId: `r${n}`,
  message: {
    id: `m${n}`,
    model,
    content: [{ type: "text", text: `answer ${n}` }],
    usage: { input_tokens: 1_000_000, output_tokens: 0 },
  },
});

const total = (costUSD: number, timestamp: string) => ({
  type: "cost-state",
  sessionId: FORK,
  timestamp,
  modelUsage: { "claude-opus-4-5": { inputTokens: 2_000_000, outputTokens: 0, costUSD } },
});

describe("in show and in exports", () => {
  test("tokens by their kind, the cost, and both ends of a fork", async () => {
    await backfilled("claude");
    const parent = idOf("4ed12102-7545-43e2-a232-7c7a705cdd97");
    const { out } = await world.mm("show", parent);
    expect(out).toContain(
      "Tokens       67.9k (1.2k input, 55.1k cache read, 11.1k cache write, 616 output)",
    );
    expect(out).toContain("Cost         $0.05\n");
    expect(out).toContain(`Forks        ${idOf(FORK)}`);
    const forked = await world.mm("show", idOf(FORK));
    expect(forked.out).toContain(`Fork of      ${parent}`);
    const md = (await world.mm("export", idOf(FORK))).out;
    expect(md).toContain(`- Fork of: \`${parent}\``);
    expect(md).toMatch(
      /- Tokens: 6\.2k \(.* cache read, .*\n- Cost: <\$0\.01|- Cost: \\<\\\$0\.01/u,
    );
    const html = (await world.mm("export", "--format", "html", idOf(FORK))).out;
    expect(html).toContain(`fork of ${parent}`);
    expect(html).toMatch(/tokens · &lt;\$0\.01|tokens · \$0\.0\d/u);
  });

  test("a cost that isn't known names the model", async () => {
    await backfilled("qwen");
    const id = idOf("31d13098-624e-4807-a4e3-53927c29dc30");
    const unknown = "unknown (no price for qwen3-coder)";
    expect((await world.mm("show", id)).out).toContain(`Cost         ${unknown}`);
    const html = (await world.mm("export", "--format", "html", id)).out;
    expect(html).toContain(`15.3k tokens · cost ${unknown}`);
    expect((await world.mm("stats", "cost")).out).toContain(
      "? because no price is known for: qwen3-coder.",
    );
    expect((await world.mm("export", id)).out).toContain("- Cost: unknown \\(no price for qwen3");
  });

  test("what the agent says where it differs, and models that aren't the session's", async () => {
    transcript([
      {
        type: "user",
        uuid: "p1",
        sessionId: FORK,
        timestamp: "2026-11-20T10:00:00Z",
        cwd: "/w",
        message: { content: "go" },
      },
      answer(1, "claude-opus-4-5", "2026-11-20T10:00:01Z"),
      answer(2, "claude-haiku-4-5", "2026-11-21T10:00:01Z"),
      answer(3, "claude-opus-4-5", "2026-11-22T10:00:02Z"),
      total(12, "2026-11-22T10:00:03Z"),
    ]);
    await world.mm("backfill");
    const { out } = await world.mm("show", idOf(FORK));
    expect(out).toContain("$11.00 (Claude Code says $12.00)");
    expect(out).toContain("(claude-haiku-4-5) answer 2");
    expect(out).not.toContain("(claude-opus-4-5) answer");
    expect((await world.mm("export", idOf(FORK))).out).toContain(
      "assistant \\(claude-haiku-4-5\\): answer 2",
    );
  });
});

describe("what the agent says is compared with the cost of the same calls", () => {
  const lines = (after: string) => [
    answer(1, "claude-opus-4-5", "2026-11-20T10:00:01Z"),
    answer(2, "claude-opus-4-5", after),
    total(12, after),
  ];
  interface Cost {
    readonly cost_told_usd: number | null;
    readonly cost_of_told_usd: number | null;
  }
  const stats = (...words: string[]) =>
    world.json<Cost & { groups: Cost[] }>("stats", "cost", ...words);

  test("not where its total is of more days than one", async () => {
    transcript(lines("2026-11-21T10:00:01Z"));
    await world.mm("backfill");
    const { groups, ...all } = await stats("--by", "day");
    expect(all).toMatchObject({ cost_told_usd: 12, cost_of_told_usd: 10 });
    expect(groups.map(({ cost_told_usd }) => cost_told_usd)).toEqual([null, null]);
    expect(await stats("--since", "2026-11-21")).toMatchObject({ cost_told_usd: null });
    const { out } = await world.mm("stats", "cost", "--by", "model");
    expect(out).toMatch(/claude-opus-4-5 +\$10\.00 .* \$12\.00/u);
  });

  test("nor with the cost of what other agents did", async () => {
    transcript(lines("2026-11-20T10:00:02Z"));
    await world.mm("backfill");
    await backfilled("codex");
    const { out } = await world.mm("stats", "cost", "--by", "day");
    expect(out).toMatch(/2026-11-20 .* \$12\.00\n/u);
    expect(await stats()).toMatchObject({ cost_told_usd: 12, cost_of_told_usd: 10 });
  });
});

test("sessions are told by the beginning of their ids and their titles", async () => {
  await backfilled("claude");
  const id = idOf(FORK);
  const { groups } = await world.json<{ groups: { key: string; title: string }[] }>(
    "stats",
    "cost",
    "--by",
    "session",
  );
  expect(groups.find(({ key }) => key === id)?.title).toBe("hello in the fork");
  const { out } = await world.mm("stats", "tokens", "--by", "session");
  expect(out).toContain("  hello in the fork ");
});

test("an error that no tool's call was is no call that failed", async () => {
  await backfilled("copilot");
  const id = idOf("a373e87c-d24f-4bc7-9eb6-a24fe71f74e3");
  expect((await world.mm("show", id)).out).toContain(
    "5 prompts, 6 commands (1 failed), 1 other call, 1 error, last:",
  );
});

test("why a cost is not known fits the terminal", async () => {
  await backfilled("kimi");
  world.isTerminal = true;
  world.columns = 40;
  const { out } = await world.mm("stats", "cost", "--by", "day");
  expect(out).toContain("no price is known");
  expect(out.split("\n").filter((line) => Bun.stringWidth(line) > 40)).toEqual([]);
});
