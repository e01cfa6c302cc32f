import { expect } from "bun:test";
import { writeFileSync } from "node:fs";
import { Peer } from "../support/postgres/peer.ts";
import { PASSWORD } from "../support/postgres/server.ts";
import { stageOfFile } from "../support/postgres/stage.ts";
import { needs } from "../support/tools.ts";

const test = needs("postgresql");
const stageOf = stageOfFile();

async function laptopAndDesk(): Promise<readonly [laptop: Peer, desk: Peer]> {
  const stage = await stageOf();
  const database = await stage.server.newDatabase();
  const desk = await Peer.join(stage, database, "desk");
  return [await Peer.join(stage, database, "laptop"), desk];
}

test("what is here already isn't pulled again, whatever is asked for", async () => {
  const [laptop, desk] = await laptopAndDesk();
  using _ = laptop;
  using __ = desk;
  await desk.record("one", "two");
  await desk.push();
  const nothing = { sessions: 0, events: 0 };
  expect((await laptop.pull("--since", "30d")).pulled).toEqual({ sessions: 1, events: 2 });
  laptop.clock = new Date(laptop.clock.getTime() + 60_000);
  expect(await laptop.run("sync", "pull", "--since", "30d")).toBe("Nothing new on desk\n");
  expect((await laptop.pull("--since", "60d")).pulled).toEqual(nothing);
  expect((await laptop.pull()).pulled).toEqual(nothing);
  await desk.record("three");
  await desk.push();
  expect((await laptop.pull("--since", "30d")).pulled).toEqual({ sessions: 1, events: 1 });
  expect((await laptop.pull("--project", "github.com/acme/*")).pulled).toEqual(nothing);
  await desk.record("four");
  await desk.push();
  expect((await laptop.pull("--project", "github.com/acme/*")).pulled).toEqual(nothing);
  expect((await laptop.pull()).pulled).toEqual({ sessions: 1, events: 1 });
});

test("a team's machine is named with its user wherever it is named", async () => {
  const stage = await stageOf();
  const database = await stage.server.newDatabase();
  using boss = await Peer.join(stage, database, "desk");
  await stage.server.run(
    `DROP ROLE IF EXISTS rob; CREATE ROLE rob LOGIN PASSWORD '${PASSWORD}' IN ROLE mm_member`,
  );
  expect(await boss.run("sync", "pull", "--machine", "all")).toBe(
    "No other machine that you may see has pushed yet.\n",
  );
  using rob = new Peer("desk");
  await rob.run("sync", "init", stage.server.url(database, "rob"), "--project", "*");
  await rob.record("cart of rob");
  await rob.push();
  expect(await boss.run("sync", "pull", "--machine", "rob/desk")).toBe(
    "Pulled 1 session and 1 event from rob/desk\n",
  );
  expect((await boss.pull("--machine", "desk")).machines).toEqual(["rob/desk"]);
  const { code, err } = await boss.mm("sync", "pull", "--machine", "bob/desk");
  expect({ code, err }).toEqual({
    code: 1,
    err: "mm: no other machine is called 'bob/desk'\n  hint: there are: rob/desk\n",
  });
  expect((await boss.mm("sync", "pull", "--machine", "")).err).toContain("machine is empty");
  const found = await boss.run("search", "--remote", "cart", "--since", "1d");
  expect(found).toContain("rob/desk");
});

test("a push says what it did, and nothing of what it didn't", async () => {
  const [laptop, desk] = await laptopAndDesk();
  using _ = laptop;
  using __ = desk;
  const id = await laptop.record("one");
  await laptop.push();
  await laptop.run("session", "delete", id, "--yes");
  expect(await laptop.run("sync", "push")).toMatch(/^Deleted on 127\.0\.0\.1:\d+: 1 session\n$/u);
  expect(await laptop.run("sync", "push")).toStartWith("Nothing new to push to 127.0.0.1:");
});

test("a replica that is none is named with the next step, and hides nothing else", async () => {
  const [laptop, desk] = await laptopAndDesk();
  using _ = laptop;
  using __ = desk;
  const said = `not a SQLite database: ${laptop.replica}`;
  const next = "remove it, and `mm sync pull` gets everything again";
  writeFileSync(laptop.replica, "not a database".repeat(1000));
  expect(await laptop.mm("sync", "pull")).toMatchObject({
    code: 1,
    err: `mm: ${said}\n  hint: ${next}\n`,
  });
  const { code, out, err } = await laptop.mm("sync", "status");
  expect({ code, err }).toEqual({ code: 0, err: `mm: warning: ${said}; ${next}\n` });
  expect(out).toStartWith("Server   127.0.0.1:");
});
