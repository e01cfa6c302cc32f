import { afterEach, beforeEach, expect, test } from "bun:test";
import { World } from "../support/world.ts";

let world: World;
beforeEach(() => {
  world = new World();
});
afterEach(() => world[Symbol.dispose]());

async function show(...words: string[]): Promise<string> {
  const { code, out, err } = await world.mm("session", "show", ...words);
  expect({ code, err }).toEqual({ code: 0, err: "" });
  return out;
}

test("an invalid date is shown as it is stored", async () => {
  await world.mm("session", "start");
  world.exec("UPDATE sessions SET started_at = '2460000.5', ended_at = '5'");
  const out = await show("last");
  expect(out).toContain("\nTime         2460000.5 to 5\n");
  world.exec("UPDATE sessions SET started_at = 'now', ended_at = '12:00\u001b[2J'");
  expect(await show("last")).toContain("\nTime         now to 12:00\\x1b[2J\n");
  expect((await world.mm("session", "list")).out).toMatch(/^now +default /mu);
  expect((await world.json("session", "show", "last"))["duration_seconds"]).toBeNull();
});

test("an end before the start gives no length", async () => {
  await world.mm("session", "start");
  await world.mm("activity", "log", "-c", "something");
  await world.mm("session", "end");
  world.exec(`UPDATE sessions SET started_at = '2026-11-22T12:00:00+00:00', ended_at = '2026-11-22T11:00:00+00:00';
    UPDATE mm_sessions SET ended_ms = NULL`);
  const out = await show("last");
  expect(out).toMatch(/\nTime {9}2026-11-22 \d\d:00 to 2026-11-22 \d\d:00\n/u);
  expect(out).toEndWith("       ?  (end)\n");
  expect((await world.json("session", "show", "last"))["duration_seconds"]).toBeNull();
});
