import { expect } from "bun:test";
import { burst } from "../support/burst.ts";
import { oldSessions } from "../support/old-sessions.ts";
import { SyncBox } from "../support/postgres/machine.ts";
import { countThere } from "../support/postgres/peer.ts";
import { stageOfFile } from "../support/postgres/stage.ts";
import { needs } from "../support/tools.ts";

const test = needs("postgresql");
const stageOf = stageOfFile();

const ROUNDS = Number(process.env["MM_TEST_ROUNDS"] ?? 3);
const AT_ONCE = 8;

const push = ["sync", "push", "--json"];

test("of eight pushes of one home at once each sends everything or says that another one does", async () => {
  const stage = await stageOf();
  const database = await stage.server.newDatabase();
  using box = new SyncBox();
  await box.run("session", "start");
  await box.run("sync", "init", stage.url(database), "--project", "*");
  for (let round = 0; round < ROUNDS; round++) {
    box.exec(oldSessions(`round${round}`, 100, 10));
    const outcomes = await burst(
      box,
      Array.from({ length: AT_ONCE }, () => push),
    );
    expect(outcomes.filter(({ code, err }) => code !== 0 || err !== "")).toEqual([]);
    const told = outcomes.map(({ out }) => JSON.parse(out));
    const sent = told.reduce((sum, { pushed }) => sum + pushed.events, 0);
    expect({ round, sent }).toEqual({ round, sent: 1000 });
    expect(told.filter(({ busy }) => !busy).length).toBeGreaterThan(0);
    expect(await countThere(stage, database)).toEqual(box.countHere());
  }
});

test("eight pulls of one home at once store everything once", async () => {
  const stage = await stageOf();
  const database = await stage.server.newDatabase();
  using box = new SyncBox();
  using reader = new SyncBox();
  await box.run("session", "start");
  await box.run("sync", "init", stage.url(database), "--project", "*", "--machine", "laptop");
  await reader.run("sync", "init", stage.url(database), "--project", "*", "--machine", "desk");
  for (let round = 0; round < ROUNDS; round++) {
    box.exec(oldSessions(`round${round}`, 100, 10));
    await box.run("sync", "push");
    const pull = ["sync", "pull", "--json"];
    const outcomes = await burst(
      reader,
      Array.from({ length: AT_ONCE }, () => pull),
    );
    expect(outcomes.filter(({ code, err }) => code !== 0 || err !== "")).toEqual([]);
    expect(reader.countPulled()).toEqual(box.countHere());
  }
});
