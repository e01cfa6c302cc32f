import { Database } from "bun:sqlite";
import { expect, test } from "bun:test";
import { existsSync, readdirSync, utimesSync } from "node:fs";
import { Sandbox } from "../support/binary.ts";
import { randomFrom } from "../support/random.ts";
import { integrity, leftovers, rows, sessions } from "../support/stored.ts";

const ROUNDS = 22;
const AT_ONCE = 4;

/** A tool call of one session, by its number. */
function payload(n: number): string {
  return JSON.stringify({
    session_id: "c1",
    cwd: "/w",
    hook_event_name: "PostToolUse",
    tool_name: "Bash",
    tool_input: { command: `run ${n}` },
    tool_use_id: `t${n}`,
  });
}

const ARGV = ["hook", "claude", "PostToolUse"];

/** Calls it and kills it after so long; true where it had exited with 0 before. */
async function strike(box: Sandbox, n: number, milliseconds: number): Promise<boolean> {
  const child = box.spawn(ARGV, { stdin: payload(n) });
  await Promise.race([child.exited, Bun.sleep(milliseconds)]);
  child.kill("SIGKILL");
  await child.exited;
  return child.exitCode === 0;
}

async function calm(box: Sandbox, n: number): Promise<number> {
  const began = performance.now();
  expect(await box.mm(ARGV, { stdin: payload(n) })).toMatchObject({ code: 0, out: "", err: "" });
  return performance.now() - began;
}

const contents = (box: Sandbox) =>
  rows<{ content: string }>(box, "SELECT content FROM session_events").map(
    ({ content }) => content,
  );
const spooled = (box: Sandbox) =>
  existsSync(`${box.home}/spool`) ? readdirSync(`${box.home}/spool`) : [];

test("nothing acknowledged is lost or doubled, whenever calls are killed", async () => {
  const random = randomFrom(20_261_122);
  using box = new Sandbox();
  let n = 0;
  const acknowledged: number[] = [];
  let killed = 0;
  let seenSpooled = 0;

  async function round(life: number): Promise<void> {
    const struck = Array.from({ length: AT_ONCE }, async () => {
      const own = ++n;
      // Most of what can go wrong lies towards the end of a call.
      const moment = life * (random() < 0.3 ? random() : 0.7 + 0.5 * random());
      if (await strike(box, own, moment)) acknowledged.push(own);
      else killed++;
    });
    await Promise.all(struck);
  }

  async function undisturbed(): Promise<number> {
    acknowledged.push(++n);
    return await calm(box, n);
  }

  await undisturbed();
  let life = 0;
  // How many are killed, and when, depends on what else the machine does; all of it has to have happened.
  const isEnough = () =>
    killed > ROUNDS && acknowledged.length > ROUNDS && seenSpooled > ROUNDS / 2;
  for (let i = 0; i < ROUNDS || !isEnough(); i++) {
    if (i % 10 === 0) life = await undisturbed();
    const db = new Database(box.database);
    db.run("PRAGMA busy_timeout = 5000; BEGIN IMMEDIATE");
    // A call waits for the lock for most of its 200 ms.
    await round(life + 150);
    db.run("ROLLBACK");
    db.close(true);
    seenSpooled += spooled(box).filter((name) => name.endsWith(".json")).length;
    // These find what is in the spool.
    await round(2 * life);
  }

  const halves = spooled(box).filter((name) => name.endsWith(".tmp"));
  const anHourAgo = new Date(Date.now() - 3_600_000);
  for (const name of halves) utimesSync(`${box.home}/spool/${name}`, anHourAgo, anHourAgo);
  for (let i = 0; i < 2; i++) await calm(box, ++n);
  expect(integrity(box)).toBe("ok");
  expect(sessions(box)).toHaveLength(1);
  const found = contents(box);
  expect(new Set(found).size).toBe(found.length);
  expect(acknowledged.filter((own) => !found.includes(`Bash: run ${own}`))).toEqual([]);
  expect(leftovers(box).filter((name) => name !== "logs")).toEqual([]);
});

test("of many who take in one spool at once each event counts once", async () => {
  using box = new Sandbox();
  await calm(box, 0);
  const db = new Database(box.database);
  db.run("BEGIN IMMEDIATE");
  await Promise.all(Array.from({ length: 40 }, (_, i) => calm(box, i + 1)));
  db.run("ROLLBACK");
  db.close(true);
  expect(spooled(box)).toHaveLength(40);
  await Promise.all(Array.from({ length: 10 }, (_, i) => calm(box, i + 41)));
  await calm(box, 51);
  const all = Array.from({ length: 52 }, (_, i) => `Bash: run ${i}`);
  expect(contents(box).toSorted()).toEqual(all.toSorted());
  expect(spooled(box)).toEqual([]);
});
