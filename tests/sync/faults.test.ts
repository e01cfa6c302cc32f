import { expect } from "bun:test";
import { chmodSync, readFileSync, writeFileSync } from "node:fs";
import { type Counts, countThere, LOCAL_COUNTS, Peer } from "../support/postgres/peer.ts";
import { freePort, PASSWORD } from "../support/postgres/server.ts";
import { type Stage, stageOfFile, startServer } from "../support/postgres/stage.ts";
import { needs } from "../support/tools.ts";

const test = needs("postgresql");
const stageOf = stageOfFile();

/** A machine with something to push, to a server that was all right until now. */
async function readyPeer(stage: Stage, database: string): Promise<Peer> {
  const peer = await Peer.join(stage, database, "laptop");
  await peer.record("one");
  await peer.push();
  await peer.record("two");
  return peer;
}

/** What a push says that can't be done. Neither it nor its trace may tell the password, or touch what is stored. */
async function refusal(peer: Peer, ...words: string[]): Promise<string> {
  const before = peer.rows("SELECT * FROM session_events");
  const argv = words.length > 0 ? words : ["sync", "push"];
  peer.env["MM_DEBUG"] = "1";
  const { code, out, err } = await peer.mm(...argv);
  delete peer.env["MM_DEBUG"];
  expect({ code, out }).toEqual({ code: 1, out: "" });
  expect(err).not.toContain(PASSWORD);
  expect(err).toContain("hint: ");
  expect(peer.rows("SELECT * FROM session_events")).toEqual(before);
  return err;
}

/** Changes what mm.json says of sync. */
function setSync(peer: Peer, values: Readonly<Record<string, unknown>>): void {
  const path = `${peer.home}/mm.json`;
  const settings = JSON.parse(readFileSync(path, "utf8"));
  writeFileSync(path, JSON.stringify({ ...settings, sync: { ...settings.sync, ...values } }));
}

test("a closed port, an unknown name, a wrong password, user and database", async () => {
  const stage = await stageOf();
  const database = await stage.server.newDatabase();
  using peer = await readyPeer(stage, database);
  const at = (url: string) => {
    setSync(peer, { url });
    return refusal(peer);
  };
  const closed = await freePort();
  expect(await at(`postgres://mm@127.0.0.1:${closed}/x`)).toContain(
    `127.0.0.1:${closed} can't be reached`,
  );
  expect(await at("postgres://mm@nowhere.invalid/x")).toContain(
    "nowhere.invalid:5432 can't be reached",
  );
  expect(await at(stage.server.url("nothing"))).toContain("has no such database");
  expect(await at(stage.server.url(database, "stranger"))).toContain(
    "refuses the password or the user",
  );
  peer.env["PGPASSWORD"] = `${PASSWORD}!`;
  expect(await at(stage.url(database))).toContain("refuses the password");
  peer.env["PGPASSWORD"] = PASSWORD;
  expect((await peer.push()).pushed).toEqual({ sessions: 1, events: 1 });
});

test("a schema that is missing, older or newer", async () => {
  const stage = await stageOf();
  const database = await stage.server.newDatabase();
  using peer = await readyPeer(stage, database);
  const setVersion = (version: string) =>
    stage.server.run(
      `UPDATE mm.meta SET value = '${version}' WHERE key = 'schema_version'`,
      database,
    );
  await setVersion("2.0");
  expect(await refusal(peer)).toContain("upgrade this mm");
  await setVersion("0.9");
  expect(await refusal(peer)).toContain("mm sync init");
  await setVersion("1.7");
  expect((await peer.push()).pushed.sessions).toBe(1);
  await peer.record("three");
  await stage.server.run("DROP SCHEMA mm CASCADE", database);
  const missing = await refusal(peer);
  expect(missing).toContain("has no schema mm");
  expect(missing).toContain("mm sync init");
  await peer.run("sync", "init");
  expect((await peer.push()).pushed.sessions).toBe(3);
});

test("a server that takes no writes, or no more connections", async () => {
  const stage = await stageOf();
  const database = await stage.server.newDatabase();
  using peer = await readyPeer(stage, database);
  const alter = (setting: string) => stage.server.run(`ALTER DATABASE ${database} ${setting}`);
  setSync(peer, { url: stage.server.url(database) });
  await alter("SET default_transaction_read_only = on");
  expect(await refusal(peer)).toContain("takes no writes");
  await alter("RESET default_transaction_read_only");
  await stage.server.run(`CREATE ROLE alice LOGIN PASSWORD '${PASSWORD}'`);
  await alter("CONNECTION LIMIT 0");
  setSync(peer, { url: stage.server.url(database, "alice") });
  expect(await refusal(peer)).toContain("has too many connections");
});

test("a server in recovery", async () => {
  await using server = await startServer();
  using peer = await readyPeer({ server, url: (database) => server.url(database) }, "postgres");
  await server.stop();
  server.becomeStandby();
  await server.resume();
  expect(await refusal(peer)).toContain("takes no writes: it is read-only or in recovery");
  await peer.run("sync", "pull");
});

test("a standby that follows its primary gives what is there, takes nothing, and can take over", async () => {
  await using primary = await startServer();
  using laptop = await readyPeer({ server: primary, url: (of) => primary.url(of) }, "postgres");
  await laptop.push();
  await using standby = await primary.startStandby();
  using desk = new Peer("desk");
  await desk.run("sync", "init", primary.url("postgres"), "--project", "*");
  setSync(desk, { url: standby.url("postgres") });
  await desk.record("of the desk");
  for (const session of ["streamed", "streamed, too"]) {
    await laptop.record(session);
    const { rev } = await laptop.push();
    const read = `SELECT 1 FROM mm.source WHERE last_rev = ${rev}`;
    while ((await standby.run(read)).length === 0) await Bun.sleep(5);
    expect((await desk.pull()).pulled).toMatchObject({ sessions: expect.any(Number) });
    expect(desk.pulled(`SELECT 1 FROM session_events WHERE content = '${session}'`)).toHaveLength(
      1,
    );
  }
  expect(await desk.run("search", "--remote", "--since", "7d", "streamed")).toContain("streamed");
  await desk.run("sync", "status");
  for (const words of [["push"], ["push", "--full"]]) {
    const told = await refusal(desk, "sync", ...words);
    expect(told).toContain("takes no writes: it is read-only or in recovery");
    expect(told).toContain("name the primary server in the URL");
  }
  await primary.stop("immediate");
  await standby.run("SELECT pg_promote(true, 60)");
  for (const peer of [laptop, desk]) {
    setSync(peer, { url: standby.url("postgres") });
    await peer.push();
  }
  const counts = [laptop, desk].map((peer) => peer.rows<Counts>(LOCAL_COUNTS)[0]);
  const total = (what: keyof Counts) => counts.reduce((sum, each) => sum + (each?.[what] ?? 0), 0);
  expect(await countThere({ server: standby, url: () => "" }, "postgres")).toEqual({
    sessions: total("sessions"),
    events: total("events"),
  });
});

test("a table without a partition for a month is told of, and nothing is set aside", async () => {
  const stage = await stageOf();
  const database = await stage.server.newDatabase();
  using peer = await Peer.join(stage, database, "laptop");
  await stage.server.run(
    `DROP TABLE mm.event; CREATE TABLE mm.event (source_id uuid NOT NULL, session_id text NOT NULL, seq bigint NOT NULL,
      bucket date NOT NULL, at timestamptz, type text NOT NULL, content text NOT NULL, metadata json NOT NULL,
      PRIMARY KEY (source_id, session_id, seq, bucket)) PARTITION BY RANGE (bucket)`,
    database,
  );
  await peer.record("one");
  expect(await refusal(peer)).toContain("has no partition for some events");
  await stage.server.run("CREATE TABLE mm.event_other PARTITION OF mm.event DEFAULT", database);
  expect(await peer.push()).toMatchObject({ pushed: { events: 1 }, quarantined: 0 });
});

test("a password stands in no file of mm, and in no file that others can read", async () => {
  const stage = await stageOf();
  const database = await stage.server.newDatabase();
  using peer = await readyPeer(stage, database);
  const url = stage.url(database);
  const withPassword = url.replace("mm@", "mm:secret@");
  const typed = await peer.mm("sync", "init", withPassword);
  expect(typed).toMatchObject({ code: 1, out: "" });
  expect(typed.err).toContain("holds a password");
  expect(typed.err).not.toContain("secret@");
  expect(readFileSync(`${peer.home}/mm.json`, "utf8")).not.toContain("secret");
  setSync(peer, { url: withPassword });
  for (const command of ["push", "pull", "status"]) {
    expect(await refusal(peer, "sync", command)).toContain("holds a password");
  }
  setSync(peer, { url });
  delete peer.env["PGPASSWORD"];
  peer.env["HOME"] = peer.folder;
  const file = `${peer.folder}/.pgpass`;
  const [host, port] = new URL(url).host.split(":");
  writeFileSync(file, `# mine\nelsewhere:*:*:mm:wrong\n${host}:${port}:*:mm:${PASSWORD}\n`);
  chmodSync(file, 0o644);
  const open = await refusal(peer);
  expect(open).toContain(`other users can read the passwords in ${file}`);
  expect(open).toContain(`chmod 600 ${file}`);
  chmodSync(file, 0o600);
  expect((await peer.push()).pushed.sessions).toBe(1);
  peer.env["PGPASSFILE"] = `${peer.folder}/none`;
  expect(await refusal(peer, "sync", "push", "--full")).toContain("refuses the password");
  setSync(peer, { passwordCommand: ["/bin/vault", "read"] });
  peer.prints = { "/bin/vault": `${PASSWORD}\n` };
  expect((await peer.push("--full")).pushed.sessions).toBe(0);
  peer.prints = {};
  expect(await refusal(peer, "sync", "push", "--full")).toContain("/bin/vault");
});

test("settings that can't be meant are named", async () => {
  using peer = new Peer("laptop");
  await peer.record("one");
  expect((await peer.mm("sync", "push")).err).toContain("sync is not set up on this machine");
  const settings = {
    "postgres://mm@h/d?sslmode=disable": "sslmode",
    "mysql://mm@h/d": "postgres://",
    "postgres://h/d": "names no user",
    "postgres://mm@h": "names no database",
    "postgres://mm@/d": "can't be read",
    "h:5432": "sync URL",
  };
  for (const [url, problem] of Object.entries(settings)) {
    const { code, err } = await peer.mm("sync", "init", url, "--project", "*");
    expect({ code, err }).toEqual({ code: 1, err: expect.stringContaining(problem) });
  }
});
