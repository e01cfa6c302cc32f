import { expect, setDefaultTimeout } from "bun:test";
import { killAfter } from "../../support/killers.ts";
import { oldSessions } from "../../support/old-sessions.ts";
import { SyncBox } from "../../support/postgres/machine.ts";
import { countThere } from "../../support/postgres/peer.ts";
import { type Stage, stageOfFile } from "../../support/postgres/stage.ts";
import { randomFrom } from "../../support/random.ts";
import { needs } from "../../support/tools.ts";

setDefaultTimeout(600_000);
const test = needs("postgresql");
const stageOf = stageOfFile();
const random = randomFrom(Number(process.env["MM_TEST_SEED"] ?? 17));

const KILLS = Number(process.env["MM_TEST_KILLS"] ?? 200);
/** The sidecar is removed after each of these many kills. */
const LOSSES = KILLS / 10;

/** Records by hook until it is told to end. @returns how many calls it made */
async function recording(box: SyncBox, isOver: () => boolean): Promise<number> {
  const call = (event: string, fields: object) =>
    box.mm(["hook", "claude", event], {
      stdin: JSON.stringify({ hook_event_name: event, cwd: "/w", ...fields }),
    });
  let calls = 0;
  for (let session = 0; !isOver(); session++) {
    const session_id = `recorded-${session}`;
    await call("SessionStart", { session_id, source: "startup" });
    for (let tool = 0; tool < 5 && !isOver(); tool++, calls++) {
      const fields = {
        tool_name: "Bash",
        tool_input: { command: `ls ${calls}` },
        tool_response: {},
      };
      await call("PostToolUse", { session_id, tool_use_id: `t${calls}`, ...fields });
    }
    if (session % 2 === 0) await call("SessionEnd", { session_id, reason: "other" });
  }
  return calls;
}

/** Moves the events of some sessions behind all others, as a transcript does that is read late. */
const MOVED = `UPDATE session_events SET id = id + (SELECT max(id) FROM session_events)
  WHERE session_id IN (SELECT id FROM sessions WHERE id LIKE 'bulk%' ORDER BY random() LIMIT 3)`;
/** After each of so many kills: the numbers double each time. */
const MOVES = 20;

async function expectWhole(stage: Stage, database: string, box: SyncBox): Promise<void> {
  await box.run("sync", "push");
  expect(await countThere(stage, database)).toEqual(box.countHere());
}

/** On a busy machine, most of a longer time would be waited for nothing. */
const MOST_MS = 500;

/** How long a whole run takes, within which it is killed. */
async function durationOf(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return Math.min(MOST_MS, performance.now() - start);
}

test("a push that is killed again and again while hooks record loses and doubles nothing", async () => {
  const stage = await stageOf();
  const database = await stage.server.newDatabase();
  using box = new SyncBox();
  await box.run("session", "start");
  await box.run("sync", "init", stage.url(database), "--project", "*", "--machine", "laptop");
  let isOver = false;
  const recorded = recording(box, () => isOver);
  let killed = 0;
  let longest = 50;
  for (let kill = 0; kill < KILLS; kill++) {
    box.exec(oldSessions(`bulk${kill}`, 10, 5));
    if (kill % (KILLS / MOVES) === 5) box.exec(MOVED);
    if (kill % 25 === 0) longest = await durationOf(() => box.run("sync", "push"));
    const { survived } = await killAfter(box, ["sync", "push"], random() * longest);
    if (!survived) killed++;
    if (kill % (KILLS / LOSSES) === 0) box.loseSidecar();
  }
  isOver = true;
  expect(await recorded).toBeGreaterThan(KILLS / 2);
  expect(killed).toBeGreaterThan(KILLS / 3);
  await expectWhole(stage, database, box);
});
test("a pull that is killed again and again gets everything once", async () => {
  const stage = await stageOf();
  const database = await stage.server.newDatabase();
  using box = new SyncBox();
  using reader = new SyncBox();
  await box.run("session", "start");
  for (const [peer, name] of [
    [box, "laptop"],
    [reader, "desk"],
  ] as const) {
    await peer.run("sync", "init", stage.url(database), "--project", "*", "--machine", name);
  }
  let killed = 0;
  let longest = 50;
  for (let kill = 0; kill < KILLS; kill++) {
    if (kill % 4 === 0) {
      box.exec(oldSessions(`bulk${kill}`, 20, 20));
      if (kill % (KILLS / MOVES) === 0) box.exec(MOVED);
      await box.run("sync", "push");
    }
    if (kill % 25 === 0) longest = await durationOf(() => reader.run("sync", "pull"));
    const { survived } = await killAfter(reader, ["sync", "pull"], random() * longest);
    if (!survived) killed++;
  }
  expect(killed).toBeGreaterThan(KILLS / 4);
  await reader.run("sync", "pull");
  expect(reader.countPulled()).toEqual(box.countHere());
  expect(await countThere(stage, database)).toEqual(box.countHere());
});

test("a server that crashes in the middle of a push has all after the next one", async () => {
  const stage = await stageOf();
  const database = await stage.server.newDatabase();
  using box = new SyncBox();
  await box.run("session", "start");
  await box.run("sync", "init", stage.url(database), "--project", "*");
  for (let crash = 0; crash < 10; crash++) {
    box.exec(oldSessions(`bulk${crash}`, 500, 20));
    const push = box.mm(["sync", "push"]);
    await Bun.sleep(50 + random() * 700);
    await stage.server.stop("immediate");
    await stage.server.resume();
    const { code, err } = await push;
    if (code !== 0) expect(err).toMatch(/closed the connection|can't be reached|is starting up/);
    if (crash % 3 === 0) await expectWhole(stage, database, box);
  }
  await expectWhole(stage, database, box);
});

test("a session of 20,000 events arrives whole though the push died after the second batch", async () => {
  const stage = await stageOf();
  const database = await stage.server.newDatabase();
  using box = new SyncBox();
  await box.run("session", "start");
  await box.run("sync", "init", stage.url(database), "--project", "*");
  box.exec(oldSessions("large", 1, 20_000));
  const child = box.spawn(["sync", "push"]);
  const sent = async () => (await countThere(stage, database)).events;
  while ((await sent()) < 10_000 && child.exitCode === null) await Bun.sleep(5);
  child.kill("SIGKILL");
  await child.exited;
  const before = await sent();
  expect(before).toBeGreaterThanOrEqual(10_000);
  if (random() < 0.5) box.loseSidecar();
  await expectWhole(stage, database, box);
});
