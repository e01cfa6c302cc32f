import { expect } from "bun:test";
import { oldSessions } from "../support/old-sessions.ts";
import { countThere, LOCAL_COUNTS, Peer } from "../support/postgres/peer.ts";
import { stageOfFile } from "../support/postgres/stage.ts";
import { needs } from "../support/tools.ts";

const test = needs("postgresql");
const stageOf = stageOfFile();

const REVISIONS = "SELECT last_rev, xmin::text FROM mm.source";

test("a second push sends nothing and makes no transaction, nor does a full one without the sidecar", async () => {
  const stage = await stageOf();
  const database = await stage.server.newDatabase();
  using peer = await Peer.join(stage, database, "laptop");
  await peer.record("one", "two");
  await peer.record("three");
  expect((await peer.push()).pushed).toEqual({ sessions: 2, events: 3 });
  const before = await stage.server.run(REVISIONS, database);
  const again = await peer.push();
  expect(again).toMatchObject({ pushed: { sessions: 0, events: 0 }, rev: null });
  peer.loseSidecar();
  expect((await peer.push("--full")).pushed).toEqual({ sessions: 0, events: 0 });
  expect(await stage.server.run(REVISIONS, database)).toEqual(before);
  expect(await countThere(stage, database)).toEqual(peer.rows<never>(LOCAL_COUNTS)[0] as never);
});

test("what hooks add to a session after a push goes with the next, and the other machine gets it", async () => {
  const stage = await stageOf();
  const database = await stage.server.newDatabase();
  using laptop = await Peer.join(stage, database, "laptop");
  using desk = await Peer.join(stage, database, "desk");
  await laptop.run("session", "start");
  for (const [round, content] of ["one", "two", "three"].entries()) {
    await laptop.run("activity", "log", "-c", content);
    expect((await laptop.push()).pushed).toEqual({ sessions: 1, events: 1 });
    expect((await desk.pull()).pulled).toEqual({ sessions: 1, events: 1 });
    expect((await desk.pull()).pulled).toEqual({ sessions: 0, events: 0 });
    const contents = desk.pulled("SELECT content FROM session_events ORDER BY id");
    expect(contents).toHaveLength(round + 1);
    expect(contents.at(-1)).toEqual({ content });
  }
});

test("a session of 20,000 events arrives whole, in several batches", async () => {
  const stage = await stageOf();
  const database = await stage.server.newDatabase();
  using laptop = await Peer.join(stage, database, "laptop");
  using desk = await Peer.join(stage, database, "desk");
  await laptop.record("small");
  laptop.exec(oldSessions("large", 1, 20_000));
  expect((await laptop.push()).pushed).toEqual({ sessions: 2, events: 20_001 });
  expect((await laptop.push("--full")).pushed).toEqual({ sessions: 0, events: 0 });
  expect((await desk.pull()).pulled).toEqual({ sessions: 2, events: 20_001 });
  const counts = { sessions: 2, events: 20_001 };
  expect(await countThere(stage, database)).toEqual(counts);
  expect(desk.pulled(LOCAL_COUNTS)).toEqual([counts]);
});
