import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { mkdirSync, writeFileSync } from "node:fs";
import { World } from "../support/world.ts";

let world: World;
beforeEach(() => {
  world = new World();
});
afterEach(() => world[Symbol.dispose]());

const ids = World.id;
const wrap = (...words: string[]) => world.mm("session", "wrap", ...words);
const session = () =>
  world.rows(
    "SELECT agent_id, ended_at, summary, metadata, namespace FROM sessions WHERE id = ?1",
    ids(1),
  )[0];

test("a session around the command, whose exit code is mm's", async () => {
  world.program = () => {
    world.pass(3);
    return 3;
  };
  expect(await wrap("--", "sh", "-c", "exit 3")).toEqual({ code: 3, out: "", err: "" });
  expect(world.ran).toMatchObject([
    { argv: ["sh", "-c", "exit 3"], env: { MM_SESSION_ID: ids(1), MM_HOME: world.home } },
  ]);
  expect(session()).toEqual({
    agent_id: "headless",
    ended_at: "2026-03-10T12:00:03+00:00",
    summary: "Command: sh -c exit 3. Exit code: 3",
    metadata: `{"title":"Headless: sh -c 'exit 3'","event_count":0,"exit_code":3,"summary_provenance":"manual"}`,
    namespace: "agent-runtime:headless",
  });
});

test("events that the command logs are counted; it finds its session by itself", async () => {
  world.program = async (env) => {
    const own = world.env;
    world.env = { ...own, ...env };
    await world.mm("activity", "log", "-c", "from inside");
    world.env = own;
    return 0;
  };
  await wrap("-a", "nightly", "-t", "Nightly", "--", "work");
  expect(session()).toMatchObject({
    agent_id: "nightly",
    metadata: '{"title":"Nightly","event_count":1,"exit_code":0,"summary_provenance":"manual"}',
  });
});

test("the state file doesn't change", async () => {
  await wrap("--", "true");
  expect(world.state()).toBeNull();
  await world.mm("session", "start", "-a", "x");
  await wrap("--", "true");
  expect(world.state()).toBe(`${ids(2)}\n`);
});

test("title and summary are redacted first and cut after", async () => {
  const token = `ghp_${"a1B2".repeat(9)}`;
  await wrap("--", "deploy", token, "x".repeat(200));
  const { summary, metadata } = session() as { summary: string; metadata: string };
  expect(summary).toBe(`Command: deploy [redacted:github] ${"x".repeat(100 - 25)}. Exit code: 0`);
  expect(JSON.parse(metadata).title).toBe(
    `Headless: deploy [redacted:github] ${"x".repeat(60 - 25)}`,
  );
});

test("if someone else has ended the session, only the exit code is added", async () => {
  world.program = async () => {
    await world.mm("session", "end", ids(1), "-s", "by hand");
    world.pass(9);
    return 7;
  };
  expect((await wrap("--", "x")).code).toBe(7);
  expect(session()).toMatchObject({
    ended_at: "2026-03-10T12:00:00+00:00",
    summary: "by hand",
    metadata: '{"title":"Headless: x","event_count":0,"summary_provenance":"manual","exit_code":7}',
  });
});

test("a store that can't be opened only warns", async () => {
  mkdirSync(world.database, { recursive: true });
  writeFileSync(`${world.database}/x`, "");
  world.program = () => 4;
  const { code, out, err } = await wrap("--", "x");
  expect({ code, out }).toEqual({ code: 4, out: "" });
  expect(err).toBe(
    `mm: warning: the session could not be started: the database ${world.database} is a directory\n`,
  );
  expect(world.ran[0]?.env["MM_SESSION_ID"]).toBeUndefined();
});

describe("refused before anything runs", () => {
  test.each([
    [
      ["-a", "a b", "--", "x"],
      1,
      "invalid agent-id 'a b': must match [A-Za-z0-9._-]+ (no slash / backslash / whitespace / control chars)",
    ],
    [["ls", "--all"], 2, "the command to run must follow `--`"],
    [["--"], 2, "missing argument: COMMAND"],
    [["--json", "--", "x"], 2, "unknown option '--json'"],
    [["extra", "--", "x"], 2, "unexpected argument 'extra'"],
  ] as const)("%p", async (words, code, message) => {
    const outcome = await wrap(...words);
    expect({ code: outcome.code, first: outcome.err.split("\n")[0] }).toEqual({
      code,
      first: `mm: ${message}`,
    });
    expect(world.ran).toEqual([]);
    expect(world.files()).toEqual([]);
  });
});

test("everything after -- belongs to the command", async () => {
  await wrap("--", "x", "--help", "--json", "--", "-h");
  expect(world.ran[0]?.argv).toEqual(["x", "--help", "--json", "--", "-h"]);
});
