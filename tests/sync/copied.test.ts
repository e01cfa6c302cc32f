import { expect } from "bun:test";
import { oldSessions } from "../support/old-sessions.ts";
import { countThere, LOCAL_COUNTS, Peer } from "../support/postgres/peer.ts";
import { type Stage, stageOfFile } from "../support/postgres/stage.ts";
import { needs } from "../support/tools.ts";

const test = needs("postgresql");
const stageOf = stageOfFile();

/** A database whose server writes into its log what it is told. */
async function loggedDatabase({ server }: Stage): Promise<string> {
  const database = await server.newDatabase();
  await server.run(`ALTER DATABASE ${database} SET log_statement = 'all'`);
  return database;
}

/** How often events were copied into a database. */
async function copies({ server }: Stage): Promise<number> {
  return (await server.log()).split("COPY mm.event (").length - 1;
}

/** A machine with a session of this many events. */
async function withMany(stage: Stage, database: string, name: string, events = 1500) {
  const peer = await Peer.join(stage, database, name);
  await peer.record("one");
  peer.exec(oldSessions("many", 1, events));
  return peer;
}

const HOSTILE = [
  "a\tb",
  "a\nb\r\nc",
  "\\.",
  "\\N",
  "\\",
  "a\\tb\\\\",
  "",
  "'\"; DROP TABLE mm.event; --",
  "ünïcode \u{1f600}\u2028",
  "\v\f\b\x1b[0m",
];

test("whatever is copied arrives as it is", async () => {
  const stage = await stageOf();
  const database = await loggedDatabase(stage);
  using peer = await withMany(stage, database, "laptop");
  for (const [at, text] of HOSTILE.entries()) {
    peer.exec(
      "UPDATE session_events SET content = ?, event_type = ?, metadata = ? WHERE id = ?",
      text,
      text,
      JSON.stringify({ text }),
      at + 100,
    );
  }
  peer.exec("UPDATE mm_events SET at_ms = -12345678901234 WHERE event_id = 200");
  const before = await copies(stage);
  expect(await peer.push()).toMatchObject({ pushed: { events: 1501 }, quarantined: 0 });
  expect(await copies(stage)).toBe(before + 1);
  const there = await stage.server.run(
    "SELECT seq::int AS id, type, content, metadata::text AS metadata FROM mm.event WHERE seq BETWEEN 100 AND 109 ORDER BY seq",
    database,
  );
  expect(there).toEqual(
    peer.rows(
      "SELECT id, event_type AS type, content, metadata FROM session_events WHERE id BETWEEN 100 AND 109 ORDER BY id",
    ),
  );
  const [time] = await stage.server.run<{ ms: string }>(
    "SELECT (extract(epoch FROM at) * 1000)::bigint AS ms FROM mm.event WHERE seq = 200",
    database,
  );
  expect(time?.ms).toBe("-12345678901234");
  const after = await copies(stage);
  peer.exec(oldSessions("few", 3, 5));
  await peer.push();
  expect(await copies(stage)).toBe(after);
});

test("events that are there already, under a session that isn't, are there once", async () => {
  const stage = await stageOf();
  const database = await loggedDatabase(stage);
  using peer = await withMany(stage, database, "laptop", 12_000);
  await peer.push();
  await stage.server.run(
    `DELETE FROM mm.session; UPDATE mm.source SET last_rev = last_rev + 1;
      DELETE FROM mm.event WHERE seq % 3 = 0`,
    database,
  );
  const before = await copies(stage);
  await peer.push("--full");
  expect(await copies(stage)).toBeGreaterThan(before);
  expect(await countThere(stage, database)).toEqual(peer.rows(LOCAL_COUNTS)[0] as never);
});

test("a row that is refused costs only itself", async () => {
  const stage = await stageOf();
  const database = await loggedDatabase(stage);
  using peer = await withMany(stage, database, "laptop");
  await stage.server.run("ALTER TABLE mm.event ADD CONSTRAINT taste CHECK (seq <> 700)", database);
  const { out } = await peer.mm("sync", "push", "--json");
  expect(JSON.parse(out)).toMatchObject({ quarantined: 1 });
  expect(await copies(stage)).toBeGreaterThan(0);
  expect(await countThere(stage, database)).toEqual({ sessions: 2, events: 1500 });
});

test("a server that knows no COPY here is asked once", async () => {
  const stage = await stageOf();
  const database = await loggedDatabase(stage);
  using peer = await withMany(stage, database, "laptop", 12_000);
  await stage.server.run(
    "ALTER TABLE mm.event RENAME TO event_rows; CREATE VIEW mm.event AS SELECT * FROM mm.event_rows",
    database,
  );
  const before = await copies(stage);
  expect(await peer.push()).toMatchObject({ pushed: { events: 12_001 }, quarantined: 0 });
  // The log has it as it comes, and as it fails.
  expect(await copies(stage)).toBe(before + 2);
});

test("what a person has deleted isn't copied", async () => {
  const stage = await stageOf();
  const database = await loggedDatabase(stage);
  using peer = await withMany(stage, database, "laptop");
  using other = await withMany(stage, database, "other");
  await peer.push();
  await peer.run("session", "delete", "many-1", "--yes");
  expect(await peer.push()).toMatchObject({ deleted: 1 });
  await other.push();
  expect(await countThere(stage, database)).toEqual({ sessions: 2, events: 2 });
});
