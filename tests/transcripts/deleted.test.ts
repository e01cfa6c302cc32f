import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { appendFileSync, readdirSync, renameSync, utimesSync } from "node:fs";
import { HistoryWorld } from "../support/backfilled.ts";
import { copyHome } from "../support/transcripts.ts";

const GONE = "00000000-1111-4222-8333-444444444444";
const OTHER = "99999999-1111-4222-8333-444444444444";
const OLD = Date.parse("2026-10-01T10:00:00Z");
const NEW = Date.parse("2026-11-27T11:00:00Z");

let world: HistoryWorld;
beforeEach(() => {
  world = new HistoryWorld();
});
afterEach(() => world[Symbol.dispose]());

/** A new version of the program reads everything again. */
const raiseVersion = () => world.exec("UPDATE mm_transcripts SET version = 0, mark = 0");
const ids = () =>
  world.rows<{ id: string }>("SELECT external_id AS id FROM mm_sessions").map(({ id }) => id);
const remove = (externalId: string) =>
  world.mm("session", "delete", String(world.fact(externalId, "session_id")), "--yes");

const typed = (sessionId: string, display: string, timestamp: number) => ({
  display,
  timestamp,
  project: "/w",
  sessionId,
});

describe("a session of which only the prompts are left", () => {
  const lines = [typed(GONE, "one", OLD), typed(OTHER, "two", OLD + 1000)];
  const last = typed("77777777-1111-4222-8333-444444444444", "now", NEW);
  const log = (...more: object[]) =>
    world.leave(".claude/history.jsonl", [...lines, last, ...more]);

  beforeEach(async () => {
    log();
    await world.backfill("claude");
    expect(ids()).toEqual([GONE, OTHER]);
    await remove(GONE);
  });

  test("stays deleted when a new version reads everything again", async () => {
    raiseVersion();
    await world.backfill("claude");
    expect(ids()).toEqual([OTHER]);
  });

  test("comes back when something more is typed in it", async () => {
    world.clock = new Date(NEW + 4 * 24 * 3600 * 1000);
    const later = world.clock.getTime() - 2 * 24 * 3600 * 1000;
    log(typed(GONE, "once more", later), typed(OTHER, "later", later + 36 * 3600 * 1000));
    await world.backfill("claude");
    expect(world.timeline(GONE)).toEqual(["prompt: one", "prompt: once more"]);
  });
});

test("a session of OpenCode stays deleted, also the one that changed last", async () => {
  copyHome("opencode", world.user);
  await world.backfill("opencode");
  const before = ids();
  for (const id of before) await remove(id);
  expect(ids()).toEqual([]);
  raiseVersion();
  await world.backfill("opencode");
  expect(ids()).toEqual([]);
});

describe("a session that only hooks have told of", () => {
  const ID = "4ed12102-7545-43e2-a232-7c7a705cdd97";
  const PATH = `.claude/projects/-home-ada-shop/${ID}.jsonl`;

  beforeEach(async () => {
    copyHome("claude", world.user);
    // Also those of its subagents: a copy is as new as the day on which the test runs.
    const projects = `${world.user}/.claude/projects`;
    for (const name of readdirSync(projects, { recursive: true, encoding: "utf8" })) {
      utimesSync(`${projects}/${name}`, 1, OLD / 1000);
    }
    const told = { session_id: ID, cwd: "/w" };
    await world.hook("claude", "SessionStart", {
      ...told,
      hook_event_name: "SessionStart",
      source: "startup",
    });
    await world.hook("claude", "SessionEnd", {
      ...told,
      hook_event_name: "SessionEnd",
      reason: "other",
    });
    await remove(ID);
  });

  test("stays deleted when transcripts are read for the first time, and when its file moves", async () => {
    await world.backfill("claude");
    expect(ids()).not.toContain(ID);
    expect(ids()).not.toEqual([]);
    renameSync(`${world.user}/${PATH}`, `${world.user}/.claude/projects/${ID}.jsonl`);
    raiseVersion();
    await world.backfill("claude");
    expect(ids()).not.toContain(ID);
  });

  test("comes back whole when its agent goes on with it", async () => {
    await world.backfill("claude");
    const line = {
      type: "user",
      uuid: "u-on",
      sessionId: ID,
      timestamp: new Date(NEW).toISOString(),
    };
    const message = { role: "user", content: "on it goes" };
    appendFileSync(`${world.user}/${PATH}`, `${JSON.stringify({ ...line, message })}\n`);
    utimesSync(`${world.user}/${PATH}`, 1, NEW / 1000 + 7200);
    await world.backfill("claude");
    expect(world.timeline(ID).length).toBeGreaterThan(5);
  });

  test("is imported when a person names its file", async () => {
    await world.mm("import", `${world.user}/${PATH}`);
    expect(ids()).toContain(ID);
  });
});
