import { Database } from "bun:sqlite";
import { afterEach, beforeEach, expect, test } from "bun:test";
import { appendFileSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { linesOf } from "../../src/transcripts/lines.ts";
import { HookWorld } from "../support/hook-world.ts";
import { copyHome } from "../support/transcripts.ts";

const ID = "4ed12102-7545-43e2-a232-7c7a705cdd97";
const FOLDER = ".claude/projects/-home-ada-shop";

let world: HookWorld;
let user: string;
beforeEach(() => {
  world = new HookWorld();
  user = `${world.folder}/user`;
  world.clock = new Date("2026-11-27T12:00:00Z");
  world.env = { ...world.env, HOME: user };
  copyHome("claude", user);
});
afterEach(() => world[Symbol.dispose]());

interface Report {
  readonly agent: string;
  readonly sessions: number;
  readonly events: number;
  readonly passed_over: number;
  readonly problems: readonly string[];
}

async function backfill(...words: string[]): Promise<Map<string, Report>> {
  const { agents } = await world.json<{ agents: Report[] }>("backfill", ...words);
  return new Map(agents.map((report) => [report.agent, report]));
}

test("a line that is longer than any that tells something is passed over, and the next one read", () => {
  const parts = [100, "\n", "next\n"];
  let left = 0;
  const fill = (buffer: Uint8Array) => {
    if (left > 0) {
      const size = Math.min(left, buffer.length);
      buffer.fill(120, 0, size);
      left -= size;
      return size;
    }
    const part = parts.shift();
    if (typeof part === "number") {
      left = part * 1024 * 1024;
      return fill(buffer);
    }
    return part === undefined
      ? 0
      : buffer.length - buffer.subarray(Buffer.from(part).copy(buffer)).length;
  };
  const lines = Array.from(linesOf(fill), (some) =>
    some.map(({ buffer, start, end, isCut }) => ({
      isCut,
      text: isCut ? "" : buffer.toString("utf8", start, end),
    })),
  );
  expect(lines.flat()).toEqual([
    { isCut: true, text: "" },
    { isCut: false, text: "next" },
  ]);
});

test("rubbish is counted, and what stands beside it is read", async () => {
  const rubbish = new Uint8Array(100_000).map((_, index) => (index * 7919) % 256);
  writeFileSync(`${user}/${FOLDER}/22222222-2222-4222-8222-222222222222.jsonl`, rubbish);
  appendFileSync(`${user}/${FOLDER}/${ID}.jsonl`, '{"type":"of-tomorrow"}\n{"a":\n[]\n');
  const claude = (await backfill()).get("claude");
  expect(claude).toMatchObject({ sessions: 3, events: 25, problems: [] });
  expect(claude?.passed_over).toBeGreaterThan(3);
});

test("a loop of links ends, and a linked folder is read once", async () => {
  symlinkSync(`${user}/.claude/projects`, `${user}/${FOLDER}/loop`);
  symlinkSync(`${user}/${FOLDER}`, `${user}/.claude/projects/again`);
  expect((await backfill()).get("claude")).toMatchObject({ sessions: 3, events: 25, problems: [] });
});

test.each([
  ["lead to themselves", (path: string) => symlinkSync("settings.json", path)],
  ["are a pipe", (path: string) => Bun.spawnSync(["mkfifo", path])],
  ["are a device", (path: string) => symlinkSync("/dev/zero", path)],
  ["are a folder", (path: string) => mkdirSync(path)],
])("settings of agents that %s say nothing of how long they keep transcripts", async (_, put) => {
  for (const agent of [".claude", ".gemini"]) {
    mkdirSync(`${user}/${agent}`, { recursive: true });
    put(`${user}/${agent}/settings.json`);
  }
  expect((await backfill("--dry-run")).get("claude")).toMatchObject({ problems: [] });
  expect((await world.mm("doctor")).out).not.toContain("unexpected");
  expect((await world.mm("doctor", "--json")).out).toStartWith('{"ok":');
});

test("a foreign database, and what is none, in the place of OpenCode's are no reason to stop", async () => {
  const folder = `${user}/.local/share/opencode`;
  mkdirSync(folder, { recursive: true });
  const db = new Database(`${folder}/opencode.db`, { create: true });
  db.run("CREATE TABLE session (id TEXT)");
  db.close();
  writeFileSync(`${folder}/opencode-beta.db`, "no database ".repeat(500));
  const reports = await backfill();
  expect(reports.get("opencode")).toMatchObject({ sessions: 0, passed_over: 1 });
  expect(reports.get("opencode")?.problems).toHaveLength(1);
  expect(reports.get("claude")).toMatchObject({ sessions: 3 });
});

test("a clock in 2099 makes no session of tomorrow", async () => {
  const path = `${user}/${FOLDER}/${ID}.jsonl`;
  writeFileSync(
    path,
    readFileSync(path, "utf8").replaceAll("2026-11-26T11:26:06", "2099-01-01T00:00:00"),
  );
  await backfill();
  const ends = world.rows<{ ended_at: string }>("SELECT ended_at FROM sessions");
  // No later than the file was written.
  expect(ends.filter(({ ended_at }) => ended_at > "2090")).toEqual([]);
});

test("secrets are redacted before anything is cut, and `none` keeps no word", async () => {
  const path = `${user}/${FOLDER}/${ID}.jsonl`;
  const key = `AKIA${"ABCDEFGHIJKLMNOP"}`;
  const long = `${"x".repeat(495)} ${key}`;
  writeFileSync(
    path,
    readFileSync(path, "utf8")
      .replaceAll("done 2", long)
      .replaceAll("failtool please", `use ${key}`),
  );
  await backfill();
  const all = () => JSON.stringify(world.rows("SELECT content, metadata FROM session_events"));
  expect(all()).not.toContain("AKIA");
  expect(all()).toContain("use [redacted");
  world.settings({ capture: "none" });
  world.exec("PRAGMA foreign_keys = ON; DELETE FROM sessions; DELETE FROM mm_transcripts");
  await backfill();
  expect(all()).not.toContain("done");
  expect(all()).toContain("characters");
  expect(world.rows("SELECT sum(input) AS i FROM mm_usage")).toEqual([{ i: 1505 }]);
});

test("a secret in a name, wherever it stands, is stored nowhere", async () => {
  const secret = `sk-ant-api03-${"A".repeat(95)}`;
  const known = { sessionId: ID, timestamp: "2026-11-20T10:00:00Z", gitBranch: secret };
  const usage = { input_tokens: 1, output_tokens: 1, server_tool_use: { web_search_requests: 1 } };
  const answer = (id: string, model: string) => ({
    ...known,
    ...{ type: "assistant", uuid: `${secret}${id}`, cwd: `/w/${secret}`, version: secret },
    message: { id, model, content: [{ type: "text", text: "answer" }], usage },
  });
  const total = { inputTokens: 5, outputTokens: 5, costUSD: 1 };
  const lines = [
    answer(secret, secret),
    answer("m2", "house-model"),
    { ...known, type: "custom-title", customTitle: `on ${secret}` },
    { ...known, type: "cost-state", modelUsage: { [secret]: total } },
  ];
  const text = lines.map((line) => `${JSON.stringify(line)}\n`).join("");
  writeFileSync(`${user}/${FOLDER}/${ID}.jsonl`, text);
  await backfill();
  const tables = ["sessions", "mm_sessions", "session_events", "mm_events", "mm_usage"];
  for (const table of tables) {
    expect(JSON.stringify(world.rows(`SELECT * FROM ${table}`))).not.toContain(secret.slice(0, 20));
  }
  // What the total tells of a model is without the calls that have a line.
  expect(
    world.rows("SELECT sum(input) AS input, sum(calls) AS calls FROM mm_usage WHERE cost_told = 1"),
  ).toEqual([{ input: 4, calls: 0 }]);
  expect((await world.mm("stats", "cost", "--by", "model")).out).toContain("house-model");
});

test("a dry run tells what would be read and stores nothing; an unknown agent is named", async () => {
  const { out } = await world.mm("backfill", "--dry-run");
  expect(out).toContain("Claude Code");
  expect(world.files()).toEqual([]);
  expect(await world.mm("backfill", "windsurf")).toMatchObject({ code: 2, out: "" });
  const { err } = await world.mm("backfill", "clade");
  expect(err).toContain("unknown agent 'clade'");
});

test("what is no transcript is not imported", async () => {
  const path = `${world.folder}/notes.jsonl`;
  writeFileSync(path, '{"hello":"world"}\n');
  const { code, err } = await world.mm("import", path);
  expect({ code, err }).toMatchObject({ code: 1 });
  expect(err).toContain("is not a transcript that mm can read");
  expect((await world.mm("import", `${world.folder}/none.jsonl`)).code).toBe(1);
});
