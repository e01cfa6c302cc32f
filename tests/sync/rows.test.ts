import { expect } from "bun:test";
import { readFileSync, writeFileSync } from "node:fs";
import { countThere, LOCAL_COUNTS, Peer } from "../support/postgres/peer.ts";
import { type Stage, stageOfFile } from "../support/postgres/stage.ts";
import { needs } from "../support/tools.ts";

const test = needs("postgresql");
const stageOf = stageOfFile();

interface Row {
  readonly content: string;
  readonly metadata: string;
  readonly at: Date | null;
}

async function eventsThere({ server }: Stage, database: string, session: string): Promise<Row[]> {
  return await server.run<Row>(
    `SELECT content, metadata::text AS metadata, at FROM mm.event WHERE session_id = '${session}' ORDER BY seq`,
    database,
  );
}

const TOKEN = `ghp_${"A1b2C3d4".repeat(5)}`.slice(0, 40);

test("a secret leaves neither as a key nor as an event's type", async () => {
  const stage = await stageOf();
  const database = await stage.server.newDatabase();
  using peer = await Peer.join(stage, database, "laptop");
  const id = await peer.record("one");
  const metadata = JSON.stringify({ [TOKEN]: { [TOKEN]: [{ [TOKEN]: 1 }] } });
  peer.exec("UPDATE session_events SET event_type = ?, metadata = ?", TOKEN, metadata);
  peer.exec("UPDATE sessions SET metadata = ?", metadata);
  expect((await peer.push()).pushed).toEqual({ sessions: 1, events: 1 });
  const [row] = await stage.server.run<{ all: string }>(
    `SELECT s.*::text || e.*::text AS all FROM mm.session s JOIN mm.event e USING (session_id) WHERE session_id = '${id}'`,
    database,
  );
  expect(row?.all).toContain("[redacted:github]");
  expect(row?.all).not.toContain(TOKEN);
});

const ADD_SESSION = "INSERT INTO sessions (id, started_at, metadata) VALUES (?, ?, ?)";
const ADD_EVENT =
  "INSERT INTO session_events (session_id, event_type, content, created_at, metadata) VALUES (?, 'note', ?, ?, ?)";

/** What another program may have stored: a content, a time and metadata. */
const HOSTILE: readonly (readonly [string, string, string | null])[] = [
  ["a\0b", "2026-01-02T03:04:05+00:00", "{}"],
  ["x".repeat(1_500_000), "garbage", "{}"],
  ["numbers", "0000-01-01T00:00:00+00:00", '{"a":1e999999}'],
  ["not json", "2026-13-45T99:00:00", "{oops"],
  ["a list", "99999999-01-01", "[1, 2]"],
  ["escapes", "", '{"a":"\\u0000 \\ud800","\\u0000":1}'],
  ["null", "2026-01-02 03:04:05", null],
  ["quotes '\"\\ ; DROP TABLE mm.event; --", "2026-01-02T03:04:05Z", '{"a":"$1"}'],
];

test("whatever another program has stored is pushed, and pulled", async () => {
  const stage = await stageOf();
  const database = await stage.server.newDatabase();
  using peer = await Peer.join(stage, database, "laptop");
  await peer.record("of mm");
  peer.exec(ADD_SESSION, "hostile", "garbage", "{nope");
  for (const [content, at, metadata] of HOSTILE)
    peer.exec(ADD_EVENT, "hostile", content, at, metadata);
  // SQLite stores what isn't a text's encoding.
  peer.exec(
    "INSERT INTO session_events (session_id, event_type, content, created_at) VALUES ('hostile', x'ff00', CAST(x'eda080' AS TEXT), x'00')",
  );
  for (const id of ["a\0b", "", "'; --"]) peer.exec(ADD_SESSION, id, "0000-01-01", "{}");
  const pushed = await peer.push();
  expect(pushed.quarantined).toBe(0);
  const there = await eventsThere(stage, database, "hostile");
  expect(there).toHaveLength(HOSTILE.length + 1);
  expect(there[0]).toEqual({
    content: "a␀b",
    metadata: "{}",
    at: new Date("2026-01-02T03:04:05Z"),
  });
  expect(there[1]?.content).toHaveLength(1_000_000);
  expect(there[1]?.at).toBeNull();
  expect(JSON.parse(there[3]?.metadata ?? "")).toEqual({ _unreadable: "{oops" });
  expect(there[7]?.content).toBe(HOSTILE[7]?.[0] ?? "");
  expect((await peer.push("--full")).pushed).toEqual({ sessions: 0, events: 0 });
  using reader = await Peer.join(stage, database, "reader");
  await reader.pull();
  expect(reader.pulled("SELECT 1 FROM session_events WHERE session_id = 'hostile'")).toHaveLength(
    there.length,
  );
});

test("metadata of any depth holds nothing up", async () => {
  const stage = await stageOf();
  const database = await stage.server.newDatabase();
  using peer = await Peer.join(stage, database, "laptop");
  await peer.record("of mm");
  peer.exec(ADD_SESSION, "deep", "2026-01-01", "{}");
  const depths = [100, 5000, 200_000];
  for (const depth of depths) {
    const [open, close] = ["[".repeat(depth), "]".repeat(depth)];
    for (const text of [`{"a":${open}${close}}`, `{"a":${open}"\\u0000"${close}}`]) {
      peer.exec(ADD_EVENT, "deep", `${depth}`, "2026-01-01", text);
    }
  }
  const { code, out } = await peer.mm("sync", "push", "--json");
  const { quarantined } = JSON.parse(out) as { quarantined: number };
  expect({ code, out }).toEqual({ code: quarantined > 0 ? 1 : 0, out: expect.any(String) });
  const there = await eventsThere(stage, database, "deep");
  expect(there.length).toBe(2 * depths.length - quarantined);
  expect(there.filter(({ content }) => content === "100")).toHaveLength(2);
  expect((await countThere(stage, database)).sessions).toBe(2);
});

test("a session without an id is refused by name, and holds nothing up", async () => {
  const stage = await stageOf();
  const database = await stage.server.newDatabase();
  using peer = await Peer.join(stage, database, "laptop");
  await peer.record("of mm");
  peer.exec("INSERT INTO sessions (id, started_at) VALUES (NULL, '2026-01-01')");
  await peer.record("later");
  const { out } = await peer.mm("sync", "push", "--json");
  expect(JSON.parse(out)).toMatchObject({ quarantined: 1 });
  expect(await countThere(stage, database)).toEqual({ sessions: 2, events: 2 });
});

test("sessions whose ids are the same there don't keep others from being pushed", async () => {
  const stage = await stageOf();
  const database = await stage.server.newDatabase();
  using peer = await Peer.join(stage, database, "laptop");
  await peer.record("of mm");
  for (const id of ["a\0b", "a␀b"]) peer.exec(ADD_SESSION, id, "2026-01-01", "{}");
  expect(await peer.push()).toMatchObject({ quarantined: 0 });
  expect(await countThere(stage, database)).toEqual({ sessions: 2, events: 1 });
});

test("what the server refuses is named and left out, and a full push sends it once it is taken", async () => {
  const stage = await stageOf();
  const database = await stage.server.newDatabase();
  using peer = await Peer.join(stage, database, "laptop");
  using reader = await Peer.join(stage, database, "reader");
  await stage.server.run(
    `ALTER TABLE mm.event ADD CONSTRAINT taste CHECK (content NOT LIKE '%refuse%');
     ALTER TABLE mm.session ADD CONSTRAINT taste CHECK (agent_id <> 'refused')`,
    database,
  );
  const good = await peer.record("good", "too");
  const mixed = await peer.record("before", "refuse me", "between", "refuse me, too", "after");
  await peer.run("session", "start", "-a", "refused");
  await peer.run("activity", "log", "-c", "of the refused");
  const { code, out } = await peer.mm("sync", "push", "--json");
  expect(code).toBe(1);
  expect(JSON.parse(out)).toMatchObject({ quarantined: 3 });
  expect((await peer.mm("sync", "push")).out).toContain(
    "Refused by the server: 3 rows; mm sync status shows which",
  );
  expect(await eventsThere(stage, database, good)).toHaveLength(2);
  const contents = async () =>
    (await eventsThere(stage, database, mixed)).map(({ content }) => content);
  expect(await contents()).toEqual(["before", "between", "after"]);
  expect(await countThere(stage, database)).toEqual({ sessions: 2, events: 5 });
  await reader.pull();
  const status = await peer.run("sync", "status", "--json");
  expect(status).toContain(mixed);
  expect(status).toContain("taste");
  await stage.server.run(
    "ALTER TABLE mm.event DROP CONSTRAINT taste; ALTER TABLE mm.session DROP CONSTRAINT taste",
    database,
  );
  expect(await peer.push("--full")).toMatchObject({ quarantined: 0 });
  expect(await contents()).toHaveLength(5);
  expect(await countThere(stage, database)).toEqual(peer.rows<never>(LOCAL_COUNTS)[0] as never);
  await reader.pull();
  expect(reader.pulled("SELECT agent_id FROM sessions")).toContainEqual({ agent_id: "refused" });
});

const FORMS = readFileSync(`${import.meta.dir}/../fixtures/secrets/forms.txt`, "utf8")
  .split("\n")
  .filter((line) => line !== "" && !line.startsWith("# "));
const SECRET = "k7Tq2mXz9RwP4bNc8LdF";

test("no secret that another program has stored leaves the machine", async () => {
  const stage = await stageOf();
  const database = await stage.server.newDatabase();
  using peer = await Peer.join(stage, database, "laptop");
  await peer.record("of mm");
  const planted = FORMS.map((form) => {
    const line = form.replaceAll("\\n", "\n").replaceAll("\\t", "\t").replaceAll("§", SECRET);
    return { line, metadata: JSON.stringify({ title: line, deep: [{ line }] }) };
  });
  const rows = JSON.stringify(planted);
  const from = "'2026-01-01T00:00:00+00:00', value ->> 'metadata' FROM json_each(?)";
  peer.exec(
    `INSERT INTO sessions (id, summary, started_at, metadata)
      SELECT 'planted-' || key, value ->> 'line', ${from}`,
    rows,
  );
  peer.exec(
    `INSERT INTO session_events (session_id, event_type, content, created_at, metadata)
      SELECT 'planted-' || key, 'note', value ->> 'line', ${from}`,
    rows,
  );
  await peer.push();
  expect(await countThere(stage, database)).toEqual(peer.rows<never>(LOCAL_COUNTS)[0] as never);
  for (const table of ["session", "event"]) {
    const found = await stage.server.run(
      `SELECT * FROM mm.${table} t WHERE row_to_json(t)::text LIKE '%${SECRET}%'`,
      database,
    );
    expect(found).toEqual([]);
  }
});

const REMOTES = {
  "git@github.com:acme/shop.git": true,
  'https://github.com/acme/it\'s "quoted"; --.git': true,
  "git@github.com:acme/secret.git": false,
  "git@github.com:other/thing.git": false,
} as const;

test("only sessions of projects that are named leave, whatever a project is called", async () => {
  const stage = await stageOf();
  const database = await stage.server.newDatabase();
  using peer = new Peer("laptop");
  const named = ["--project", "github.com/acme/*", "--exclude", "github.com/acme/secret"];
  await peer.run("sync", "init", stage.url(database), ...named);
  await peer.record("of no project");
  for (const [at, remote] of Object.keys(REMOTES).entries()) {
    peer.exec(ADD_SESSION, `s${at}`, "2026-01-01T00:00:00+00:00", "{}");
    peer.exec(ADD_EVENT, `s${at}`, remote, "2026-01-01T00:00:00+00:00", "{}");
    peer.exec(
      "INSERT INTO mm_sessions (session_id, agent_id, client, remote, project) VALUES (?, 'claude-code', 'claude', ?, 'p')",
      `s${at}`,
      remote,
    );
  }
  const released = Object.entries(REMOTES).filter(([, leaves]) => leaves);
  expect(await peer.push()).toMatchObject({ pushed: { sessions: 2, events: 2 }, skipped: 3 });
  const there = await stage.server.run<{ content: string; project: string }>(
    "SELECT e.content, s.project FROM mm.event e JOIN mm.session s USING (source_id, session_id) ORDER BY seq",
    database,
  );
  expect(there.map(({ content }) => content)).toEqual(released.map(([remote]) => remote));
  const quoted = there[1]?.project ?? "";
  using reader = await Peer.join(stage, database, "reader");
  expect((await reader.pull("--project", quoted)).pulled).toEqual({ sessions: 1, events: 1 });
  // Who names another project later sends what was there before.
  await peer.run("sync", "init", "--project", "github.com/**", "--exclude", "");
  expect((await peer.push()).pushed).toEqual({ sessions: 2, events: 2 });
});

test("where only titles may leave, events go once they may", async () => {
  const stage = await stageOf();
  const database = await stage.server.newDatabase();
  using peer = await Peer.join(stage, database, "laptop");
  const { sync } = JSON.parse(readFileSync(`${peer.home}/mm.json`, "utf8"));
  const capture = (what: string) =>
    writeFileSync(`${peer.home}/mm.json`, JSON.stringify({ sync: { ...sync, capture: what } }));
  capture("titles");
  const id = await peer.record("of a session", "that is told of");
  peer.exec(
    "UPDATE sessions SET summary = 'what was done', metadata = ?",
    '{"title":"A title","x":1}',
  );
  expect((await peer.push()).pushed).toEqual({ sessions: 1, events: 0 });
  const rows = () => stage.server.run("SELECT title, summary, metadata FROM mm.session", database);
  expect(await rows()).toEqual([
    { title: "A title", summary: null, metadata: { title: "A title" } },
  ]);
  capture("events");
  expect((await peer.push()).pushed).toEqual({ sessions: 1, events: 2 });
  expect(await eventsThere(stage, database, id)).toHaveLength(2);
  // What is there stays there.
  capture("titles");
  await peer.push();
  expect(await rows()).toMatchObject([{ summary: null }]);
  capture("events");
  peer.loseSidecar();
  await peer.push();
  expect(await eventsThere(stage, database, id)).toHaveLength(2);
});
