import { expect } from "bun:test";
import { Peer } from "../support/postgres/peer.ts";
import { stageOfFile, startServer } from "../support/postgres/stage.ts";
import { needs } from "../support/tools.ts";

const test = needs("postgresql");
const stageOf = stageOfFile();

interface StatusDocument {
  readonly here: { readonly sessions: number; readonly waiting: number };
  readonly there: { readonly sessions: number; readonly events: number };
  readonly pulled_at: string | null;
  readonly problem: { readonly message: string } | null;
  readonly machines: readonly { readonly machine: string; readonly this: boolean }[];
}

test("status compares here with there, and knows the machines", async () => {
  const stage = await stageOf();
  const database = await stage.server.newDatabase();
  using laptop = await Peer.join(stage, database, "laptop");
  using desk = await Peer.join(stage, database, "desk");
  await laptop.record("one", "two");
  expect((await laptop.json<StatusDocument>("sync", "status")).here).toEqual({
    sessions: 0,
    waiting: 1,
  });
  await laptop.push();
  await desk.pull();
  const there = await laptop.json<StatusDocument>("sync", "status");
  expect(there.here).toEqual({ sessions: 1, waiting: 0 });
  expect(there.there).toEqual({ sessions: 1, events: 2 });
  expect(there.pulled_at).toBeNull();
  expect(there.machines).toMatchObject([{ machine: "laptop", this: true }]);
  const atDesk = await desk.json<StatusDocument>("sync", "status");
  expect(atDesk.pulled_at).not.toBeNull();
  expect(await laptop.run("sync", "status")).toContain("laptop (this one)");
});

test("a push that failed is told by status and doctor until one succeeds", async () => {
  const stage = await stageOf();
  const database = await stage.server.newDatabase();
  using laptop = await Peer.join(stage, database, "laptop");
  laptop.clock = new Date();
  await laptop.record("one");
  const right = laptop.env["PGPASSWORD"];
  laptop.env["PGPASSWORD"] = "wrong-one";
  const failed = await laptop.mm("sync", "push", "--quiet");
  expect(failed).toMatchObject({ code: 1, out: "" });
  const { out } = await laptop.mm("doctor");
  expect(out).toContain("sync: the last push failed 0s ago: ");
  expect(out).toContain("refuses the password or the user");
  expect(out).not.toContain("wrong-one");
  const stored = await stage.server.run("SELECT 1 AS one FROM mm.session", database);
  expect(stored).toEqual([]);
  laptop.env["PGPASSWORD"] = right;
  expect((await laptop.json<StatusDocument>("sync", "status")).problem?.message).toContain(
    "refuses the password",
  );
  expect(await laptop.run("sync", "push", "--quiet")).toBe("");
  expect((await laptop.json<StatusDocument>("sync", "status")).problem).toBeNull();
  expect((await laptop.mm("doctor")).out).not.toContain("sync:");
});

test("a quiet push prints errors alone", async () => {
  const stage = await stageOf();
  const database = await stage.server.newDatabase();
  using laptop = await Peer.join(stage, database, "laptop");
  await laptop.record("one");
  const quiet = () => laptop.mm("sync", "push", "--quiet");
  expect(await quiet()).toEqual({ code: 0, out: "", err: "" });
  expect(await quiet()).toEqual({ code: 0, out: "", err: "" });
  await stage.server.run(
    "ALTER TABLE mm.event ADD CONSTRAINT taste CHECK (content <> 'two')",
    database,
  );
  await laptop.record("two");
  const refused = await quiet();
  expect(refused).toMatchObject({ code: 1, out: "" });
  expect(refused.err).toContain("the server refuses 1 row; `mm sync status` shows which");
  laptop.env["PGPASSWORD"] = "wrong";
  await laptop.record("three");
  const failed = await quiet();
  expect(failed).toMatchObject({ code: 1, out: "" });
  expect(failed.err).toContain("refuses the password or the user");
});

test("status finds its source on the server though the sidecar is lost", async () => {
  const stage = await stageOf();
  const database = await stage.server.newDatabase();
  using laptop = await Peer.join(stage, database, "laptop");
  await laptop.record("one", "two");
  await laptop.push();
  laptop.loseSidecar();
  expect(await laptop.json("sync", "status")).toMatchObject({
    source: expect.any(String),
    there: { sessions: 1, events: 2 },
    machines: [{ machine: "laptop", this: true }],
  });
});

test("without a network, a push in the background is quiet, and the next one sends all", async () => {
  await using server = await startServer();
  const stage = { server, url: (database: string) => server.url(database) };
  using laptop = await Peer.join(stage, "postgres", "laptop");
  laptop.clock = new Date();
  await laptop.record("one");
  await server.stop();
  expect(await laptop.mm("sync", "push", "--quiet")).toMatchObject({ code: 1, out: "" });
  expect((await laptop.mm("doctor")).out).toContain("can't be reached");
  const status = await laptop.mm("sync", "status");
  expect(status).toMatchObject({ code: 1, out: "" });
  expect(status.err).toContain("can't be reached");
  await laptop.record("two");
  await server.resume();
  expect((await laptop.json<StatusDocument>("sync", "status")).problem?.message).toContain(
    "can't be reached",
  );
  expect(await laptop.push("--quiet")).toMatchObject({ pushed: { sessions: 2, events: 2 } });
  expect((await laptop.mm("doctor")).out).not.toContain("sync:");
});

test("machines of one name are told apart", async () => {
  const stage = await stageOf();
  const database = await stage.server.newDatabase();
  using one = await Peer.join(stage, database, "box");
  using other = await Peer.join(stage, database, "box");
  other.machine = { name: "box", id: "another box" };
  using reader = await Peer.join(stage, database, "reader");
  await one.record("of one");
  await other.record("of the other");
  for (const peer of [one, other]) await peer.push();
  const { machines } = await reader.json<StatusDocument>("sync", "status");
  const [first = "", second = ""] = machines.map(({ machine }) => machine);
  expect([first, second]).toEqual([
    expect.stringMatching(/^box~[\da-f]{4}$/u),
    expect.stringMatching(/^box~[\da-f]{4}$/u),
  ]);
  expect(first).not.toBe(second);
  expect((await reader.pull("--machine", first)).machines).toEqual([first]);
  expect((await reader.pull("--machine", "box")).machines).toEqual([first, second]);
  const listed = async (name: string) => {
    const { sessions } = await reader.json<{ sessions: { machine: string }[] }>(
      "list",
      "--machine",
      name,
    );
    return sessions.map(({ machine }) => machine).sort();
  };
  expect(await listed("all")).toEqual([first, second].sort());
  expect(await listed(second)).toEqual([second]);
  expect(await listed("box")).toEqual([first, second].sort());
  const found = await reader.run("search", "--remote", "--since", "1d", "other");
  expect(found).toContain("box~");
  expect((await reader.mm("list", "--machine", "bo")).err).toContain(`${first}, ${second}`);
});
