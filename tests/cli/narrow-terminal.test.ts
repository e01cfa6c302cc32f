import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { HookWorld } from "../support/hook-world.ts";

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
