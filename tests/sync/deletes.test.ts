import { expect } from "bun:test";
import { writeFileSync } from "node:fs";
import { countThere, Peer } from "../support/postgres/peer.ts";
import { type Stage, stageOfFile } from "../support/postgres/stage.ts";
import { needs } from "../support/tools.ts";

const test = needs("postgresql");
const stageOf = stageOfFile();

/** Carries a session to another machine in a file. */
async function give(from: Peer, id: string, to: Peer): Promise<void> {
  const file = `${from.folder}/${id}.jsonl`;
  writeFileSync(file, await from.run("session", "export", id, "--format", "jsonl"));
  await to.run("session", "import", file);
}

async function revisions(stage: Stage, database: string): Promise<unknown[]> {
  return await stage.server.run("SELECT machine, last_rev FROM mm.source ORDER BY 1", database);
}

test("a session that two machines imported stays what it is in both, however often they push", async () => {
  const stage = await stageOf();
  const database = await stage.server.newDatabase();
  using author = new Peer("author");
  using one = await Peer.join(stage, database, "one");
  using other = await Peer.join(stage, database, "other");
  const id = await author.record("a", "b");
  for (const peer of [one, other]) await give(author, id, peer);
  for (const peer of [one, other, one, other]) await peer.push();
  const before = await revisions(stage, database);
  for (let round = 0; round < 5; round++)
    for (const peer of [one, other]) await peer.push("--full");
  expect(await revisions(stage, database)).toEqual(before);
  using reader = await Peer.join(stage, database, "reader");
  expect((await reader.pull()).pulled.sessions).toBe(1);
  expect(reader.pulled("SELECT content FROM session_events ORDER BY id")).toEqual([
    { content: "a" },
    { content: "b" },
  ]);
});

const PLACES = ["sessions", "session_events", "mm_sessions", "mm_events", "mm_usage"] as const;

test("what a person deletes leaves the server and every machine, and doesn't come back", async () => {
  const stage = await stageOf();
  const database = await stage.server.newDatabase();
  using a = await Peer.join(stage, database, "a");
  using b = await Peer.join(stage, database, "b");
  using c = await Peer.join(stage, database, "c");
  const id = await a.record("delete me");
  const kept = await a.record("keep me");
  await give(a, id, b);
  await a.push();
  await b.push();
  await c.pull();
  expect(c.pulled("SELECT id FROM sessions ORDER BY id")).toEqual([{ id }, { id: kept }]);
  await a.run("session", "delete", id, "--yes");
  expect(await a.push()).toMatchObject({ deleted: 1 });
  expect(await countThere(stage, database)).toEqual({ sessions: 1, events: 1 });
  // It still has the session, and sends all of it again.
  b.loseSidecar();
  await b.push("--full");
  await b.push("--full");
  expect(await countThere(stage, database)).toEqual({ sessions: 1, events: 1 });
  await c.pull();
  expect(c.pulled("SELECT id FROM sessions")).toEqual([{ id: kept }]);
  for (const table of PLACES) {
    const key = table === "sessions" ? "id" : "session_id";
    expect(c.pulled(`SELECT 1 FROM ${table} WHERE ${key} = '${id}'`)).toEqual([]);
  }
  const left = await stage.server.run<{ text: string }>(
    "SELECT row_to_json(s)::text AS text FROM mm.session s WHERE deleted_at IS NOT NULL",
    database,
  );
  expect(left.length).toBeGreaterThan(0);
  for (const { text } of left) expect(text).not.toContain("delete me");
});

test("gc is of this machine alone", async () => {
  const stage = await stageOf();
  const database = await stage.server.newDatabase();
  using a = await Peer.join(stage, database, "a");
  using c = await Peer.join(stage, database, "c");
  await a.record("old");
  await a.push();
  a.pass(40 * 86_400);
  await a.run("gc", "--older-than", "30d", "--yes");
  expect(a.rows("SELECT 1 FROM sessions")).toEqual([]);
  await a.push();
  await a.push("--full");
  expect(await countThere(stage, database)).toEqual({ sessions: 1, events: 1 });
  expect((await c.pull()).pulled.sessions).toBe(1);
});

test("a deletion without the sidecar reaches the server, too", async () => {
  const stage = await stageOf();
  const database = await stage.server.newDatabase();
  using a = await Peer.join(stage, database, "a");
  const id = await a.record("delete me");
  await a.push();
  a.loseSidecar();
  await a.run("session", "delete", id, "--yes");
  await a.push();
  expect(await countThere(stage, database)).toEqual({ sessions: 0, events: 0 });
});

test("what was deleted before it was ever pushed stays where it was", async () => {
  const stage = await stageOf();
  const database = await stage.server.newDatabase();
  using a = await Peer.join(stage, database, "a");
  await a.record("first");
  await a.push();
  const id = await a.record("never pushed");
  await a.run("session", "delete", id, "--yes");
  expect(await a.push()).toMatchObject({ pushed: { sessions: 0, events: 0 }, deleted: 0 });
  expect(await stage.server.run("SELECT session_id FROM mm.session", database)).toHaveLength(1);
});

/** What a push of this source does until its transaction is committed. */
const PUSHES = (source: string, id: string) => `BEGIN;
  SELECT 1 FROM mm.source WHERE source_id = '${source}' FOR UPDATE;
  INSERT INTO mm.session (source_id, session_id, rev, print, bucket, agent_id, event_count, last_event, metadata, own)
    VALUES ('${source}', '${id}', 1, 'x', '2026-01-01', 'default', 1, 1, '{}', '{}');
  INSERT INTO mm.event (source_id, session_id, seq, bucket, type, content, metadata)
    VALUES ('${source}', '${id}', 1, '2026-01-01', 'note', 'delete me', '{}');
  UPDATE mm.source SET last_rev = 1 WHERE source_id = '${source}'`;

test("a deletion takes what another machine is just pushing for the first time", async () => {
  const stage = await stageOf();
  const database = await stage.server.newDatabase();
  using a = await Peer.join(stage, database, "a");
  using b = await Peer.join(stage, database, "b");
  const id = await a.record("delete me");
  await b.record("of b");
  for (const peer of [a, b]) await peer.push();
  const [other] = await stage.server.run<{ source_id: string }>(
    "SELECT source_id FROM mm.source WHERE machine = 'b'",
    database,
  );
  await a.run("session", "delete", id, "--yes");
  await using pushing = stage.server.connect(database);
  await pushing.unsafe(PUSHES(other?.source_id ?? "", id));
  let isDone = false;
  const deleting = a.push().finally(() => {
    isDone = true;
  });
  const waits = `SELECT 1 FROM pg_stat_activity WHERE datname = '${database}' AND wait_event_type = 'Lock'`;
  while (!isDone && (await stage.server.run(waits)).length === 0) await Bun.sleep(5);
  await pushing.unsafe("COMMIT");
  expect(await deleting).toMatchObject({ deleted: 1 });
  expect(await countThere(stage, database)).toEqual({ sessions: 1, events: 1 });
});

test("a machine that pushes for the first time waits for a deletion", async () => {
  const stage = await stageOf();
  const database = await stage.server.newDatabase();
  using a = await Peer.join(stage, database, "a");
  using b = await Peer.join(stage, database, "b");
  const id = await a.record("delete me");
  await give(a, id, b);
  await a.push();
  await using deleting = stage.server.connect(database);
  await deleting.unsafe("BEGIN; SELECT 1 FROM mm.source FOR UPDATE");
  let isDone = false;
  const pushing = b.push().finally(() => {
    isDone = true;
  });
  const waits = `SELECT 1 FROM pg_stat_activity WHERE datname = '${database}' AND wait_event_type = 'Lock'`;
  while (!isDone && (await stage.server.run(waits)).length === 0) await Bun.sleep(5);
  await deleting.unsafe("UPDATE mm.session SET deleted_at = now(); DELETE FROM mm.event; COMMIT");
  expect((await pushing).pushed).toMatchObject({ sessions: 0 });
  expect(await countThere(stage, database)).toEqual({ sessions: 0, events: 0 });
});

const ADDED = "11111111-1111-4111-8111-111111111111";

test("a deletion takes what a machine is pushing that was added while it waited", async () => {
  const stage = await stageOf();
  const database = await stage.server.newDatabase();
  using a = await Peer.join(stage, database, "a");
  const id = await a.record("delete me");
  await a.push();
  await a.run("session", "delete", id, "--yes");
  await using holding = stage.server.connect(database);
  await using pushing = stage.server.connect(database);
  await holding.unsafe("BEGIN; SELECT 1 FROM mm.source FOR UPDATE");
  let isDone = false;
  const deleting = a.push().finally(() => {
    isDone = true;
  });
  const pidOf = async (connection: typeof holding) =>
    (await connection.unsafe<{ pid: number }[]>("SELECT pg_backend_pid() AS pid"))[0]?.pid;
  const waitsFor = async (connection: typeof holding) => {
    const waits = `SELECT 1 FROM pg_stat_activity WHERE ${await pidOf(connection)} = ANY (pg_blocking_pids(pid))`;
    while (!isDone && (await stage.server.run(waits)).length === 0) await Bun.sleep(5);
  };
  await waitsFor(holding);
  await pushing.unsafe(
    `INSERT INTO mm.source (source_id, machine, holder) VALUES ('${ADDED}', 'b', 'b')`,
  );
  await pushing.unsafe(PUSHES(ADDED, id));
  await holding.unsafe("COMMIT");
  await waitsFor(pushing);
  await pushing.unsafe("COMMIT");
  expect(await deleting).toMatchObject({ deleted: 1 });
  expect(await countThere(stage, database)).toEqual({ sessions: 0, events: 0 });
});

test("what was forgotten doesn't come back with a backup of the server", async () => {
  const stage = await stageOf();
  const database = await stage.server.newDatabase();
  using a = await Peer.join(stage, database, "a");
  const id = await a.record("forget me");
  await a.record("keep me");
  await a.push();
  await stage.server.leave(database);
  await stage.server.run(`CREATE DATABASE ${database}_backup TEMPLATE ${database}`);
  await a.run("sync", "forget", id, "--yes");
  await a.push("--full");
  await stage.server.leave(database);
  await stage.server.run(`DROP DATABASE ${database} WITH (FORCE)`);
  await stage.server.run(`ALTER DATABASE ${database}_backup RENAME TO ${database}`);
  await a.push("--full");
  expect(await countThere(stage, database)).toEqual({ sessions: 1, events: 1 });
  await stage.server.run("TRUNCATE mm.source, mm.session, mm.event, mm.usage", database);
  await a.push("--full");
  expect(await countThere(stage, database)).toEqual({ sessions: 1, events: 1 });
});

test("forgetting a project takes what its pattern fits, and nothing else", async () => {
  const stage = await stageOf();
  const database = await stage.server.newDatabase();
  using a = await Peer.join(stage, database, "a");
  const projects = [
    "acme/shop",
    'acme/it\'s "quoted"',
    "acme/group/inner",
    "acme-other/shop",
    "acme/100%_done",
  ];
  for (const project of projects) {
    const id = await a.record(project);
    a.exec(
      "UPDATE mm_sessions SET remote = ? WHERE session_id = ?",
      `https://github.com/${project}`,
      id,
    );
  }
  expect((await a.push()).pushed.sessions).toBe(projects.length);
  const left = async () =>
    (await stage.server.run("SELECT content FROM mm.event ORDER BY content", database)).map(
      ({ content }) => content,
    );
  const forget = async (pattern: string) =>
    await a.run("sync", "forget", "--project", `github.com/${pattern}`, "--yes");
  using reader = await Peer.join(stage, database, "reader");
  await reader.pull("--project", `github.com/${projects[1]}`);
  expect(reader.pulled("SELECT content FROM session_events")).toEqual([{ content: projects[1] }]);
  await forget("acme/1?0%*");
  expect(await left()).toEqual(projects.slice(0, 4).toSorted());
  await forget("acme/{nothing,*quoted*}");
  expect(await left()).toEqual([projects[0], projects[2], projects[3]].toSorted());
  await forget("acme/*");
  expect(await left()).toEqual([projects[2], projects[3]].toSorted());
});
