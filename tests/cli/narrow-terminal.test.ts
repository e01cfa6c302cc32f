import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { rmSync } from "node:fs";
import { HookWorld } from "../support/hook-world.ts";
import { Machine } from "../support/machine.ts";
import { copyHome } from "../support/transcripts.ts";

let world: HookWorld;
beforeEach(() => {
  world = new HookWorld();
  world.env = { ...world.env, HOME: world.folder };
});
afterEach(() => world[Symbol.dispose]());

/** The output on a terminal of this width, without colours. */
async function shown(columns: number, ...words: string[]): Promise<string> {
  world.isTerminal = true;
  world.columns = columns;
  const { out } = await world.mm(...words);
  world.isTerminal = false;
  return Bun.stripANSI(out);
}

const widest = (text: string) => Math.max(...text.split("\n").map((line) => Bun.stringWidth(line)));

/** Two ended sessions with long titles, of which one is of a project with a long name, and a running one. */
async function threeSessions(): Promise<void> {
  for (const [id, folder] of [
    ["s1", "/w/shop"],
    ["s2", `/w/${"long-name-".repeat(5)}`],
  ] as const) {
    const about = { session_id: id, cwd: folder };
    await world.start("startup", about);
    await world.prompt(`Fix the parser ${"and more ".repeat(20)}`, about);
    await world.claude("PostToolUseFailure", {
      ...about,
      tool_name: "Bash",
      tool_input: { command: `parser ${"x".repeat(200)}` },
      error: "Exit code 1",
      tool_use_id: id,
    });
    await world.end("other", about);
    world.pass(3 * 86_400);
  }
  await world.start("startup", { session_id: "s3", cwd: "/w/shop" });
}

test.each([
  [["session", "list"]],
  [["ps"]],
  [["session", "events", "s1"]],
  [["search", "parser"]],
  [["hooks", "status"]],
  [["stats", "hooks"]],
  [["stats", "--by", "project"]],
  [["stats", "--by", "model"]],
  [["session", "show", "s1"]],
  [["config", "list"]],
  [["--help"]],
  [["help", "resume"]],
  [["hooks", "--help"]],
])("no line is wider than the terminal: %p", async (words) => {
  await threeSessions();
  // So that nothing is paged.
  world.height = 100;
  const args = words.map((word) => (word === "s1" ? world.session("s1").id : word));
  for (const columns of [80, 60, 40]) {
    const text = await shown(columns, ...args);
    expect(text.split("\n").length).toBeGreaterThan(3);
    expect(widest(text)).toBeLessThanOrEqual(columns);
  }
});

describe("no figure is wider than the terminal", () => {
  beforeEach(async () => {
    world.env = { ...world.env, HOME: `${world.folder}/user` };
    for (const agent of ["claude", "codex", "gemini", "qwen", "copilot"]) {
      copyHome(agent, `${world.folder}/user`);
    }
    world.height = 100;
  });

  test.each([80, 60, 40])("of what there is to read, and of what was read: %d", async (columns) => {
    const planned = await shown(columns, "backfill", "--dry-run");
    expect(planned).toMatch(/^Agent {2,}(?:Transcripts {2,})?To read {2,}Size$/mu);
    expect(planned).toMatch(/^GitHub Copilot CLI .* [1-9]\d* {2,}[\d.]+ kB$/mu);
    const read = await shown(columns, "backfill");
    expect(read).toMatch(/^GitHub Copi/mu);
    expect([widest(planned), widest(read)].filter((width) => width > columns)).toEqual([]);
  });

  const BY = ["day", "week", "agent", "model", "project", "session"];
  test.each([80, 60, 40])("of tokens and costs: %d", async (columns) => {
    await world.mm("backfill");
    const calls = BY.flatMap((by) => ["tokens", "cost"].map((what) => ["stats", what, "--by", by]));
    for (const words of [...calls, ["stats", "cost", "--prices"]]) {
      const text = await shown(columns, ...words);
      expect(text.split("\n").length).toBeGreaterThan(3);
      expect({ words, isWide: widest(text) > columns }).toEqual({ words, isWide: false });
      if (words[1] === "tokens") expect(text).toMatch(/^\S.* {2,}Total {2,}Cost$/mu);
    }
  });
});

test("mm mcp status leaves out paths, then times, and folds what is wrong", async () => {
  using machine = new Machine();
  const tools =
    '{"tools":[{"name":"search_sessions"},{"name":"show_session"},{"name":"add_note"}]}';
  const answer = `{"jsonrpc":"2.0","id":1,"result":{}}\n{"jsonrpc":"2.0","id":2,"result":${tools}}\n`;
  machine.prints = { [`${machine.folder}/bin/mm`]: answer };
  await machine.register("claude", "qwen");
  machine.put(`${machine.userHome}/.codex/x`, "");
  machine.isTerminal = true;
  const at = async (columns: number) => {
    machine.columns = columns;
    return Bun.stripANSI((await machine.mm("mcp", "status")).out);
  };
  expect(await at(80)).toMatch(/^claude {2,}answers {2,}3 tools in \d+ ms {2}~\/\.claude\.json$/mu);
  expect(await at(50)).toMatch(/^claude {2,}answers {2,}3 tools in \d+ ms$/mu);
  expect(await at(36)).toMatch(/^claude {2,}answers {2,}3 tools$/mu);
  rmSync(`${machine.folder}/bin/mm`);
  for (const columns of [80, 60, 40]) {
    const lines = (await at(columns)).split("\n");
    // A path and a command stay in one piece.
    const long = lines.filter((line) => Bun.stringWidth(line) > columns);
    expect(long.filter((line) => !line.includes(machine.folder))).toEqual([]);
    expect(lines.join(" ").replaceAll(/\s+/gu, " ")).toContain("; to fix it: ");
  }
});

describe("session list", () => {
  const heads = async (columns: number) => (await shown(columns, "session", "list")).split("\n");

  test("shortens ids, titles, projects and times", async () => {
    await threeSessions();
    const [s1, s2, s3] = ["s1", "s2", "s3"].map((id) => world.session(id).id.slice(0, 8));
    expect(await heads(80)).toEqual([
      "Active  State    Agent   Project       Title                            ID",
      `    0s  waiting  claude  shop          (no title)                       ${s3}`,
      `    3d  ended    claude  long-name-l…  Fix the parser and more and mo…  ${s2}`,
      `    6d  ended    claude  shop          Fix the parser and more and mo…  ${s1}`,
      "",
      "3 sessions",
      "",
    ]);
    expect((await heads(60))[2]).toBe(`    3d  ended    claude  Fix the parser and more…   ${s2}`);
    expect((await heads(40))[2]).toBe(`    3d  ended    Fix the pars…  ${s2}`);
    expect((await heads(130))[2]).toBe(
      `3d ago  ended    claude  long-name-long-name…       2  Fix the parser and more and more and more and more and more and…   ${s2}`,
    );
    expect((await heads(300))[2]).toContain("…");
  });

  test("shows everything whole in a pipe", async () => {
    await threeSessions();
    const { id } = world.session("s1");
    const { out } = await world.mm("session", "list");
    expect(out).toMatch(
      new RegExp(`\\n2026-11-22 \\d\\d:\\d\\d  ended    claude .*  ${id}\\n`, "u"),
    );
    expect(widest(out)).toBeGreaterThan(200);
  });

  test("shows the whole id if another one starts with the same characters", async () => {
    await threeSessions();
    const { id } = world.session("s1");
    world.exec(
      `INSERT INTO sessions (id, started_at) VALUES ('${id.slice(0, 8)}/x', '2020-01-01')`,
    );
    const lines = (await heads(120)).slice(1);
    expect(lines.filter((line) => line.endsWith(`  ${id}`))).toHaveLength(1);
    expect(lines.filter((line) => line.endsWith(`  ${id.slice(0, 8)}/x`))).toHaveLength(1);
    const short = world.session("s2").id.slice(0, 8);
    expect(lines.filter((line) => line.endsWith(`  ${short}`))).toHaveLength(1);
  });

  test("shows an invalid time unchanged", async () => {
    await threeSessions();
    world.exec(
      "UPDATE sessions SET started_at = 'once'; UPDATE mm_sessions SET last_event_ms = NULL; DELETE FROM session_events",
    );
    expect((await heads(80))[2]).toStartWith("  once  ");
  });
});

test("doctor folds its lines, but keeps commands whole", async () => {
  await threeSessions();
  const { out } = await world.mm("doctor");
  const text = await shown(60, "doctor");
  const lines = text.split("\n").filter((line) => !line.startsWith("  fix:"));
  expect(widest(lines.join("\n"))).toBeLessThanOrEqual(60);
  expect(widest(out)).toBeGreaterThan(80);
  const fixes = (from: string) => from.split("\n").filter((line) => line.startsWith("  fix:"));
  expect(fixes(text)).toEqual(fixes(out));
  expect(text.replace(/\n {9}/gu, " ")).toBe(out);
});
