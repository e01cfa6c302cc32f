import { expect, test } from "bun:test";
import { carry } from "../support/carried.ts";
import { Fleet } from "../support/fleet.ts";
import { PASSWORD } from "../support/postgres/server.ts";
import { stageOfFile } from "../support/postgres/stage.ts";
import { expectShownAlike, fillDesk } from "../support/shown-alike.ts";
import { needs } from "../support/tools.ts";

const stageOf = stageOfFile();

test("a session is shown on another machine as on its own, in all that leaves it", async () => {
  using fleet = new Fleet();
  const ids = await fillDesk(fleet);
  expect(ids.length).toBe(5);
  await carry(fleet.desk, fleet.laptop, { machine: "desk" });
  await expectShownAlike(fleet, ids);
});

needs("postgresql")("it is so over a server, too", async () => {
  const stage = await stageOf();
  const url = stage.url(await stage.server.newDatabase());
  using fleet = new Fleet();
  const ids = await fillDesk(fleet);
  const { laptop, desk } = fleet;
  for (const world of [laptop, desk]) {
    world.env = { ...world.env, PGPASSWORD: PASSWORD };
    expect((await world.mm("sync", "init", url, "--project", "*")).code).toBe(0);
  }
  expect(await desk.json("sync", "push")).toMatchObject({ pushed: { sessions: ids.length } });
  expect(await laptop.json("sync", "pull")).toMatchObject({ pulled: { sessions: ids.length } });
  await expectShownAlike(fleet, ids);
});
