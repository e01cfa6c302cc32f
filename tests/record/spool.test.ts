import { Database } from "bun:sqlite";
import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { HookWorld } from "../support/hook-world.ts";
import { randomFrom } from "../support/random.ts";
import { least } from "../support/time.ts";

let world: HookWorld;
beforeEach(() => {
  world = new HookWorld();
});
afterEach(() => world[Symbol.dispose]());

/** Runs something while another connection writes. */
async function whileLocked(work: () => Promise<void>): Promise<void> {
  const db = new Database(world.database);
  db.run("BEGIN IMMEDIATE");
  try {
    await work();
  } finally {
    db.run("ROLLBACK");
    db.close(true);
  }
}

/** How long SQLite takes to give up a lock that it may wait for so long, now, in milliseconds. */
function bareWait(database: string, forMs: number): number {
  const db = new Database(database);
  const began = performance.now();
  expect(() => db.run(`PRAGMA busy_timeout = ${forMs}; BEGIN IMMEDIATE`)).toThrow("locked");
  const took = performance.now() - began;
  db.close(true);
  return took;
}

describe("a database that is locked", () => {
  test.each([
    ["UserPromptSubmit", 200],
    ["PostToolUse", 200],
    ["SessionEnd", 800],
    ["SessionStart", 1500],
  ])("keeps %s waiting for less than %d ms", async (event, budget) => {
    await world.start("startup", { session_id: "before" });
    let calls = 0;
    const more = async () => {
      const began = performance.now();
      await world.claude(event, { prompt: "hi", tool_name: "Bash", tool_use_id: `t${++calls}` });
      const took = performance.now() - began;
      expect(took).toBeGreaterThan(budget / 2);
      // A store that waits for the lock leaves time for the spool.
      expect(world.waits.at(-1)).toBeWithin(budget / 2, budget - 50);
      return took - bareWait(world.database, world.waits.at(-1) ?? 0);
    };
    await whileLocked(async () => expect(await least(150, more)).toBeLessThan(150));
    expect(world.spooled()).toHaveLength(calls);
    expect(world.log()).toEqual(
      Array(calls).fill(`spooled: the database is locked by another program: ${world.database}`),
    );
  });

  test("the spooled call is a file of its owner's alone, and the next call takes it in", async () => {
    await world.start();
    const before = world.clock;
    await whileLocked(() => world.prompt("spooled"));
    const [name = ""] = world.spooled();
    expect(name).toMatch(new RegExp(`^${before.getTime()}-[0-9a-f-]+\\.json$`, "u"));
    expect(statSync(world.spoolFolder).mode & 0o077).toBe(0);
    expect(statSync(`${world.spoolFolder}/${name}`).mode & 0o077).toBe(0);
    expect(world.told()).toEqual([]);
    world.pass(60);
    await world.prompt("next");
    expect(world.told()).toEqual(["prompt: spooled", "prompt: next"]);
    expect(world.events()[0]?.created_at).toBe("2026-11-22T12:00:00+00:00");
    expect(world.session().title).toBe("spooled");
    expect(world.files()).toEqual(["logs", "memtomem.db"]);
  });

  test("a call that was spooled with the keys of an older mm is taken in", async () => {
    await world.start("startup", { session_id: "before" });
    await whileLocked(() => world.start());
    const [name = ""] = world.spooled();
    const file = `${world.spoolFolder}/${name}`;
    const { agent, agentEvent, agentVersion, ...rest } = JSON.parse(readFileSync(file, "utf8"));
    const older = { client: agent, clientEvent: agentEvent, clientVersion: agentVersion };
    writeFileSync(file, JSON.stringify({ ...older, ...rest }));
    await world.prompt("next");
    expect(world.session()).toMatchObject({ client: "claude", title: "next" });
    expect(world.spooled()).toEqual([]);
  });
});

describe("a database that can't be used", () => {
  const breakages: [string, () => void, RegExp][] = [
    ["garbage", () => writeFileSync(world.database, "x".repeat(9000)), /not a SQLite database/u],
    ["a folder", () => mkdirSync(world.database), /is a directory/u],
    ["a newer one", () => newer(), /written by a newer mm/u],
    ["another program's", () => foreign(), /lacks the column/u],
  ];
  test.each(breakages)("%s: calls are spooled until it can", async (_, breakIt, said) => {
    world.makeHome();
    breakIt();
    await world.start();
    world.pass(1);
    await world.prompt("spooled");
    expect(world.spooled()).toHaveLength(2);
    expect(world.log()[0]).toMatch(said);
    rmSync(world.database, { recursive: true });
    for (const end of ["-wal", "-shm"]) rmSync(`${world.database}${end}`, { force: true });
    world.pass(1);
    await world.prompt("next");
    expect(world.told()).toEqual(["prompt: spooled", "prompt: next"]);
    expect(world.session().started_at).toBe("2026-11-22T12:00:00+00:00");
    expect(world.spooled()).toEqual([]);
  });

  function newer(): void {
    foreign("CREATE TABLE mm_meta (key TEXT PRIMARY KEY, value TEXT)");
    world.exec("INSERT INTO mm_meta VALUES ('schema_version', '999')");
  }

  function foreign(sql = "CREATE TABLE sessions (id TEXT)"): void {
    const db = new Database(world.database);
    db.run(sql);
    db.close(true);
  }
});

describe("what was spooled is taken in", () => {
  test("in the order of its times, whatever the order of its coming", async () => {
    const gemini = (event: string, seconds: number, fields = {}) => {
      const timestamp = new Date(Date.UTC(2026, 10, 22, 11, 0, seconds)).toISOString();
      return world.hook("gemini", event, { session_id: "g1", cwd: "/w", timestamp, ...fields });
    };
    await world.whileBroken(async () => {
      await gemini("SessionEnd", 50, { reason: "last" });
      await gemini("BeforeAgent", 30, { prompt: "third" });
      await gemini("SessionEnd", 20, { reason: "first" });
      await gemini("BeforeAgent", 10, { prompt: "first" });
      await gemini("SessionStart", 0, { source: "startup" });
      await gemini("BeforeAgent", 15, { prompt: "second" });
    });
    await world.start();
    expect(world.told("g1")).toEqual([
      "prompt: first",
      "prompt: second",
      "session_resume: prompt",
      "prompt: third",
    ]);
    expect(world.session("g1")).toMatchObject({
      started_at: "2026-11-22T11:00:00+00:00",
      ended_at: "2026-11-22T11:00:50+00:00",
      end_reason: "last",
      title: "first",
    });
  });

  test("and an end from before the last event changes nothing", async () => {
    await world.start();
    await world.whileBroken(() => world.end());
    world.pass(10);
    await world.whileBroken(() => world.prompt("later"));
    // Another call has stored what came later before the end is taken in.
    const [end = "", prompt = ""] = world.spooled();
    const aside = readFileSync(`${world.spoolFolder}/${end}`);
    rmSync(`${world.spoolFolder}/${end}`);
    await world.tool("t1");
    writeFileSync(`${world.home}/end`, aside);
    mkdirSync(world.spoolFolder, { recursive: true });
    writeFileSync(`${world.spoolFolder}/${end}`, aside);
    await world.claude("Stop");
    expect(prompt).not.toBe("");
    expect(world.session().ended_at).toBeNull();
    expect(world.spooled()).toEqual([]);
  });

  test("once, however often it is found", async () => {
    await world.start();
    await world.whileBroken(() => world.claude("Stop"));
    const [name = ""] = world.spooled();
    const path = `${world.spoolFolder}/${name}`;
    const content = readFileSync(path);
    for (let n = 0; n < 3; n++) {
      world.pass(60);
      await world.prompt(`next ${n}`);
      // As if the call before had been killed between its commit and the removal.
      mkdirSync(world.spoolFolder, { recursive: true });
      writeFileSync(path, content);
    }
    expect(world.told().filter((line) => line.startsWith("turn_end"))).toHaveLength(1);
  });

  test("and is forgotten when its file is surely gone, never before", async () => {
    await world.start();
    const ids = () => world.rows<{ id: string }>("SELECT id FROM mm_spooled").map(({ id }) => id);
    await world.whileBroken(() => world.claude("Stop"));
    const [first = ""] = world.spooled();
    const content = readFileSync(`${world.spoolFolder}/${first}`);
    await world.prompt("one");
    const [id] = ids();
    expect(first).toContain(String(id));
    await world.whileBroken(() => world.tool("t1"));
    // A call that was killed before it removed the file.
    writeFileSync(`${world.spoolFolder}/${first}`, content);
    world.pass(60);
    await world.prompt("two");
    expect(ids()).toHaveLength(2);
    expect(ids()).toContain(String(id));
    for (let n = 0; n < 5; n++) {
      await world.whileBroken(() => world.tool(`later ${n}`));
      await world.tool(`direct ${n}`);
    }
    expect(ids()).toHaveLength(1);
    expect(ids()).not.toContain(String(id));
    expect(world.told().filter((line) => line.startsWith("turn_end"))).toHaveLength(1);
  });

  test("also by a second delivery that got the lock first", async () => {
    await world.start();
    await world.whileBroken(() => world.tool("t1"));
    await world.tool("t1");
    expect(world.told()).toEqual(["tool_call: Bash: run t1"]);
  });

  test("at most a hundred at a call", async () => {
    await world.start();
    await world.whileBroken(async () => {
      for (let n = 0; n < 230; n++) {
        await world.tool(`t${n}`);
        world.pass(0.001);
      }
    });
    for (const [left, stored] of [
      [130, 101],
      [30, 202],
      [0, 233],
    ] as const) {
      world.pass(60);
      await world.prompt(`after ${left}`);
      expect(world.spooled()).toHaveLength(left);
      expect(world.events()).toHaveLength(stored);
    }
    const tools = world.told().filter((line) => line.startsWith("tool"));
    expect(tools).toEqual(Array.from({ length: 230 }, (_, n) => `tool_call: Bash: run t${n}`));
  });

  test("by calls of any client and kind, also those that store nothing", async () => {
    await world.whileBroken(() => world.prompt("spooled"));
    await world.hook("codex", "SessionEnd", { session_id: "never seen" });
    expect(world.told()).toEqual(["prompt: spooled"]);
  });

  test("with a first start in it that sweeps nothing", async () => {
    await world.start("startup", { session_id: "idle" });
    world.pass(48 * 3600);
    await world.whileBroken(() => world.start());
    await world.prompt("hi");
    expect(world.session("idle").ended_at).toBeNull();
  });
});

test("no event is lost or doubled while the database comes and goes", async () => {
  const random = randomFrom(20_261_122);
  await world.start();
  const expected: string[] = [];
  for (let round = 0; round < 60; round++) {
    const calls = async () => {
      for (let n = 0; n < 3; n++) {
        const id = Math.floor(random() * 150);
        await world.tool(`t${id}`);
        if (!expected.includes(`tool_call: Bash: run t${id}`))
          expected.push(`tool_call: Bash: run t${id}`);
        world.pass(random() * 2);
      }
    };
    if (random() < 0.6) await world.whileBroken(calls);
    else await calls();
  }
  await world.claude("PreToolUse", { tool_name: "Bash", tool_input: {} });
  expect(world.told().toSorted()).toEqual(expected.toSorted());
  expect(world.spooled()).toEqual([]);
});

test("ends of sessions that never come are not kept for ever", async () => {
  const kept = () => world.rows("SELECT external_id FROM mm_early_ends").length;
  for (let day = 0; day < 40; day++) {
    await world.end("other", { session_id: `never seen ${day}` });
    world.pass(86_400);
  }
  expect(kept()).toBe(31);
});
