import { describe, expect } from "bun:test";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { countThere, LOCAL_COUNTS, Peer } from "../support/postgres/peer.ts";
import { stageOfFile } from "../support/postgres/stage.ts";
import { needs } from "../support/tools.ts";

const test = needs("postgresql");
const stageOf = stageOfFile();

/** Adds to what `sync` says in the settings. */
function set(peer: Peer, values: Readonly<Record<string, unknown>>): void {
  const path = `${peer.home}/mm.json`;
  const settings = JSON.parse(readFileSync(path, "utf8")) as { sync: object };
  writeFileSync(path, JSON.stringify({ ...settings, sync: { ...settings.sync, ...values } }));
}

describe("a dry run", () => {
  test("counts by project, shows redacted samples, and sends nothing", async () => {
    const stage = await stageOf();
    const database = await stage.server.newDatabase();
    using laptop = await Peer.join(stage, database, "laptop");
    await laptop.record("one", "two");
    laptop.exec("UPDATE session_events SET content = 'export TOKEN=ghp_' || hex(zeroblob(18))");
    const foreseen = await laptop.json("sync", "push", "--dry-run");
    expect(foreseen).toEqual({
      dry_run: true,
      projects: [{ project: null, sessions: 1, events: 2 }],
      samples: [
        {
          project: null,
          type: "tool_call",
          content: expect.stringMatching(/^export TOKEN=\[redacted/u),
        },
      ],
      skipped: 0,
      deleted: 0,
    });
    expect(await laptop.run("sync", "push", "--dry-run")).toContain(
      "(no project)         1       2",
    );
    expect(await countThere(stage, database)).toEqual({ sessions: 0, events: 0 });
    await laptop.push();
    expect(await laptop.run("sync", "push", "--dry-run")).toStartWith("Nothing would leave for ");
  });

  test("leaves out what isn't released", async () => {
    const stage = await stageOf();
    const database = await stage.server.newDatabase();
    using laptop = await Peer.join(stage, database, "laptop");
    set(laptop, { projects: ["github.com/acme/*"] });
    await laptop.record("mine alone");
    expect(await laptop.json("sync", "push", "--dry-run")).toMatchObject({
      projects: [],
      skipped: 1,
    });
    expect(await laptop.push()).toMatchObject({ pushed: { sessions: 0, events: 0 }, skipped: 1 });
  });
});

test("a title of a megabyte is shown in part", async () => {
  const stage = await stageOf();
  const database = await stage.server.newDatabase();
  using laptop = await Peer.join(stage, database, "laptop");
  const id = await laptop.record("one");
  laptop.exec("UPDATE sessions SET metadata = json_object('title', ?)", "x".repeat(1e6));
  await laptop.push();
  laptop.isTerminal = true;
  laptop.answers = false;
  expect((await laptop.mm("sync", "forget", id)).err.length).toBeLessThan(1000);
});

describe("forget", () => {
  test("deletes there for ever, and keeps what is here", async () => {
    const stage = await stageOf();
    const database = await stage.server.newDatabase();
    using laptop = await Peer.join(stage, database, "laptop");
    using desk = await Peer.join(stage, database, "desk");
    const id = await laptop.record("one");
    const other = await laptop.record("two");
    await laptop.push();
    await desk.pull();
    const before = laptop.rows(LOCAL_COUNTS);
    expect((await laptop.mm("sync", "forget", id)).code).toBe(2);
    expect(await laptop.json("sync", "forget", id.slice(0, -1), "--yes")).toEqual({
      forgotten: [{ id, project: null }],
    });
    expect(await desk.pull()).toMatchObject({ deleted: 1 });
    expect(desk.pulled("SELECT id FROM sessions")).toEqual([{ id: other }]);
    await laptop.push("--full");
    laptop.loseSidecar();
    await laptop.push("--full");
    expect(await countThere(stage, database)).toEqual({ sessions: 1, events: 1 });
    expect(laptop.rows(LOCAL_COUNTS)).toEqual(before);
  });

  test("asks on a terminal, and shows what would go", async () => {
    const stage = await stageOf();
    const database = await stage.server.newDatabase();
    using laptop = await Peer.join(stage, database, "laptop");
    const id = await laptop.record("one");
    await laptop.push();
    laptop.isTerminal = true;
    laptop.answers = false;
    const { code, err } = await laptop.mm("sync", "forget", id);
    expect(code).toBe(1);
    expect(err).toContain(id.slice(0, 8));
    expect(await countThere(stage, database)).toMatchObject({ sessions: 1 });
  });

  test("names what it doesn't find, and needs to be told what", async () => {
    const stage = await stageOf();
    using laptop = await Peer.join(stage, await stage.server.newDatabase(), "laptop");
    expect((await laptop.mm("sync", "forget", "ffffffff", "--yes")).err).toContain("ffffffff");
    expect((await laptop.mm("sync", "forget", "ff", "--yes")).err).toContain("too short");
    expect((await laptop.mm("sync", "forget")).code).toBe(2);
    expect(await laptop.run("sync", "forget", "--project", "*", "--yes")).toBe(
      "The server has no such session of yours.\n",
    );
  });
});

describe("search --remote", () => {
  test("finds what other machines pushed, in the form of a search", async () => {
    const stage = await stageOf();
    const database = await stage.server.newDatabase();
    using laptop = await Peer.join(stage, database, "laptop");
    using desk = await Peer.join(stage, database, "desk");
    const id = await laptop.record("the parser is 100% fixed", "the parser isn't");
    await laptop.push();
    const found = await desk.json("search", "--remote", "--since", "7d", "parser 100%");
    expect(found).toMatchObject({
      sessions: [{ id, match_count: 1, matches: [{ snippet: "the parser is 100% fixed" }] }],
      count: 1,
      more: false,
    });
    expect(await desk.run("search", "--remote", "--since", "7d", "parser")).toContain(" laptop ");
    expect(await desk.run("search", "--remote", "--since", "7d", "lexer")).toBe(
      "The server has nothing like that.\n",
    );
  });

  test("finds the same by an index of words, and beginnings without it", async () => {
    const stage = await stageOf();
    const database = await stage.server.newDatabase();
    using laptop = await Peer.join(stage, database, "laptop");
    await laptop.run("sync", "init", "--search");
    const id = await laptop.record('a "quoted" Parser: fixed', "a parse tree");
    await laptop.push();
    const found = (...words: string[]) =>
      laptop.json("search", "--remote", "--since", "7d", ...words);
    expect(await found('"parser fixed"')).toMatchObject({ sessions: [{ id, match_count: 1 }] });
    expect(await found("pars")).toMatchObject({ sessions: [] });
    expect(await found("pars*")).toMatchObject({ sessions: [{ id, match_count: 2 }] });
  });

  test("needs a bound, and says what the server can't do", async () => {
    const stage = await stageOf();
    using laptop = await Peer.join(stage, await stage.server.newDatabase(), "laptop");
    expect((await laptop.mm("search", "--remote", "parser")).err).toContain("--project PATTERN");
    const agent = await laptop.mm("search", "--remote", "--since", "1d", "--agent", "claude", "x");
    expect(agent).toMatchObject({ code: 2 });
    expect(agent.err).toContain("--agent");
  });
});

describe("a push after each session", () => {
  const END = { session_id: "s1", hook_event_name: "SessionEnd", reason: "exit" };

  async function ended(peer: Peer): Promise<readonly (readonly string[])[]> {
    peer.later.length = 0;
    const start = { session_id: "s1", hook_event_name: "SessionStart", source: "startup" };
    for (const payload of [start, { ...END }]) {
      peer.stdin = Buffer.from(JSON.stringify({ cwd: peer.folder, ...payload }));
      await peer.run("hook", "claude", payload.hook_event_name);
    }
    return peer.later;
  }

  test("is started by the end of a session, only where it is set", async () => {
    const stage = await stageOf();
    using laptop = await Peer.join(stage, await stage.server.newDatabase(), "laptop");
    expect(await ended(laptop)).toEqual([]);
    set(laptop, { auto: "session-end" });
    expect(await ended(laptop)).toEqual([["sync", "push", "--quiet"]]);
  });

  test("waits for the transcript where that is read", async () => {
    const stage = await stageOf();
    using laptop = await Peer.join(stage, await stage.server.newDatabase(), "laptop");
    set(laptop, { auto: "session-end" });
    await laptop.run("config", "set", "history", "true");
    const words = ["backfill", "claude", "--known", "--push"];
    expect(await ended(laptop)).toContainEqual(words);
    laptop.later.length = 0;
    await laptop.run(...words);
    expect(laptop.later).toEqual([["sync", "push", "--quiet"]]);
  });
});

test("gc keeps what was not yet pushed, if it is told to", async () => {
  const stage = await stageOf();
  const database = await stage.server.newDatabase();
  using laptop = await Peer.join(stage, database, "laptop");
  set(laptop, { gcOnlyPushed: true });
  const pushed = await laptop.record("one");
  await laptop.push();
  await laptop.record("two");
  laptop.pass(100 * 86_400);
  expect(await laptop.json("gc", "--older-than", "90d", "--yes")).toMatchObject({ ids: [pushed] });
  expect(await countThere(stage, database)).toEqual({ sessions: 1, events: 1 });
  await laptop.push();
  expect(await laptop.json("gc", "--older-than", "90d", "--yes")).toMatchObject({ sessions: 1 });
});

test("who installs hooks is told that sessions are sent", async () => {
  const stage = await stageOf();
  using laptop = await Peer.join(stage, await stage.server.newDatabase(), "laptop");
  laptop.answers = false;
  laptop.env["HOME"] = `${laptop.folder}/home`;
  mkdirSync(`${laptop.folder}/home/.claude`, { recursive: true });
  const asked = (await laptop.mm("hooks", "install", "claude")).err.replaceAll(/\s+/gu, " ");
  expect(asked).toContain("only `mm sync` sends what you released");
  expect(asked).not.toContain("nothing leaves");
});
