import { afterEach, beforeEach, expect, test } from "bun:test";
import { World } from "../support/world.ts";

let world: World;
beforeEach(() => {
  world = new World();
});
afterEach(() => world[Symbol.dispose]());

interface StartDocument {
  readonly session_id: string;
  readonly resumed: boolean;
  readonly stale_ended: readonly string[];
}

const start = (...words: string[]) => world.json<StartDocument>("session", "start", ...words);
const rows = () =>
  world.rows("SELECT id, ended_at, summary, metadata FROM sessions ORDER BY rowid");

test("the key is agent id and external id; --idempotent is implied", async () => {
  const first = await start("-a", "x", "--external-id", "job 7/é");
  expect(first).toMatchObject({ resumed: false, stale_ended: [] });
  expect(await start("-a", "x", "--external-id", "job 7/é")).toEqual({ ...first, resumed: true });
  expect(await start("-a", "y", "--external-id", "job 7/é")).toMatchObject({ resumed: false });
  expect(await start("-a", "x", "--external-id", "job 8")).toMatchObject({ resumed: false });
  expect(rows()).toHaveLength(3);
});

test("the state file and other agents' sessions are left alone", async () => {
  await start("-a", "x");
  const state = world.state();
  await start("-a", "y", "--external-id", "k");
  expect(world.state()).toBe(state);
  expect(rows().map((row) => row["ended_at"])).toEqual([null, null]);
});

test("an ended session is opened again and keeps its earlier end as an event", async () => {
  const { session_id: id } = await start("-a", "x", "--external-id", "k", "-t", "T");
  world.pass(5);
  await world.mm("session", "end", id, "-s", "by hand");
  world.pass(5);
  expect(await start("-a", "x", "--external-id", "k")).toEqual({
    session_id: id,
    resumed: true,
    stale_ended: [],
  });
  expect(rows()).toMatchObject([{ ended_at: null, summary: "by hand" }]);
  const { events } = await world.json<{ events: Record<string, unknown>[] }>(
    "session",
    "events",
    id,
  );
  expect(events).toMatchObject([
    {
      event_type: "session_resume",
      metadata: { ended_at: "2026-03-10T12:00:05+00:00", summary: "by hand" },
    },
  ]);
});

test("stale sessions are ended first, except the one that is started", async () => {
  await start("-a", "x");
  const { session_id: id } = await start("-a", "x", "--external-id", "k");
  world.pass(90_000);
  expect(await start("-a", "x", "--external-id", "k", "--auto-end-stale=24h")).toEqual({
    session_id: id,
    resumed: true,
    stale_ended: [World.id(1)],
  });
  expect(rows()).toMatchObject([
    { summary: "auto-ended after 24h inactivity" },
    { ended_at: null, metadata: "{}" },
  ]);
});

test("when it ends again without a summary, it keeps the one that a person wrote", async () => {
  const { session_id: id } = await start("-a", "x", "--external-id", "k");
  await world.mm("session", "end", id, "-s", "first");
  await start("-a", "x", "--external-id", "k");
  expect(await world.json("session", "end", id)).toMatchObject({ summary: "first" });
  expect(rows()).toMatchObject([
    { summary: "first", metadata: '{"event_count":1,"summary_provenance":"manual"}' },
  ]);
});

test.each(["", "a\nb", "x".repeat(513)])("%p is not a valid external id", async (id) => {
  const { code, err } = await world.mm("session", "start", "--external-id", id);
  expect(code).toBe(2);
  expect(err).toContain("invalid external id");
  expect(world.files()).toEqual([]);
});
