import { describe, expect } from "bun:test";
import { openSidecar } from "../../src/sync/source/sidecar.ts";
import { setProgress, syncProgress } from "../../src/sync/source/sql.ts";
import { EXPECT_ALL } from "../../src/sync/source/statements.ts";
import { countThere, LOCAL_COUNTS, Peer } from "../support/postgres/peer.ts";
import { type Stage, stageOfFile } from "../support/postgres/stage.ts";
import { needs } from "../support/tools.ts";

const test = needs("postgresql");
const stageOf = stageOfFile();

const EVENTS = `SELECT session_id, event_type, content, metadata, created_at FROM session_events ORDER BY session_id, id`;
const CALLS = "SELECT client, call_id, session_id, output FROM mm_usage ORDER BY client, call_id";

/** A machine that has pushed, and one that has pulled that. */
async function pair(stage: Stage, database: string) {
  const laptop = await Peer.join(stage, database, "laptop");
  const desk = await Peer.join(stage, database, "desk");
  await laptop.run("session", "start");
  for (const content of ["one", "two", "three", "four"]) {
    await laptop.run("activity", "log", "-c", content);
  }
  await laptop.record("of another session");
  const { id = "" } = laptop.rows<{ id: string }>("SELECT id FROM sessions LIMIT 1")[0] ?? {};
  await laptop.push();
  await desk.pull();
  return { laptop, desk, id };
}

/** Expects that the server and the other machine have what this one has, also once all is compared again. */
async function expectAlike(stage: Stage, database: string, laptop: Peer, desk: Peer) {
  const here = laptop.rows(LOCAL_COUNTS);
  for (const words of [[], ["--full"]]) {
    await laptop.push(...words);
    expect(await countThere(stage, database)).toEqual(here[0] as never);
    await desk.pull();
    expect(desk.pulled(EVENTS)).toEqual(laptop.rows(EVENTS));
    expect(desk.pulled(CALLS)).toEqual(laptop.rows(CALLS));
  }
  expect(await laptop.push()).toMatchObject({ pushed: { sessions: 0, events: 0 } });
  const [row] = await stage.server.run("SELECT count(*)::int AS n FROM mm.source", database);
  expect(row).toEqual({ n: 1 });
}

const REMOTES = "SELECT remote FROM sync_remotes";

const LAST = "(SELECT max(id) FROM session_events)";

/** What a transcript that is read later may do to events that were pushed. */
const CHANGES: Readonly<Record<string, readonly string[]>> = {
  "are moved behind all others": [
    "UPDATE session_events SET id = id + 100 WHERE content IN ('two', 'three')",
  ],
  "are all moved": ["UPDATE session_events SET id = id + 100"],
  "are completed": [
    `UPDATE session_events SET metadata = '{"exit":0}', event_type = 'error' WHERE content = 'two'`,
  ],
  "are completed, the very last one too": [
    "UPDATE mm_sessions SET last_event_ms = unixepoch('2026-03-10T12:00:00Z') * 1000",
    `UPDATE session_events SET metadata = '{"exit":0}', event_type = 'error' WHERE id = ${LAST}`,
  ],
  "are told by a hook that comes late, the very last one too": [
    `UPDATE session_events SET metadata = '{"event":"x"}', event_type = 'error',
      created_at = strftime('%Y-%m-%dT%H:%M:%S+00:00', created_at, '-30 seconds') WHERE id = ${LAST}`,
  ],
  "turn out to be another session's": [
    "DELETE FROM session_events WHERE content IN ('one', 'four')",
  ],
  "hold a secret that is found later": [
    "UPDATE session_events SET content = '[redacted:github]' WHERE content = 'two'",
  ],
  "began in another month": [
    "UPDATE sessions SET started_at = '2025-01-31T23:59:59+00:00'",
    `INSERT INTO session_events (session_id, event_type, content, created_at, metadata)
      SELECT session_id, 'note', 'five', created_at, '{}' FROM session_events WHERE content = 'one'`,
  ],
};

describe.each(Object.entries(CHANGES))("events that were pushed and then %s", (_, statements) => {
  test("are the same everywhere", async () => {
    const stage = await stageOf();
    const database = await stage.server.newDatabase();
    const { laptop, desk } = await pair(stage, database);
    using _laptop = laptop;
    using _desk = desk;
    for (const statement of statements) laptop.exec(statement);
    await expectAlike(stage, database, laptop, desk);
    await laptop.run("activity", "log", "-c", "later");
    await expectAlike(stage, database, laptop, desk);
  });
});

test("a session that has lost its events here keeps them there", async () => {
  const stage = await stageOf();
  const database = await stage.server.newDatabase();
  const { laptop, desk, id } = await pair(stage, database);
  using _laptop = laptop;
  using _desk = desk;
  laptop.exec("DELETE FROM session_events WHERE session_id = ?", id);
  laptop.exec("UPDATE sessions SET started_at = '2025-01-31T23:59:59+00:00' WHERE id = ?", id);
  await laptop.push("--full");
  expect(await countThere(stage, database)).toEqual({ sessions: 2, events: 5 });
  using later = await Peer.join(stage, database, "later");
  expect((await later.pull()).pulled).toEqual({ sessions: 2, events: 5 });
});

test("events of a large session that were moved arrive whole, though the push dies after a part", async () => {
  const stage = await stageOf();
  const database = await stage.server.newDatabase();
  const { laptop, desk, id } = await pair(stage, database);
  using _laptop = laptop;
  using _desk = desk;
  const more = (name: string) =>
    `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 7000)
    INSERT INTO session_events (session_id, event_type, content, created_at, metadata)
    SELECT '${id}', 'note', '${name} ' || i, '2026-01-01T00:00:00+00:00', '{}' FROM n`;
  laptop.exec(more("first"));
  await laptop.push();
  await desk.pull();
  laptop.exec("UPDATE session_events SET id = id + 100000 WHERE content LIKE 'first %5'");
  await stage.server.run(
    "ALTER TABLE mm.event ADD CONSTRAINT few CHECK (seq < 100500) NOT VALID",
    database,
  );
  expect((await laptop.mm("sync", "push")).code).toBe(1);
  await desk.pull();
  await stage.server.run("ALTER TABLE mm.event DROP CONSTRAINT few", database);
  laptop.exec(more("second"));
  await laptop.push("--full");
  await expectAlike(stage, database, laptop, desk);
});

const CALL = (call: string, session: string, hidden: number) =>
  `INSERT OR REPLACE INTO mm_usage (client, call_id, session_id, at_ms, output, hidden)
    SELECT 'claude', '${call}', id, 0, 7, ${hidden} FROM sessions WHERE ${session}`;

const FIRST = "rowid = 1";
const SECOND = "rowid = 2";

const CALLS_CHANGE: Readonly<Record<string, readonly string[]>> = {
  "are summed up in another way": [
    "DELETE FROM mm_usage WHERE hidden = 1",
    CALL("total:b", FIRST, 1),
  ],
  "are all gone": ["DELETE FROM mm_usage"],
  "belong to a later session": [CALL("one", SECOND, 0), CALL("total:a", SECOND, 1)],
  "belong to an earlier session": [CALL("two", FIRST, 0)],
};

test.each(Object.entries(CALLS_CHANGE))(
  "calls that were pushed and then %s are the same everywhere",
  async (_, statements) => {
    const stage = await stageOf();
    const database = await stage.server.newDatabase();
    const { laptop, desk } = await pair(stage, database);
    using _laptop = laptop;
    using _desk = desk;
    for (const call of [CALL("one", FIRST, 0), CALL("total:a", FIRST, 1), CALL("two", SECOND, 0)]) {
      laptop.exec(call);
    }
    await expectAlike(stage, database, laptop, desk);
    for (const statement of statements) laptop.exec(statement);
    await expectAlike(stage, database, laptop, desk);
    const there = await stage.server.run<{ n: number }>(
      "SELECT count(*)::int AS n FROM mm.usage",
      database,
    );
    expect(there).toEqual(laptop.rows("SELECT count(*) AS n FROM mm_usage"));
  },
);

test("what a rescan replaces is replaced on the server by the next push, however old it is", async () => {
  const stage = await stageOf();
  const database = await stage.server.newDatabase();
  const { laptop, desk } = await pair(stage, database);
  using _laptop = laptop;
  using _desk = desk;
  const token = `ghp_${"A1b2C3d4".repeat(5)}`.slice(0, 40);
  laptop.exec("UPDATE session_events SET content = ? WHERE content = 'one'", `export T=${token}`);
  await stage.server.run(
    `UPDATE mm.event SET content = 'export T=${token}' WHERE content = 'one'`,
    database,
  );
  await laptop.run("redact", "--rescan");
  expect((await laptop.push()).pushed.sessions).toBe(1);
  const found = `SELECT 1 FROM mm.event WHERE content LIKE '%${token}%'`;
  expect(await stage.server.run(found, database)).toEqual([]);
  await expectAlike(stage, database, laptop, desk);
});

test.each(["--quiet", "--full"])(
  "what a rescan replaces by a text of its length is replaced on the server, too, by a push with %s",
  async (word) => {
    const stage = await stageOf();
    const database = await stage.server.newDatabase();
    const { laptop, desk } = await pair(stage, database);
    using _laptop = laptop;
    using _desk = desk;
    const secret = "password=Xk29dLq7Zt5Wm8Rv3Hb6N";
    laptop.exec(
      "UPDATE session_events SET content = ? WHERE content = 'of another session'",
      secret,
    );
    await laptop.push("--full");
    const earlier = `UPDATE mm.event SET content = '${secret}' WHERE content LIKE 'password=%'`;
    await stage.server.run(earlier, database);
    await laptop.run("redact", "--rescan");
    const [row] = laptop.rows("SELECT content FROM session_events ORDER BY id DESC LIMIT 1");
    expect(row).toEqual({ content: "password=[redacted:assignment]" });
    await laptop.push(word);
    const found = "SELECT 1 FROM mm.event WHERE content LIKE '%Xk29%'";
    expect(await stage.server.run(found, database)).toEqual([]);
    await expectAlike(stage, database, laptop, desk);
  },
);

test("a push during which a rescan asks for another look doesn't note that it looked at all", async () => {
  const stage = await stageOf();
  const { laptop, desk } = await pair(stage, await stage.server.newDatabase());
  using _laptop = laptop;
  using _desk = desk;
  const sidecar = openSidecar(laptop.database, "log");
  try {
    const [{ remote = "" } = {}] = sidecar.query<{ remote: string }, []>(REMOTES).all();
    for (const isBusy of [true, true, false]) {
      const began = syncProgress(sidecar, remote);
      if (began === null) throw new Error("nothing was pushed");
      if (isBusy) sidecar.run(EXPECT_ALL);
      setProgress(sidecar, remote, { ...began, fullMs: 7, fullMsBefore: began.fullMs });
      expect(syncProgress(sidecar, remote)?.fullMs === 7).toBe(!isBusy);
    }
  } finally {
    sidecar.close(true);
  }
});
