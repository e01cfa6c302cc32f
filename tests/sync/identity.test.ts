import { expect } from "bun:test";
import { copyFileSync, cpSync, mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { countThere, Peer } from "../support/postgres/peer.ts";
import { type Stage, stageOfFile } from "../support/postgres/stage.ts";
import { needs } from "../support/tools.ts";

const test = needs("postgresql");
const stageOf = stageOfFile();

async function sources(stage: Stage, database: string): Promise<string[]> {
  const rows = await stage.server.run<{ source_id: string }>(
    "SELECT source_id FROM mm.source ORDER BY pushed_at",
    database,
  );
  return rows.map(({ source_id }) => source_id);
}

async function contents(stage: Stage, database: string): Promise<string[]> {
  const rows = await stage.server.run<{ content: string }>(
    "SELECT content FROM mm.event ORDER BY content",
    database,
  );
  return rows.map(({ content }) => content);
}

/** A machine with what another one's home holds. */
function copyOf(peer: Peer, name: string): Peer {
  const copy = new Peer(name);
  cpSync(peer.home, copy.home, { recursive: true });
  return copy;
}

test("a home that was copied stops before it sends anything, and `new` makes it a source of its own", async () => {
  const stage = await stageOf();
  const database = await stage.server.newDatabase();
  using peer = await Peer.join(stage, database, "laptop");
  await peer.record("of the laptop");
  await peer.push();
  using copy = copyOf(peer, "copy");
  await copy.record("of the copy");
  const stopped = await copy.mm("sync", "push");
  expect(stopped).toMatchObject({ code: 1, out: "" });
  expect(stopped.err).toContain("mm sync adopt");
  expect(stopped.err).toContain("mm sync new");
  expect(await contents(stage, database)).toEqual(["of the laptop"]);
  await copy.run("sync", "new");
  expect((await copy.push()).pushed).toEqual({ sessions: 2, events: 2 });
  await peer.record("later");
  expect((await peer.push()).pushed).toEqual({ sessions: 1, events: 1 });
  expect(await sources(stage, database)).toHaveLength(2);
  expect(await contents(stage, database)).toEqual([
    "later",
    "of the copy",
    "of the laptop",
    "of the laptop",
  ]);
});

test("a home that was moved goes on as the same source after `adopt`", async () => {
  const stage = await stageOf();
  const database = await stage.server.newDatabase();
  using peer = await Peer.join(stage, database, "laptop");
  await peer.record("before");
  await peer.push();
  using moved = copyOf(peer, "new laptop");
  await moved.run("sync", "adopt");
  await moved.record("after");
  expect((await moved.push()).pushed).toEqual({ sessions: 1, events: 1 });
  expect(await contents(stage, database)).toEqual(["after", "before"]);
  const rows = await stage.server.run("SELECT machine FROM mm.source", database);
  expect(rows).toEqual([{ machine: "new laptop" }]);
  // Who stayed behind is now the copy.
  await peer.record("left behind");
  const behind = await peer.mm("sync", "push");
  expect(behind.code).toBe(1);
  expect(behind.err).toContain("mm sync new");
  expect(await contents(stage, database)).toEqual(["after", "before"]);
});

/** What a restored backup may bring back. */
const BACKUPS = {
  "the database": ["memtomem.db"],
  "the database and the sidecar": ["memtomem.db", "memtomem.db.mm-sync"],
} as const;

/** The files of a backup, and how many events were recorded since it came back. */
const RESTORED = Object.entries(BACKUPS).flatMap(([name, files]) =>
  [0, 1, 5].map((regrown) => [name, regrown, files] as const),
);

function backUp(peer: Peer): string {
  const folder = `${peer.folder}/backup`;
  mkdirSync(folder);
  peer.exec("VACUUM INTO ?", `${folder}/memtomem.db`);
  copyFileSync(peer.sidecar, `${folder}/memtomem.db.mm-sync`);
  return folder;
}

function restore(peer: Peer, backup: string, files: readonly string[]): void {
  for (const end of ["-wal", "-shm"]) rmSync(`${peer.database}${end}`, { force: true });
  for (const file of files) copyFileSync(`${backup}/${file}`, `${peer.home}/${file}`);
}

test.each(RESTORED)(
  "%s of a backup comes back, then %d events: nothing is overwritten",
  async (_, regrown, files) => {
    const stage = await stageOf();
    const database = await stage.server.newDatabase();
    using peer = await Peer.join(stage, database, "laptop");
    await peer.run("session", "start");
    await peer.run("activity", "log", "-c", "first");
    await peer.push();
    const backup = backUp(peer);
    peer.pass(60);
    for (const content of ["second", "third"]) await peer.run("activity", "log", "-c", content);
    await peer.push();
    restore(peer, backup, files);
    peer.pass(60);
    const added = Array.from({ length: regrown }, (_, at) => `regrown ${at}`);
    for (const content of added) await peer.run("activity", "log", "-c", content);
    const out = await peer.run("sync", "push");
    expect(out).toContain("restored from a backup");
    const before = ["first", "second", "third"];
    const since = ["first", ...added];
    expect(await contents(stage, database)).toEqual([...before, ...since].toSorted());
    expect(await peer.push()).toMatchObject({ pushed: { sessions: 0, events: 0 } });
    await peer.run("activity", "log", "-c", "later");
    expect((await peer.push()).pushed.events).toBe(1);
  },
);

test("a machine and its clone, of which nothing tells the other, lose nothing to each other", async () => {
  const stage = await stageOf();
  const database = await stage.server.newDatabase();
  using peer = await Peer.join(stage, database, "laptop");
  await peer.run("session", "start");
  await peer.run("activity", "log", "-c", "before");
  await peer.push();
  const asides = { laptop: `${peer.folder}/laptop`, clone: `${peer.folder}/clone` };
  cpSync(peer.home, asides.clone, { recursive: true });
  let present: keyof typeof asides = "laptop";
  const become = (machine: keyof typeof asides) => {
    if (machine === present) return;
    renameSync(peer.home, asides[present]);
    renameSync(asides[machine], peer.home);
    present = machine;
  };
  for (let round = 0; round < 3; round++) {
    for (const machine of ["clone", "laptop"] as const) {
      become(machine);
      peer.pass(60);
      await peer.run("activity", "log", "-c", `${machine} ${round}`);
      await peer.push();
    }
  }
  const found = new Set(await contents(stage, database));
  const rounds = [0, 1, 2].flatMap((round) => [`clone ${round}`, `laptop ${round}`]);
  expect([...found].toSorted()).toEqual(["before", ...rounds].toSorted());
  expect(await sources(stage, database)).toHaveLength(2);
});

test("a sidecar that is no database is made anew, and nothing is sent twice", async () => {
  const stage = await stageOf();
  const database = await stage.server.newDatabase();
  using peer = await Peer.join(stage, database, "laptop");
  await peer.record("one");
  await peer.push();
  for (const junk of ["", "x".repeat(5000)]) {
    writeFileSync(peer.sidecar, junk);
    expect((await peer.push()).pushed).toEqual({ sessions: 0, events: 0 });
    expect(await sources(stage, database)).toHaveLength(1);
  }
});

test("a server that lost everything, or its last days, gets it again", async () => {
  const stage = await stageOf();
  const database = await stage.server.newDatabase();
  using peer = await Peer.join(stage, database, "laptop");
  await peer.record("one");
  await peer.push();
  await stage.server.leave(database);
  await stage.server.run(`CREATE DATABASE ${database}_backup TEMPLATE ${database}`);
  await peer.record("two");
  await peer.push();
  await stage.server.run(`DROP DATABASE ${database} WITH (FORCE)`);
  await stage.server.run(`ALTER DATABASE ${database}_backup RENAME TO ${database}`);
  await peer.record("three");
  await peer.push();
  expect(await contents(stage, database)).toEqual(["one", "three", "two"]);
  await stage.server.run("TRUNCATE mm.source, mm.session, mm.event, mm.usage", database);
  expect((await peer.push("--full")).pushed).toEqual({ sessions: 3, events: 3 });
  await stage.server.run("TRUNCATE mm.source, mm.session, mm.event, mm.usage", database);
  await peer.record("four");
  expect((await peer.push()).pushed).toEqual({ sessions: 4, events: 4 });
  expect(await contents(stage, database)).toEqual(["four", "one", "three", "two"]);
});

test("other machines see what comes after a server lost its last days", async () => {
  const stage = await stageOf();
  const database = await stage.server.newDatabase();
  using laptop = await Peer.join(stage, database, "laptop");
  using desk = await Peer.join(stage, database, "desk");
  await laptop.run("session", "start");
  const log = async (content: string) => {
    await laptop.run("activity", "log", "-c", content);
    await laptop.push();
  };
  await log("one");
  await stage.server.leave(database);
  await stage.server.run(`CREATE DATABASE ${database}_backup TEMPLATE ${database}`);
  for (const content of ["two", "three", "four"]) await log(content);
  await desk.pull();
  await stage.server.leave(database);
  await stage.server.run(`DROP DATABASE ${database} WITH (FORCE)`);
  await stage.server.run(`ALTER DATABASE ${database}_backup RENAME TO ${database}`);
  await laptop.record("five");
  await laptop.push();
  await desk.pull();
  expect(desk.pulled("SELECT content FROM session_events ORDER BY content")).toEqual(
    ["five", "four", "one", "three", "two"].map((content) => ({ content })),
  );
});

test("events that were moved to higher numbers are no sign of a backup", async () => {
  const stage = await stageOf();
  const database = await stage.server.newDatabase();
  using peer = await Peer.join(stage, database, "laptop");
  await peer.record("one");
  const other = await peer.record("two");
  await peer.push();
  peer.exec("UPDATE session_events SET id = id + 50 WHERE content = 'one'");
  await peer.push("--full");
  await peer.run("session", "delete", other, "--yes");
  expect(await peer.run("sync", "push")).not.toContain("backup");
  expect(await sources(stage, database)).toHaveLength(1);
});

test.each(["tool_call", "note"])(
  "what earlier versions noted of a last event that was a %s is no sign of a backup",
  async (type) => {
    const stage = await stageOf();
    const database = await stage.server.newDatabase();
    using peer = await Peer.join(stage, database, "laptop");
    const id = await peer.record("one");
    peer.exec("UPDATE session_events SET event_type = ?", type);
    await peer.push();
    const [event] = peer.rows<{ at: string }>("SELECT created_at AS at FROM session_events");
    const mark = new Bun.CryptoHasher("sha256").update(`${id} ${event?.at} ${type}`);
    await stage.server.run(
      `UPDATE mm.source SET last_mark = '${mark.digest("base64").slice(0, 22)}'`,
      database,
    );
    if (type === "tool_call") peer.exec("UPDATE session_events SET event_type = 'error'");
    await peer.push("--full");
    expect(await sources(stage, database)).toHaveLength(1);
  },
);

test("a machine whose clock is an hour off is told so by the server's row, and nothing is rewritten", async () => {
  const stage = await stageOf();
  const database = await stage.server.newDatabase();
  using peer = await Peer.join(stage, database, "laptop");
  const hour = 3_600_000;
  peer.clock = new Date(Date.now() - hour);
  await peer.record("an hour ago, it says");
  await peer.push();
  const [row] = await stage.server.run<{ offset: number; started: Date }>(
    `SELECT clock_offset_ms::float8 AS offset, (SELECT started_at FROM mm.session) AS started FROM mm.source`,
    database,
  );
  expect(Math.abs((row?.offset ?? 0) - hour)).toBeLessThan(60_000);
  expect(row?.started.getTime()).toBe(Math.floor(peer.clock.getTime() / 1000) * 1000);
});

test("eight machines push at once, and all rows are there", async () => {
  const stage = await stageOf();
  const database = await stage.server.newDatabase();
  const names = Array.from({ length: 8 }, (_, at) => `machine ${at}`);
  const peers = await Promise.all(names.map((name) => Peer.join(stage, database, name)));
  for (const peer of peers) for (let n = 0; n < 5; n++) await peer.record("a", "b", "c");
  await Promise.all(peers.map((peer) => peer.push()));
  expect(await countThere(stage, database)).toEqual({ sessions: 40, events: 120 });
  using reader = await Peer.join(stage, database, "reader");
  expect((await reader.pull()).pulled).toEqual({ sessions: 40, events: 120 });
  for (const peer of peers) peer[Symbol.dispose]();
});
