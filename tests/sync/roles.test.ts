import { expect } from "bun:test";
import { cpSync } from "node:fs";
import { oldSessions } from "../support/old-sessions.ts";
import { countThere, Peer } from "../support/postgres/peer.ts";
import { PASSWORD } from "../support/postgres/server.ts";
import { type Stage, stageOfFile } from "../support/postgres/stage.ts";
import { needs } from "../support/tools.ts";

const test = needs("postgresql");
const stageOf = stageOfFile();

/** A team's database, which the administrator has set up. */
async function teamDatabase({ server }: Stage, sql: string): Promise<string> {
  const database = await server.newDatabase();
  await server.run(sql, database);
  for (const [user, role] of Object.entries({ alice: "member", bob: "member", boss: "lead" })) {
    await server.run(
      `DO $$ BEGIN CREATE ROLE ${user} LOGIN PASSWORD '${PASSWORD}'; EXCEPTION WHEN duplicate_object THEN NULL; END $$`,
    );
    await server.run(`GRANT mm_${role} TO ${user}`);
  }
  return database;
}

async function join(stage: Stage, database: string, user: string): Promise<Peer> {
  const peer = new Peer(`${user}'s laptop`);
  await peer.run("sync", "init", stage.url(database, user), "--project", "*");
  return peer;
}

/** What an administrator runs by hand. */
async function printedSql(): Promise<string> {
  using peer = new Peer("administrator");
  return await peer.run("sync", "init", "--print-sql");
}

/** How many rows a statement of this user returns or changes; null if the server refuses it. */
async function rowsFor(stage: Stage, database: string, user: string, statement: string) {
  await using sql = stage.server.connect(database, user);
  try {
    const result = await sql.unsafe(statement);
    return result.count as number;
  } catch (error) {
    expect((error as { errno?: string }).errno).toBe("42501");
    return null;
  }
}

test("a member sees and writes what is theirs, and a lead reads all", async () => {
  const stage = await stageOf();
  const database = await teamDatabase(stage, await printedSql());
  using alice = await join(stage, database, "alice");
  using bob = await join(stage, database, "bob");
  await alice.record("of alice");
  await bob.record("of bob");
  expect((await alice.push()).pushed).toEqual({ sessions: 1, events: 1 });
  expect((await bob.push()).pushed).toEqual({ sessions: 1, events: 1 });
  const [hers] = await stage.server.run<{ source_id: string; session_id: string }>(
    "SELECT source_id, session_id FROM mm.session WHERE owner = 'alice'",
    database,
  );
  const { source_id: source, session_id: session } = hers ?? { source_id: "", session_id: "" };
  const asBob = (statement: string) => rowsFor(stage, database, "bob", statement);
  for (const table of ["source", "session", "event", "usage"]) {
    const mine = table === "usage" ? 0 : 1;
    expect(await asBob(`SELECT * FROM mm.${table}`)).toBe(mine);
    expect(await asBob(`SELECT * FROM mm.${table} WHERE source_id = '${source}'`)).toBe(0);
    expect(await rowsFor(stage, database, "boss", `SELECT * FROM mm.${table}`)).toBe(2 * mine);
  }
  const ofAlice = `WHERE source_id = '${source}'`;
  expect(await asBob(`UPDATE mm.source SET machine = 'forged' ${ofAlice}`)).toBe(0);
  expect(await asBob(`UPDATE mm.session SET title = 'forged' ${ofAlice}`)).toBe(0);
  expect(await asBob(`DELETE FROM mm.event ${ofAlice}`)).toBe(0);
  expect(await asBob(`DELETE FROM mm.session ${ofAlice}`)).toBeNull();
  expect(await asBob("UPDATE mm.source SET owner = 'alice'")).toBeNull();
  expect(await asBob("UPDATE mm.meta SET value = '9.0'")).toBeNull();
  const event = `INSERT INTO mm.event (source_id, session_id, seq, bucket, type, content, metadata)
    VALUES ('${source}', '${session}', 99, '2026-01-01', 'note', 'forged', '{}')`;
  expect(await asBob(event)).toBeNull();
  const forged = `INSERT INTO mm.session (source_id, session_id, rev, print, owner, bucket, agent_id, event_count, last_event, metadata, own)
    VALUES ('${source}', 'forged', 9, '', OWNER, '2026-01-01', 'x', 0, 0, '{}', '{}')`;
  for (const owner of ["'alice'", "'bob'"])
    expect(await asBob(forged.replace("OWNER", owner))).toBeNull();
  expect(
    await rowsFor(stage, database, "boss", "UPDATE mm.session SET title = 'forged'"),
  ).toBeNull();
  expect(await rowsFor(stage, database, "boss", event)).toBeNull();
  expect(
    await stage.server.run("SELECT 1 FROM mm.event WHERE content = 'forged'", database),
  ).toEqual([]);
});

test("a member, who may copy nothing, pushes many events", async () => {
  const stage = await stageOf();
  const database = await teamDatabase(stage, await printedSql());
  using alice = await join(stage, database, "alice");
  await alice.record("one");
  alice.exec(oldSessions("many", 10, 700));
  expect((await alice.push()).pushed).toEqual({ sessions: 11, events: 7001 });
  alice.exec("UPDATE session_events SET id = id + 100000 WHERE id % 100 = 7");
  await alice.push();
  expect(await countThere(stage, database)).toEqual({ sessions: 11, events: 7001 });
});

test("a member reads no month of others, whenever the administrator made it", async () => {
  const stage = await stageOf();
  const month = (name: string) =>
    `CREATE TABLE mm.event_${name} PARTITION OF mm.event FOR VALUES FROM ('${name}-01-01') TO ('${name}-12-31');`;
  const printed = (await printedSql()).replace(
    /(CREATE TABLE IF NOT EXISTS mm\.event \([^;]+\));/u,
    `$1 PARTITION BY RANGE (bucket); ${month("2026")}
      CREATE TABLE mm.event_other PARTITION OF mm.event DEFAULT;`,
  );
  const database = await teamDatabase(stage, printed);
  await stage.server.run(month("2027"), database);
  await stage.server.run(await printedSql(), database);
  using alice = await join(stage, database, "alice");
  await alice.record("of alice");
  expect((await alice.push()).pushed).toEqual({ sessions: 1, events: 1 });
  for (const user of ["bob", "boss"]) {
    for (const part of ["2026", "2027", "other"]) {
      expect(await rowsFor(stage, database, user, `SELECT * FROM mm.event_${part}`)).toBeNull();
    }
  }
  expect(await rowsFor(stage, database, "boss", "SELECT * FROM mm.event")).toBe(1);
});

test("a member pulls their own machines, a lead everybody's", async () => {
  const stage = await stageOf();
  const database = await teamDatabase(stage, await printedSql());
  using alice = await join(stage, database, "alice");
  using desk = await join(stage, database, "alice");
  using bob = await join(stage, database, "bob");
  using boss = await join(stage, database, "boss");
  for (const peer of [alice, bob]) {
    await peer.record(`of ${peer.machine.name}`);
    await peer.push();
  }
  await desk.pull();
  await desk.pull("--machine", "all");
  expect(desk.pulled("SELECT content FROM session_events")).toEqual([
    { content: "of alice's laptop" },
  ]);
  expect((await boss.pull()).pulled.sessions).toBe(0);
  expect((await boss.pull("--machine", "all")).pulled.sessions).toBe(2);
  await boss.record("a lead has nothing to push with");
  const { code, err } = await boss.mm("sync", "push");
  expect(code).toBe(1);
  expect(err).toContain("lets this user not do that");
  // What a member deletes goes for everybody.
  const [session] = alice.rows<{ id: string }>("SELECT id FROM sessions");
  await alice.run("session", "delete", session?.id ?? "", "--yes");
  expect(await alice.push()).toMatchObject({ deleted: 1 });
  await boss.pull("--machine", "all");
  expect(boss.pulled("SELECT content FROM session_events")).toEqual([
    { content: "of bob's laptop" },
  ]);
});

test("a home that somebody else has pushed from says what to do", async () => {
  const stage = await stageOf();
  const database = await teamDatabase(stage, await printedSql());
  using alice = await join(stage, database, "alice");
  await alice.record("of alice");
  await alice.push();
  using bob = await join(stage, database, "bob");
  cpSync(alice.home, bob.home, { recursive: true });
  await bob.run("sync", "init", stage.url(database, "bob"));
  expect((await bob.mm("sync", "push")).err).toContain("mm sync new");
  await bob.mm("sync", "adopt");
  const { code, err } = await bob.mm("sync", "push");
  expect(code).toBe(1);
  expect(err).toContain("under another user");
  expect(err).toContain("`mm sync new`");
  await bob.run("sync", "new");
  expect((await bob.push()).pushed).toEqual({ sessions: 1, events: 1 });
  expect(await stage.server.run("SELECT owner FROM mm.source ORDER BY 1", database)).toEqual([
    { owner: "alice" },
    { owner: "bob" },
  ]);
});

test("who is no member is told whom to ask, and who may make the roles makes them", async () => {
  const stage = await stageOf();
  const database = await stage.server.newDatabase();
  using admin = new Peer("administrator");
  const made = await admin.json("sync", "init", stage.url(database), "--project", "*");
  expect(made).toMatchObject({ roles: true });
  await stage.server.run(
    `DROP ROLE IF EXISTS carol; CREATE ROLE carol LOGIN PASSWORD '${PASSWORD}'`,
  );
  using carol = new Peer("carol's");
  const url = stage.server.url(database, "carol");
  const { code, err } = await carol.mm("sync", "init", url, "--project", "*");
  expect(code).toBe(1);
  expect(err).toContain("the administrator grants mm_member or mm_lead");
});

test("what holds for all is the owner's to set, who can take it back", async () => {
  const stage = await stageOf();
  const database = await teamDatabase(stage, await printedSql());
  using alice = await join(stage, database, "alice");
  for (const [words, named] of [
    [["--keep", "30d"], "--keep"],
    [["--search"], "--search"],
    [["--keep", "forever", "--search"], "--keep and --search"],
  ] as const) {
    const { code, err } = await alice.mm("sync", "init", ...words);
    expect(code).toBe(1);
    expect(err).toContain(` may use ${named}`);
    expect(err).toContain("hint: ask the administrator");
    expect(err).not.toContain("grants mm_member");
  }
  using admin = new Peer("administrator");
  await admin.run("sync", "init", stage.server.url(database), "--keep", "30d");
  expect(await alice.json("sync", "status")).toMatchObject({ keep_days: 30 });
  await admin.run("sync", "init");
  expect(await alice.json("sync", "status")).toMatchObject({ keep_days: 30 });
  await admin.run("sync", "init", "--keep", "forever");
  expect(await alice.json("sync", "status")).toMatchObject({ keep_days: null });
  expect((await admin.mm("sync", "init", "--keep", "never")).err).toContain("or forever");
  const printed = await admin.run("sync", "init", "--keep", "forever", "--print-sql");
  await stage.server.run(printed, database);
});

test("a lead sees a session as its owner has it, whatever somebody else claims", async () => {
  const stage = await stageOf();
  const database = await teamDatabase(stage, await printedSql());
  await stage.server.run("GRANT mm_member TO boss");
  using boss = await join(stage, database, "boss");
  using desk = await join(stage, database, "boss");
  const id = await desk.record("true", "too");
  await desk.push();
  using bob = await join(stage, database, "bob");
  await bob.record("of bob");
  await bob.push();
  await stage.server.run(
    `UPDATE mm.session SET session_id = '${id}', event_count = 1000000, rev = 9 WHERE owner = 'bob';
     UPDATE mm.event SET session_id = '${id}', content = 'forged' WHERE content = 'of bob';
     UPDATE mm.source SET last_rev = 9 WHERE owner = 'bob'`,
    database,
  );
  for (const order of [["all"], ["bob/bob's laptop"], ["all"]]) {
    await boss.pull("--machine", ...order);
  }
  const contents = "SELECT content FROM session_events ORDER BY id";
  expect(boss.pulled(contents)).toEqual([{ content: "true" }, { content: "too" }]);
  // Here, too, what others claim counts for nothing.
  using first = await join(stage, database, "boss");
  await first.pull("--machine", "bob/bob's laptop");
  expect(first.pulled(contents)).toEqual([{ content: "forged" }]);
  await first.pull("--machine", "all");
  expect(first.pulled(contents)).toEqual([{ content: "true" }, { content: "too" }]);
  const shown = await desk
    .run("sync", "pull", "--machine", "all")
    .then(() => desk.json("list", "--machine", "all"));
  expect(shown).toMatchObject({ sessions: [{ id, event_count: 2 }] });
});

test("a database of one's own needs no roles", async () => {
  const stage = await stageOf();
  const database = await stage.server.newDatabase();
  await stage.server.run(
    `DROP ROLE IF EXISTS dave; CREATE ROLE dave LOGIN PASSWORD '${PASSWORD}'; ALTER DATABASE ${database} OWNER TO dave`,
  );
  using dave = new Peer("dave's");
  const url = stage.server.url(database, "dave");
  const made = await dave.json("sync", "init", url, "--project", "*", "--search", "--keep", "90d");
  expect(made).toMatchObject({ roles: false });
  await dave.run("sync", "init");
  const keep = "SELECT value FROM mm.meta WHERE key = 'keep_days'";
  expect(await stage.server.run(keep, database)).toEqual([{ value: "90" }]);
  await dave.record("kept");
  expect((await dave.push()).pushed.sessions).toBe(1);
});
